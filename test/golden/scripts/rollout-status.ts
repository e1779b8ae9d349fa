/** `rollout status` in every way it can end, with its exit code. */
import { DAEMONSETS } from '../../../src/core/kube/resource.ts';
import type { Script } from '../play.ts';
import { change, install, newestRevision, rolledOut, rule, SET_STATUS, statusMeanwhile } from '../rollout-waits.ts';
import { daemonSetStatus } from '../waiting.ts';

export const rolloutStatus: Script = async (stage) => {
  const { kubectl, api } = stage;
  await rule(api, 'slow', { neverReady: true });
  await install(api, 'small.yaml');
  await rolledOut(api, 1);
  await kubectl.show('rollout status -f small.yaml');

  kubectl.say('An update that hangs at its first node.');
  await kubectl.show('set image ds/agent agent=registry.example/agent:slow');
  await newestRevision(api, 2);
  await daemonSetStatus(api, 'agent', SET_STATUS.oneBroken);
  await kubectl.show('rollout status ds/agent --watch=false --revision=1');
  await kubectl.show('rollout status ds/agent --timeout=1s');

  kubectl.say('All nodes updated, and no pod available: minReadySeconds is far away.');
  await change(api, { minReadySeconds: 3600, updateStrategy: { rollingUpdate: { maxUnavailable: 3 } } });
  await kubectl.run('set image ds/agent agent=registry.example/agent:1.5.0');
  await newestRevision(api, 3);
  await daemonSetStatus(api, 'agent', { updatedNumberScheduled: 3, numberReady: 3, numberAvailable: 0, numberUnavailable: 3 });
  await kubectl.show('rollout status ds/agent --watch=false');
  kubectl.say(`It waits, and sees the end: ${await statusMeanwhile(stage, () => change(api, { minReadySeconds: 0 }))}`);

  kubectl.say('OnDelete has no rollout to look at.');
  await change(api, { updateStrategy: { $retainKeys: ['type'], type: 'OnDelete' } });
  await kubectl.show('rollout status ds/agent');

  await change(api, { minReadySeconds: 3600, updateStrategy: { type: 'RollingUpdate' } });
  await daemonSetStatus(api, 'agent', { updatedNumberScheduled: 3 });
  await kubectl.run('rollout restart ds/agent');
  await newestRevision(api, 4);
  const gone = await statusMeanwhile(stage, () => api.delete(DAEMONSETS, { namespace: 'default', name: 'agent' }));
  kubectl.say(`Deleted while it is looked at: ${gone}`);
  await kubectl.show('rollout status ds/agent');
};
