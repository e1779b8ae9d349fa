/** Watching: `get -w` of DaemonSets, pods, nodes, events and revisions while a label moves an agent on and off a node. */

import { PODS } from '../../../src/core/kube/resource.ts';
import type { Script } from '../play.ts';
import { daemonSetStatus, podsReady, waitUntil } from '../waiting.ts';

export const watch: Script = async ({ kubectl, api }) => {
  await kubectl.show(['apply', '-f', 'opt-in.yaml']);
  await kubectl.run(['label', 'node', 'worker-2', 'monitoring=enabled']);
  await podsReady(api, 'agent-worker-2');
  await daemonSetStatus(api, 'agent', { desiredNumberScheduled: 1, numberAvailable: 1 });
  const sets = kubectl.watch(['get', 'ds', '-w']);
  const pods = kubectl.watch(['get', 'pods', '-w']);
  const wide = kubectl.watch(['get', 'pods', '-o', 'wide', '-w', '--no-headers']);
  const names = kubectl.watch(['get', 'pods', '-w', '-o', 'name']);
  const paths = kubectl.watch(['get', 'pods', '-w', '-o', 'jsonpath={.metadata.name} {.status.phase}{"\\n"}']);
  const kinds = kubectl.watch(['get', 'pods', '-w', '--output-watch-events']);
  const nodes = kubectl.watch(['get', 'nodes', '-w']);
  const revisions = kubectl.watch(['get', 'controllerrevisions', '-w']);
  const events = kubectl.watch(['get', 'events', '-w', '--field-selector', 'involvedObject.kind=DaemonSet']);
  await Promise.all([
    sets.seen(/agent/),
    ...[pods, wide, names, paths, kinds].map((one) => one.seen(/agent-worker-2/)),
    nodes.seen(/worker-3/),
    revisions.seen(/agent/),
    events.seen(/agent/),
  ]);

  kubectl.say('A label brings the agent to worker-1, and takes it away again; then worker-3 is cordoned.');
  await kubectl.run(['label', 'node', 'worker-1', 'monitoring=enabled']);
  await podsReady(api, 'agent-worker-1', 'agent-worker-2');
  await daemonSetStatus(api, 'agent', { desiredNumberScheduled: 2, numberAvailable: 2 });
  await kubectl.run(['label', 'node', 'worker-1', 'monitoring-']);
  await waitUntil(api, { ref: PODS, what: 'no pod on worker-1' }, (all) => all.length === 1);
  await daemonSetStatus(api, 'agent', { desiredNumberScheduled: 1, currentNumberScheduled: 1 });
  await kubectl.run(['cordon', 'worker-3']);
  await nodes.seen(/worker-3.*SchedulingDisabled/);
  await sets.seen(/ 2 .*[\s\S]* 1 +1 +1 +1 +1 .*\n$/);
  await Promise.all([kinds.seen(/DELETED/), events.seen(/Deleted pod: agent-worker-1/)]);
  for (const one of [sets, pods, wide, names, paths, kinds, nodes, revisions, events]) await one.end();
};
