/** Causes of changes, revisions in full, and every way back. */
import type { Script } from '../play.ts';
import { rolledOut } from '../rollout-waits.ts';

const CAUSE = 'annotate ds agent --overwrite kubernetes.io/change-cause';
const REVISIONS = `get controllerrevision -l app=agent --sort-by '{.revision}'`;

export const rolloutHistory: Script = async ({ kubectl, api }) => {
  await kubectl.show('rollout history ds/agent');
  await kubectl.show('apply -f rollout.yaml');
  await rolledOut(api, 1);
  await kubectl.show('rollout history ds/agent');
  await kubectl.show('rollout undo ds/agent');

  await kubectl.show(`${CAUSE}='agent 1.1.0 <released>'`);
  await kubectl.show('set image ds/agent agent=registry.example/agent:1.1.0');
  await rolledOut(api, 2);
  await kubectl.show(`${CAUSE}=level`);
  await kubectl.show('set env ds/agent LEVEL=debug GREETING=a&b');
  await rolledOut(api, 3);
  await kubectl.show('rollout history ds/agent');
  await kubectl.show('rollout history ds/agent --revision=1');
  await kubectl.show('rollout history ds/agent --revision=3');
  await kubectl.show('rollout history ds/agent --revision=4');
  await kubectl.show('rollout history -f rollout.yaml');
  await kubectl.show(REVISIONS);
  await kubectl.show(`${REVISIONS} -o 'jsonpath={range .items[*]}{.metadata.labels}{"\\n"}{.metadata.annotations}{"\\n"}{end}'`);
  await kubectl.show('get --raw /apis/apps/v1/namespaces/default/controllerrevisions', { edit: dataAlone });

  kubectl.say('The revision it has already: nothing to do, in three ways of asking.');
  await kubectl.show('rollout undo ds/agent --to-revision=3');
  await kubectl.show('rollout undo ds/agent --to-revision=3 --dry-run=server');
  await kubectl.show('rollout undo ds/agent --to-revision=9');
  await kubectl.show('rollout undo ds/agent --to-revision=1 --dry-run=client', { edit: (text) => text.replace(/\s+$/gm, '') });
  await kubectl.show('rollout undo ds/agent --to-revision=1 --dry-run=server');
  await kubectl.show(REVISIONS);

  kubectl.say('Back by one: the environment goes, and the old revision gets the next number.');
  await kubectl.show('rollout undo ds/agent');
  await rolledOut(api, 4);
  await kubectl.show(`get ds agent -o 'jsonpath={.spec.template.spec.containers}'`);
  await kubectl.show('rollout history ds/agent');
  kubectl.say('Back to the first.');
  await kubectl.show('rollout undo ds/agent --to-revision=1');
  await rolledOut(api, 5);
  await kubectl.show('rollout history ds/agent');
  await kubectl.show('diff -f rollout.yaml');

  kubectl.say('A limit on the history, down to none.');
  await kubectl.show(`patch ds agent -p '{"spec":{"revisionHistoryLimit":1}}'`);
  await rolledOut(api, 5);
  await kubectl.show('rollout history ds/agent');
  await kubectl.show(`patch ds agent -p '{"spec":{"revisionHistoryLimit":0}}'`);
  await rolledOut(api, 5);
  await kubectl.show('rollout history ds/agent');
  await kubectl.show('rollout undo ds/agent');
};

/** The bytes of `data` of each revision, as they stand in the response. */
function dataAlone(text: string): string {
  return [...text.matchAll(/"data":(\{.*?"\$patch":"replace".*?\}\}\}?)/g)].map(([, data]) => data).join('\n');
}
