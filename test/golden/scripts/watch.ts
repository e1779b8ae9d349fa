/** Watching: `get -w` of DaemonSets, pods, nodes, events and revisions while a label moves an agent on and off a node. */

import { PODS } from '../../../src/core/kube/resource.ts';
import type { Script } from '../play.ts';
import { daemonSetStatus, podsReady, waitUntil } from '../waiting.ts';

/** Rows that repeat are one change each of something the columns do not show. */
const once = { edit: (text: string) => text.replace(/^(.*\n)\1+/gm, '$1').replace(/^(.*)\n\1$/gm, '$1') };
/** A status written while pods are on their way is a matter of timing: only rows that have settled are kept. */
const settled = {
  edit: (text: string) => once.edit(text.replace(/^agent {2}(\d+) {2}(?!\1 {2}\1 {2}\1 {2}\1 ).*\n/gm, '')),
};

export const watch: Script = async ({ kubectl, api }) => {
  await kubectl.show('apply -f opt-in.yaml');
  await kubectl.run('label node worker-2 monitoring=enabled');
  await podsReady(api, 'agent-worker-2');
  await daemonSetStatus(api, 'agent', { desiredNumberScheduled: 1, numberAvailable: 1 });
  const sets = kubectl.watch('get ds -w', settled);
  const pods = kubectl.watch('get pods -w', once);
  const wide = kubectl.watch('get pods -o wide -w --no-headers', once);
  const paths = kubectl.watch(`get pods -w -o 'jsonpath={.metadata.name} {.status.phase}{"\\n"}'`, once);
  const kinds = kubectl.watch('get pods -w --output-watch-events', once);
  const nodes = kubectl.watch('get nodes -w', once);
  const revisions = kubectl.watch('get controllerrevisions -w', once);
  const events = kubectl.watch('get events -w --field-selector involvedObject.kind=DaemonSet,reason!=RolloutComplete', once);
  await Promise.all([
    sets.seen(/agent/),
    ...[pods, wide, paths, kinds].map((one) => one.seen(/agent-worker-2/)),
    nodes.seen(/worker-3/),
    revisions.seen(/agent/),
    events.seen(/agent/),
  ]);

  kubectl.say('A label brings the agent to worker-1, and takes it away again; then worker-3 is cordoned.');
  await kubectl.run('label node worker-1 monitoring=enabled');
  await podsReady(api, 'agent-worker-1', 'agent-worker-2');
  await daemonSetStatus(api, 'agent', { desiredNumberScheduled: 2, numberAvailable: 2 });
  await kubectl.run('label node worker-1 monitoring-');
  await waitUntil(api, { ref: PODS, what: 'no pod on worker-1' }, (all) => all.length === 1);
  await daemonSetStatus(api, 'agent', { desiredNumberScheduled: 1, currentNumberScheduled: 1 });
  await kubectl.run('cordon worker-3');
  await nodes.seen(/worker-3.*SchedulingDisabled/);
  await sets.seen(/\n\S+ +2 +2 +2 +2 +2 [^\n]*\n([^\n]*\n)*\S+ +1 +1 +1 +1 +1 /);
  await Promise.all([kinds.seen(/DELETED/), events.seen(/Deleted pod: agent-worker-1/)]);
  for (const one of [sets, pods, wide, paths, kinds, nodes, revisions, events]) await one.end();
};
