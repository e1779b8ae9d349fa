/** Draining a node with a Deployment behind a budget: evictions wait for it, daemon pods stay, the node ends empty of the rest. */
import type { Script } from '../play.ts';
import { agentsReady } from '../waiting.ts';
import { budgetAllows, maskWeb, webIsOut } from '../workload-waits.ts';

const WHERE = `get pods -o 'custom-columns=NAME:.metadata.name,NODE:.spec.nodeName' --sort-by .spec.nodeName`;

export const drainBudget: Script = async ({ kubectl, api }) => {
  const mask = { mask: maskWeb };
  await kubectl.show('apply -f small.yaml');
  await agentsReady(api);
  kubectl.say('Both pods of the Deployment come to worker-1, for the other workers are cordoned.');
  await kubectl.show('cordon worker-2');
  await kubectl.show('cordon worker-3');
  await kubectl.show('apply -f web.yaml');
  await webIsOut(api, 2);
  await budgetAllows(api, 1);
  await kubectl.show('uncordon worker-2');
  await kubectl.show('get deploy,pdb');
  await kubectl.show(WHERE, mask);

  kubectl.say('One pod may go; the other waits until a replacement is ready elsewhere. The lines are sorted.');
  await kubectl.show('drain worker-1 --ignore-daemonsets', { ...mask, sorted: true });
  await webIsOut(api, 2);
  await kubectl.show(WHERE, mask);
  await kubectl.show('get nodes');

  kubectl.say('Uncordoned, the node takes pods again.');
  await kubectl.show('uncordon worker-1');
  await kubectl.show('cordon worker-2');
  await kubectl.show('scale deploy/web --replicas=3');
  await webIsOut(api, 3);
  await kubectl.show(WHERE, mask);
};
