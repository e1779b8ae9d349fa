/** The same agent under the kubernetes profile: random names, and a scheduler that binds. */
import { PODS } from '../../../src/core/kube/resource.ts';
import type { Script } from '../play.ts';
import { daemonSetStatus, eventsSeen, waitUntil } from '../waiting.ts';

/** Names end in five random characters here. */
const generated = (text: string) => text.replace(/\bagent-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, 'agent-<gen>');

export const kubernetesProfile: Script = async ({ kubectl, api }) => {
  await kubectl.show('apply -f agent.yaml');
  await daemonSetStatus(api, 'agent', { desiredNumberScheduled: 3, numberAvailable: 3 });
  const pods = await waitUntil(api, { ref: PODS, what: 'three pods' }, (all) => all.length === 3);
  const first = pods.find(({ spec }) => spec?.nodeName === 'worker-1')?.metadata.name ?? '';
  await eventsSeen(api, first, 'Scheduled', 'Pulling', 'Pulled', 'Created', 'Started');
  await kubectl.show(`get pods -n monitoring -o wide --sort-by '{.spec.nodeName}'`, { edit: generated });
  const masked = { mask: (text: string) => generated(text.replaceAll(first, 'agent-<gen>')) };
  await kubectl.show(
    `get pods -n monitoring --field-selector spec.nodeName=worker-1 -o 'jsonpath={.items[0].spec.affinity}{"\\n"}{.items[0].spec.tolerations}'`,
    masked,
  );
  await kubectl.show(`get events -n monitoring --field-selector involvedObject.name=${first}`, masked);
};
