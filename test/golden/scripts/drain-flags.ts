/** What stops a drain, and the flag that overrides each: emptyDir volumes, pods of nobody, a budget that allows nothing. */
import type { Script } from '../play.ts';
import { budgetAllows, maskWeb, podRuns, webIsOut } from '../workload-waits.ts';

export const drainFlags: Script = async ({ kubectl, api }) => {
  const mask = { mask: maskWeb };
  await kubectl.show('apply -f scratch.yaml');
  await podRuns(api, 'scratch');
  await kubectl.show('drain worker-1');
  await kubectl.show('drain worker-1 --force');
  await kubectl.show('drain worker-1 --force --delete-emptydir-data');
  await kubectl.show('get pods');
  await kubectl.show('uncordon worker-1');

  kubectl.say('A budget that allows nothing holds a drain up for ever; deleting instead of evicting goes past it.');
  await kubectl.show('cordon worker-2');
  await kubectl.show('cordon worker-3');
  await kubectl.show('apply -f web.yaml');
  await webIsOut(api, 2);
  await kubectl.show(`patch pdb web -p '{"spec":{"minAvailable":2}}'`);
  await budgetAllows(api, 0);
  await kubectl.show('get pdb');
  await kubectl.show('uncordon worker-2');
  await kubectl.show('drain worker-1 --timeout=2s', { ...mask, sorted: true, edit: withoutRetries });
  await kubectl.show('drain worker-1 --disable-eviction', { ...mask, sorted: true });
  await webIsOut(api, 2);
  await kubectl.show(`get pods -o 'custom-columns=NAME:.metadata.name,NODE:.spec.nodeName'`, mask);
};

/** How often it tries within its time is its own affair. */
function withoutRetries(text: string): string {
  const lines = text.split('\n');
  return lines.filter((line, at) => lines.indexOf(line) === at).join('\n');
}
