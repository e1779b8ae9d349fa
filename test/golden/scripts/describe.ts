/** `describe` of a DaemonSet, its nodes and its pods. */
import type { Script } from '../play.ts';
import { agentsReady, eventsSeen } from '../waiting.ts';

/** A kubelet's first event and the node controller's are of one instant: their order is chance. */
const eventsSorted = {
  edit: (text: string) =>
    text.replace(/(?:^ {2}(?:Normal|Warning) .*(?:\n|$))+/gm, (events) => `${events.trimEnd().split('\n').sort().join('\n')}\n`),
};

export const describe: Script = async ({ kubectl, api }) => {
  await kubectl.show('apply -f agent.yaml');
  await agentsReady(api);
  await eventsSeen(api, 'agent', 'SuccessfulCreate', 'SuccessfulCreate', 'SuccessfulCreate', 'RolloutComplete');
  await eventsSeen(api, 'agent-worker-1', 'Pulling', 'Pulled', 'Created', 'Started');
  for (const node of ['worker-1', 'control-plane-1']) await eventsSeen(api, node, 'Starting', 'RegisteredNode');
  await kubectl.show('describe ds agent -n monitoring');
  await kubectl.show('describe pod agent-worker-1 -n monitoring');
  await kubectl.show('describe node worker-1', eventsSorted);
  await kubectl.show('describe node control-plane-1', eventsSorted);
  await kubectl.show('describe ns monitoring');
  await kubectl.show('describe ds nobody');
};
