/** A rollout, its history, the way back, a restart. */
import type { Script } from '../play.ts';
import { agentsReady } from '../waiting.ts';

/** Which of the two intermediate lines of `rollout status` is caught, and how often, is a matter of timing. */
const lastLine = (text: string) => text.trimEnd().split('\n').at(-1) ?? '';
const status = 'rollout status ds/agent --timeout=20s';
const revisions = `get controllerrevisions --sort-by '{.revision}' -o custom-columns=REVISION:.revision,NAME:.metadata.name`;

export const rollout: Script = async ({ kubectl, api }) => {
  await kubectl.show('apply -f small.yaml');
  await kubectl.show(status, { edit: lastLine });
  await agentsReady(api);
  await kubectl.show('annotate ds agent kubernetes.io/change-cause=first');

  await kubectl.show('set image ds/agent agent=registry.example/agent:2.0.0');
  await kubectl.show(status, { edit: lastLine });
  await agentsReady(api);
  await kubectl.show('annotate ds agent kubernetes.io/change-cause=second --overwrite');
  await kubectl.show(
    `get pods -o 'custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[0].image,GENERATION:.metadata.labels.pod-template-generation'`,
  );
  await kubectl.show('rollout history ds/agent');
  await kubectl.show('rollout history ds/agent --revision=1');
  await kubectl.show('rollout history ds/agent --revision=7');
  await kubectl.show(revisions);

  await kubectl.show('rollout undo ds/agent');
  await kubectl.show(status, { edit: lastLine });
  await agentsReady(api);
  await kubectl.show('get ds agent -o wide');
  await kubectl.show('rollout history ds/agent');
  await kubectl.show(revisions);
  await kubectl.show('rollout undo ds/agent --to-revision=9');

  kubectl.say('A restart is a new revision: its name follows the time and is not shown.');
  await kubectl.show('rollout restart ds/agent');
  await kubectl.show(status, { edit: lastLine });
  await agentsReady(api);
  await kubectl.show(`get controllerrevisions --sort-by '{.revision}' -o 'jsonpath={.items[*].revision}{"\\n"}'`);
  await kubectl.show('rollout pause ds/agent');
  await kubectl.show('set image ds/agent nobody=registry.example/agent:2.0.0');
};
