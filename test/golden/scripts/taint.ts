/** Taints: NoSchedule keeps the agent that is there, NoExecute removes it. */
import type { Script } from '../play.ts';
import { agentsReady, daemonSetStatus, podsReady } from '../waiting.ts';

export const taint: Script = async ({ kubectl, api }) => {
  await kubectl.show('apply -f small.yaml');
  await agentsReady(api);

  await kubectl.show('taint node worker-1 dedicated=gpu:NoSchedule');
  await daemonSetStatus(api, 'agent', { desiredNumberScheduled: 2, numberMisscheduled: 1 });
  kubectl.say('The pod stays, but it counts as misscheduled.');
  await kubectl.show('get ds,pods');

  kubectl.say('Deleted, it does not come back while the taint is there.');
  await kubectl.show('delete pod agent-worker-1');
  await podsReady(api, 'agent-worker-2', 'agent-worker-3');
  await kubectl.show('get pods');
  await kubectl.show('taint node worker-1 dedicated-');
  await agentsReady(api);

  await kubectl.show('taint node worker-2 maintenance=now:NoExecute');
  await podsReady(api, 'agent-worker-1', 'agent-worker-3');
  await daemonSetStatus(api, 'agent', { desiredNumberScheduled: 2, numberMisscheduled: 0 });
  await kubectl.show('get ds,pods');
  await kubectl.show(`get nodes -o 'custom-columns=NAME:.metadata.name,TAINTS:.spec.taints[*].key'`);

  await kubectl.show('taint node worker-2 maintenance:NoExecute-');
  await agentsReady(api);
  await kubectl.show('get ds');

  await kubectl.show('taint node worker-2 absent-');
  await kubectl.show('taint node worker-1 a=b:NoSchedule');
  await kubectl.show('taint node worker-1 a=c:NoSchedule');
  await kubectl.show('taint node worker-1 a=c:NoSchedule --overwrite');
};
