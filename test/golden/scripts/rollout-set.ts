/** Everything that starts an update, and what starts none. */
import type { Script } from '../play.ts';
import { newestRevision, rolledOut } from '../rollout-waits.ts';

const TEMPLATE = `get ds agent -o 'jsonpath={.metadata.generation} {.spec.template.spec.containers}'`;

export const rolloutSet: Script = async ({ kubectl, api }) => {
  await kubectl.show('apply -f rollout.yaml');
  await rolledOut(api, 1);
  await kubectl.show(`get ds agent -o 'jsonpath={.status}'`);
  await kubectl.show('set image ds/agent *=registry.example/agent:2.0.0');
  await newestRevision(api, 2);
  await kubectl.show('set env ds/agent LEVEL=debug');
  await newestRevision(api, 3);
  await kubectl.show('set resources ds/agent --requests=cpu=50m,memory=64Mi --limits=memory=128Mi');
  await newestRevision(api, 4);
  await kubectl.show('set resources ds/agent --requests=memory=256Mi');
  await kubectl.show(TEMPLATE);
  await kubectl.show('set env ds/agent LEVEL-');
  await newestRevision(api, 5);

  kubectl.say('What changes no template starts nothing.');
  await kubectl.show('set image ds/agent agent=registry.example/agent:2.0.0');
  await kubectl.show('set image ds/agent agent=registry.example/agent:9 --dry-run=server');
  await kubectl.show(`patch ds agent -p '{"metadata":{"labels":{"team":"platform"}},"spec":{"minReadySeconds":1}}'`);
  await rolledOut(api, 5);

  kubectl.say('A changed manifest, twice, and the first one again.');
  await kubectl.show('apply -f rollout-v2.yaml');
  await newestRevision(api, 6);
  await kubectl.show('apply -f rollout-v2.yaml');
  await kubectl.show(TEMPLATE);
  await kubectl.show('replace -f rollout.yaml');
  await newestRevision(api, 7);

  kubectl.say('A restart is a revision as well.');
  await kubectl.show('rollout restart ds/agent');
  await rolledOut(api, 8);
  await kubectl.show(`get ds agent -o 'jsonpath={.metadata.generation} {.spec.template.metadata.annotations}'`);
  await kubectl.show(`get controllerrevision -l app=agent --sort-by '{.revision}' -o 'jsonpath={.items[*].revision}'`);
  await kubectl.show('rollout pause ds/agent');
  await kubectl.show('rollout resume ds/agent');
};
