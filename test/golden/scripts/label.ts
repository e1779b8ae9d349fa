/** Labels move an opt-in agent on and off nodes. */
import { PODS } from '../../../src/core/kube/resource.ts';
import type { Script } from '../play.ts';
import { daemonSetStatus, isReadyPod, podsReady, waitUntil } from '../waiting.ts';

export const label: Script = async ({ kubectl, api }) => {
  await kubectl.show('apply -f opt-in.yaml');
  await daemonSetStatus(api, 'agent', { desiredNumberScheduled: 0 });
  await kubectl.show('get ds,pods');

  await kubectl.show('label node worker-1 monitoring=enabled');
  await kubectl.show('label nodes worker-2 worker-3 monitoring=enabled');
  await podsReady(api, 'agent-worker-1', 'agent-worker-2', 'agent-worker-3');
  await daemonSetStatus(api, 'agent', { desiredNumberScheduled: 3, numberAvailable: 3 });
  await kubectl.show('get ds,pods');

  await kubectl.show('label node worker-1 monitoring-');
  await podsReady(api, 'agent-worker-2', 'agent-worker-3');
  await daemonSetStatus(api, 'agent', { desiredNumberScheduled: 2, numberMisscheduled: 0 });
  await kubectl.show('get ds,pods');
  await kubectl.show('get nodes -L monitoring');

  kubectl.say('Another value counts as leaving; --overwrite is needed.');
  await kubectl.show('label node worker-2 monitoring=disabled');
  await kubectl.show('label node worker-2 monitoring=disabled --overwrite');
  await podsReady(api, 'agent-worker-3');
  await kubectl.show('label node worker-1 monitoring-');
  await kubectl.show('label node worker-9 monitoring=enabled');
  await kubectl.show(`label node worker-1 'monitoring=not valid'`);

  kubectl.say('A pod that loses the label is released: the node gets another one, with a suffix while the old name is taken.');
  await kubectl.show('label pod agent-worker-3 app=mine --overwrite');
  await daemonSetStatus(api, 'agent', { desiredNumberScheduled: 1, numberAvailable: 1 });
  await waitUntil(api, { ref: PODS, what: 'two ready pods' }, (pods) => pods.length === 2 && pods.every(isReadyPod));
  await kubectl.show('get pods --show-labels');
  kubectl.say('With its label back it is one too many.');
  await kubectl.show('label pod agent-worker-3 app=agent --overwrite');
  await waitUntil(api, { ref: PODS, what: 'one pod' }, (pods) => pods.length === 1);
  await kubectl.show('get pods');
  await kubectl.show('annotate ds agent team=platform');
  await kubectl.show('annotate ds agent team-');
};
