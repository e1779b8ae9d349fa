/** Causes of changes, revisions in full, and every way back. */

import { CONTROLLERREVISIONS } from '../../../src/core/kube/resource.ts';
import type { KubeApi } from '../../../src/ports.ts';
import type { Script } from '../play.ts';
import { change, install, newestRevision, rolledOut } from '../rollout-waits.ts';
import { waitUntil } from '../waiting.ts';

const CAUSE = 'annotate ds agent --overwrite kubernetes.io/change-cause';

export const rolloutHistory: Script = async ({ kubectl, api }) => {
  await install(api, 'rollout.yaml');
  await newestRevision(api, 1);
  await kubectl.show('rollout undo ds/agent');

  await kubectl.show(`${CAUSE}='agent 1.1.0 <released>'`);
  await kubectl.show('set image ds/agent agent=registry.example/agent:1.1.0');
  await newestRevision(api, 2);
  await kubectl.run(`${CAUSE}=level`);
  await kubectl.show('set env ds/agent LEVEL=debug GREETING=a&b');
  await rolledOut(api, 3);
  await kubectl.show('rollout history -f rollout.yaml');
  await kubectl.show('rollout history ds/agent --revision=3');
  await kubectl.show('rollout history ds/agent --revision=4');
  await kubectl.show(`get controllerrevision -l app=agent --sort-by '{.revision}'`);
  await kubectl.show('get --raw /apis/apps/v1/namespaces/default/controllerrevisions', { edit: dataAlone });

  kubectl.say(
    'To the revision there is already. A client older than 1.34 counts a null creationTimestamp in, and patches nothing.',
  );
  await kubectl.show('rollout undo ds/agent --to-revision=3');
  await kubectl.show('rollout undo ds/agent --to-revision=9');
  await kubectl.show('rollout undo ds/agent --to-revision=1 --dry-run=server');

  kubectl.say('Back by one, then to the first: the old revision gets the next number.');
  await kubectl.show('rollout undo ds/agent');
  await newestRevision(api, 4);
  await kubectl.show(`get ds agent -o 'jsonpath={.spec.template.spec.containers}'`);
  await kubectl.show('rollout undo ds/agent --to-revision=1');
  await rolledOut(api, 5);
  await kubectl.show('rollout history ds/agent');

  kubectl.say('A limit on the history, down to none.');
  await change(api, { revisionHistoryLimit: 1 });
  await revisionsLeft(api, 2);
  await kubectl.show('rollout history ds/agent');
  await change(api, { revisionHistoryLimit: 0 });
  await revisionsLeft(api, 1);
  await kubectl.show('rollout undo ds/agent');
};

async function revisionsLeft(api: KubeApi, count: number): Promise<void> {
  await waitUntil(api, { ref: CONTROLLERREVISIONS, what: `${count} revisions` }, ({ length }) => length === count);
}

/** The bytes of `data` of each revision, as they stand in the response. */
function dataAlone(text: string): string {
  return [...text.matchAll(/"data":(\{.*?\}),"revision":/g)].map(([, data]) => data).join('\n');
}
