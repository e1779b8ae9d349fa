/** Deleting a pod, a node, and a DaemonSet in every way. */
import { CONTROLLERREVISIONS, DAEMONSETS, PODS } from '../../../src/core/kube/resource.ts';
import type { Script } from '../play.ts';
import { agentsReady, daemonSetStatus, waitUntil } from '../waiting.ts';

export const deletion: Script = async ({ kubectl, api }) => {
  await kubectl.show('apply -f small.yaml');
  await agentsReady(api);

  kubectl.say('A deleted pod comes back under the same name (handbook profile), as another object.');
  const [before] = await waitUntil(api, { ref: PODS, what: 'pods' }, () => true);
  await kubectl.show('delete pod agent-worker-1');
  await waitUntil(api, { ref: PODS, what: 'another agent-worker-1' }, (pods) =>
    pods.some(({ metadata }) => metadata.name === 'agent-worker-1' && metadata.uid !== before?.metadata.uid),
  );
  await agentsReady(api);
  await kubectl.show('get pods');
  await kubectl.show('delete pod agent-worker-1 --force --grace-period=0');
  await agentsReady(api);
  await kubectl.show('delete pod nobody');
  await kubectl.show('delete pod nobody --ignore-not-found');

  kubectl.say('--cascade=orphan leaves pods and revision behind; the next DaemonSet of that selector adopts them.');
  await kubectl.show('delete ds agent --cascade=orphan');
  await waitUntil(
    api,
    { ref: PODS, what: 'orphans' },
    (pods) => pods.length === 3 && pods.every(({ metadata }) => !metadata.ownerReferences?.length),
  );
  await kubectl.show('get ds,pods,controllerrevisions');
  await kubectl.show('apply -f small.yaml');
  await waitUntil(
    api,
    { ref: PODS, what: 'adopted pods' },
    (pods) => pods.length === 3 && pods.every(({ metadata }) => metadata.ownerReferences?.length === 1),
  );
  await daemonSetStatus(api, 'agent', { desiredNumberScheduled: 3, numberReady: 3, updatedNumberScheduled: 3 });
  await kubectl.show('get ds,pods,controllerrevisions');
  await kubectl.show(
    `get pods -o 'jsonpath={range .items[*]}{.metadata.name} {.metadata.ownerReferences[0].kind}/{.metadata.ownerReferences[0].name}{"\\n"}{end}'`,
  );

  await kubectl.show('delete ds agent --dry-run=server');
  await kubectl.show('delete ds agent');
  await waitUntil(api, { ref: PODS, what: 'no pods' }, (pods) => pods.length === 0);
  await waitUntil(api, { ref: CONTROLLERREVISIONS, what: 'no revisions' }, (revisions) => revisions.length === 0);
  await kubectl.show('get ds,pods,controllerrevisions');

  kubectl.say('In the foreground the DaemonSet goes last.');
  await kubectl.run('apply -f small.yaml');
  await agentsReady(api);
  await kubectl.show(`delete --raw '/apis/apps/v1/namespaces/default/daemonsets/agent?propagationPolicy=Foreground'`, {
    edit: (text) => text.replace(/^\{.*\}$/m, '{…}'),
  });
  await waitUntil(api, { ref: DAEMONSETS, what: 'no DaemonSet' }, (sets) => sets.length === 0);
  await kubectl.show('get ds,pods,controllerrevisions');

  kubectl.say('A namespace takes everything in it along.');
  await kubectl.run('apply -f agent.yaml');
  await agentsReady(api);
  await kubectl.show('delete namespace monitoring');
  await kubectl.show('get ds,pods -A');
  await kubectl.show('delete namespace default');
};
