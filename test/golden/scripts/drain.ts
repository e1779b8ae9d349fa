/** Cordon and drain: daemon pods are not evicted, and a cordoned node still gets them. */
import { PODS } from '../../../src/core/kube/resource.ts';
import type { Script } from '../play.ts';
import { agentsReady, daemonSetStatus, waitUntil } from '../waiting.ts';

/** kubectl collects its warnings in a map: their order is Go's whim. */
const steady = {
  edit: (text: string) =>
    text.replace(
      /^(Warning|WARNING): (.*)$/gm,
      (_line, word: string, list: string) => `${word}: ${list.split('; ').sort().join('; ')}`,
    ),
};

export const drain: Script = async ({ kubectl, api, version }) => {
  await kubectl.show('apply -f small.yaml');
  await agentsReady(api);
  await kubectl.show('cordon worker-1');
  await kubectl.show('cordon worker-1');
  await kubectl.show('get nodes');
  await kubectl.show('get ds,pods');

  kubectl.say('Refused: the agent would come back at once.');
  await kubectl.show('drain worker-1');
  kubectl.say('A pod without a controller needs --force.');
  await kubectl.show('apply -f app.yaml');
  await waitUntil(api, { ref: PODS, what: 'app running' }, (pods) =>
    pods.some(({ metadata, status }) => metadata.name === 'app' && status?.phase === 'Running'),
  );
  await kubectl.show('drain worker-1 --ignore-daemonsets');
  if (version === '1.20')
    kubectl.say('This kubectl needs CustomResourceDefinitions to tell whether evictions can run dry: left out.');
  else await kubectl.show('drain worker-1 --ignore-daemonsets --force --dry-run=server', steady);
  await kubectl.show('drain worker-1 --ignore-daemonsets --force', steady);
  await kubectl.show('get pods -o wide');

  kubectl.say('A daemon pod tolerates node.kubernetes.io/unschedulable: it comes back on the cordoned node.');
  await kubectl.show('delete pod agent-worker-1');
  await agentsReady(api);
  await daemonSetStatus(api, 'agent', { numberAvailable: 3 });
  await kubectl.show('get ds,pods');
  await kubectl.show('uncordon worker-1');
  await kubectl.show('drain worker-9');
};
