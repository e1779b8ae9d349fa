/** Everything that starts an update, and what starts none. */
import type { Script } from '../play.ts';
import { rolledOut } from '../rollout-waits.ts';

const TEMPLATE = `get ds agent -o 'jsonpath={.metadata.generation} {.spec.template.spec.containers}'`;
/** The second of the restart. */
const REVISIONS = `get controllerrevision -l app=agent --sort-by '{.revision}' -o 'jsonpath={.items[*].revision}'`;

export const rolloutSet: Script = async ({ kubectl, api }) => {
  await kubectl.show('apply -f rollout.yaml');
  await rolledOut(api, 1);
  await kubectl.show(`get ds agent -o 'jsonpath={.status}'`);
  await kubectl.show('set image ds/agent agent=registry.example/agent:2.0.0');
  await rolledOut(api, 2);
  await kubectl.show('set env ds/agent LEVEL=debug');
  await rolledOut(api, 3);
  await kubectl.show('set env ds/agent --list');
  await kubectl.show('set resources ds/agent --requests=cpu=50m,memory=64Mi --limits=memory=128Mi');
  await rolledOut(api, 4);
  await kubectl.show('set resources ds/agent --requests=memory=256Mi');
  await kubectl.show(TEMPLATE);
  await kubectl.show('set env ds/agent LEVEL-');
  await rolledOut(api, 5);
  await kubectl.show('set image ds/agent *=registry.example/agent:2.1.0');
  await rolledOut(api, 6);
  await kubectl.show(TEMPLATE);

  kubectl.say('What changes no template starts nothing.');
  await kubectl.show('set image ds/agent agent=registry.example/agent:2.1.0');
  await kubectl.show('set image ds/agent nobody=registry.example/agent:2.1.0');
  await kubectl.show('set image ds/agent agent=registry.example/agent:9 --dry-run=server');
  await kubectl.show('label ds agent team=platform');
  await kubectl.show(`patch ds agent -p '{"spec":{"minReadySeconds":1}}'`);
  await kubectl.show(`patch ds agent -p '{"spec":{"minReadySeconds":0}}'`);
  await rolledOut(api, 6);
  await kubectl.show(`get pods -o 'custom-columns=NAME:.metadata.name,GENERATION:.metadata.labels.pod-template-generation'`);

  kubectl.say('A changed manifest.');
  await kubectl.show('apply -f rollout-v2.yaml');
  await rolledOut(api, 7);
  await kubectl.show('apply -f rollout-v2.yaml');
  await kubectl.show(TEMPLATE);
  await kubectl.show('replace -f rollout.yaml');
  await rolledOut(api, 8);
  await kubectl.show(TEMPLATE);

  kubectl.say('A restart is a revision as well.');
  await kubectl.show('rollout restart ds/agent');
  await rolledOut(api, 9);
  await kubectl.show('rollout status ds/agent');
  await kubectl.show(`get ds agent -o 'jsonpath={.spec.template.metadata.annotations}'`);
  await kubectl.show(REVISIONS);
  await kubectl.show('rollout pause ds/agent');
  await kubectl.show('rollout resume ds/agent');
  await kubectl.show('rollout restart ds/nobody');
};
