/** `rollout status` in every way it can end, with its exit code. */
import { DAEMONSETS } from '../../../src/core/kube/resource.ts';
import type { Script } from '../play.ts';
import { lastLine, newestRevision, rolledOut, rule, SET_STATUS, statusMeanwhile } from '../rollout-waits.ts';
import { daemonSetStatus } from '../waiting.ts';

export const rolloutStatus: Script = async (stage) => {
  const { kubectl, api } = stage;
  await rule(api, 'slow', { neverReady: true });
  await kubectl.show('rollout status ds/agent');
  await kubectl.run('apply -f small.yaml');
  await rolledOut(api, 1);
  await kubectl.show('rollout status ds/agent');
  await kubectl.show('rollout status ds/agent --watch=false');
  await kubectl.show('rollout status -f small.yaml');

  kubectl.say('An update that hangs at its first node.');
  await kubectl.show('set image ds/agent agent=registry.example/agent:slow');
  await daemonSetStatus(api, 'agent', SET_STATUS.oneBroken);
  await kubectl.show('rollout status ds/agent --watch=false');
  await kubectl.show('rollout status ds/agent --timeout=1s');
  await kubectl.show('rollout status ds/agent --revision=1 --watch=false');

  kubectl.say('All nodes updated, and no pod available: minReadySeconds is far away.');
  await kubectl.show(
    `patch ds agent -p '{"spec":{"minReadySeconds":3600,"updateStrategy":{"rollingUpdate":{"maxUnavailable":3}}}}'`,
  );
  await kubectl.run('set image ds/agent agent=registry.example/agent:1.5.0');
  await newestRevision(api, 3);
  await daemonSetStatus(api, 'agent', { updatedNumberScheduled: 3, numberReady: 3, numberAvailable: 0, numberUnavailable: 3 });
  await kubectl.show('rollout status ds/agent --watch=false');
  const ended = await statusMeanwhile(stage, () => kubectl.run(`patch ds agent -p '{"spec":{"minReadySeconds":0}}'`));
  kubectl.say(`It waits, and sees the end of it: ${ended}`);

  kubectl.say('OnDelete has no rollout to look at.');
  await kubectl.run(`patch ds agent -p '{"spec":{"updateStrategy":{"$retainKeys":["type"],"type":"OnDelete"}}}'`);
  await kubectl.show('rollout status ds/agent');
  await kubectl.show('rollout status ds/agent --watch=false');

  await kubectl.run(`patch ds agent -p '{"spec":{"minReadySeconds":3600,"updateStrategy":{"type":"RollingUpdate"}}}'`);
  await kubectl.run('rollout restart ds/agent');
  const gone = await statusMeanwhile(stage, () => api.delete(DAEMONSETS, { namespace: 'default', name: 'agent' }));
  kubectl.say(`Deleted while it is looked at: ${gone}`);
  await kubectl.show('rollout status ds/agent', { edit: lastLine });
};
