/** OnDelete: the handbook's update node by node, by hand. */
import { PODS } from '../../../src/core/kube/resource.ts';
import type { Script } from '../play.ts';
import { install, newestRevision, rolledOut } from '../rollout-waits.ts';
import { agentsReady, daemonSetStatus, podsReady } from '../waiting.ts';

const IMAGES = `get pods -o 'custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[0].image'`;
const PROGRESSING = `get ds agent -o 'jsonpath={.status.conditions[?(@.type=="Progressing")].reason}'`;
const NAMES = ['agent-worker-1', 'agent-worker-2', 'agent-worker-3'];

export const rolloutOnDelete: Script = async ({ kubectl, api }) => {
  await install(api, 'small.yaml');
  await agentsReady(api);
  await kubectl.show(`patch ds agent -p '{"spec":{"updateStrategy":{"type":"OnDelete","rollingUpdate":null}}}'`);
  await kubectl.show('set image ds/agent agent=registry.example/agent:2.0.0');
  await newestRevision(api, 2);
  await daemonSetStatus(api, 'agent', { updatedNumberScheduled: 0, numberAvailable: 3 });
  await kubectl.show('get ds agent');
  await kubectl.show(PROGRESSING);
  for (const [n, name] of NAMES.entries()) {
    if (n === 0) await kubectl.show(`delete pod ${name}`);
    else await api.delete(PODS, { namespace: 'default', name });
    await podsReady(api, ...NAMES);
    await daemonSetStatus(api, 'agent', { updatedNumberScheduled: n + 1, numberAvailable: 3, numberUnavailable: 0 });
    if (n === 0) await kubectl.show(IMAGES);
  }
  await kubectl.show(PROGRESSING);

  kubectl.say('Back to RollingUpdate: nothing is left to do; the next change goes on by itself.');
  await kubectl.show(`patch ds agent -p '{"spec":{"updateStrategy":{"type":"RollingUpdate"}}}'`);
  await rolledOut(api, 2);
  await kubectl.show('rollout undo ds/agent');
  await rolledOut(api, 3);
};
