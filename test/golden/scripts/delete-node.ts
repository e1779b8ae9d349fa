/** With its node goes the pod: at once from the DaemonSet's counts, after the pod collector's quarantine from the API. */
import type { Script } from '../play.ts';
import { agentsReady, daemonSetStatus, nodesAre, podsReady } from '../waiting.ts';

/** Upstream waits 40 s before it believes that a node is gone, and looks every 20 s. */
const RATE = 30;

export const deleteNode: Script = async ({ kubectl, api, clock }) => {
  await kubectl.show('apply -f small.yaml');
  await agentsReady(api);
  await kubectl.show('delete node worker-3');
  await nodesAre(api, 'control-plane-1', 'worker-1', 'worker-2');
  await daemonSetStatus(api, 'agent', { desiredNumberScheduled: 2 });
  await kubectl.show('get ds,nodes');
  kubectl.say('A minute later.');
  clock.run(RATE);
  await podsReady(api, 'agent-worker-1', 'agent-worker-2');
  clock.run(1);
  await daemonSetStatus(api, 'agent', { desiredNumberScheduled: 2, numberReady: 2 });
  await kubectl.show('get ds,pods,nodes', { edit: (text) => text.replaceAll('<invalid>', '<age>') });
  await kubectl.show('delete node worker-3');
};
