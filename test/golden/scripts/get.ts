/** Reading: `get` of everything a DaemonSet user looks at, in every form of output. */
import type { Script } from '../play.ts';
import { agentsReady, eventsSeen } from '../waiting.ts';

/** kubectl 1.20 shows the managed fields, in an order that follows the second each was written in. */
const unmanaged = {
  edit: (text: string) => text.replace(/^( *)managedFields:\n(?:\1(?:- | {2}).*\n)+/gm, ''),
};

export const get: Script = async ({ kubectl, api }) => {
  await kubectl.show('get ds');
  await kubectl.show('apply -f agent.yaml');
  await agentsReady(api);
  await eventsSeen(api, 'agent', 'SuccessfulCreate', 'SuccessfulCreate', 'SuccessfulCreate', 'RolloutComplete');
  for (const worker of ['worker-1', 'worker-2', 'worker-3'])
    await eventsSeen(api, `agent-${worker}`, 'Pulling', 'Pulled', 'Created', 'Started');

  await kubectl.show('get ds -n monitoring');
  await kubectl.show('get ds -n monitoring -o wide');
  await kubectl.show('get ds agent -n monitoring -o yaml', unmanaged);
  await kubectl.show(`get ds agent -n monitoring -o 'jsonpath={.status.numberReady}/{.status.desiredNumberScheduled}{"\\n"}'`);

  await kubectl.show('get pods -n monitoring');
  await kubectl.show('get pods -n monitoring -o wide');
  await kubectl.show('get pods -n monitoring --show-labels');
  await kubectl.show('get pods -A --field-selector spec.nodeName=worker-2');
  await kubectl.show('get pod agent-worker-1 -n monitoring -o yaml', unmanaged);
  await kubectl.show(
    `get pods -n monitoring -o 'jsonpath={range .items[*]}{.metadata.name} {.spec.nodeName} {.status.phase}{"\\n"}{end}'`,
  );

  await kubectl.show('get nodes');
  await kubectl.show('get nodes -o wide');
  await kubectl.show('get node control-plane-1 -o yaml', unmanaged);
  await kubectl.show(`get nodes -l kubernetes.io/arch=arm64 -o 'jsonpath={.items[*].metadata.name}'`);

  await kubectl.show('get events -n monitoring --field-selector involvedObject.kind=DaemonSet');
  await kubectl.show('get events -n monitoring --field-selector involvedObject.name=agent-worker-1 -o wide');
  await kubectl.show(
    'get events -n monitoring --field-selector involvedObject.name=agent-worker-1,reason=Started -o yaml',
    unmanaged,
  );
  await kubectl.show(`get events -n monitoring -o 'jsonpath={range .items[*]}{.reason} {.involvedObject.name}{"\\n"}{end}'`, {
    sorted: true,
  });

  await kubectl.show('get controllerrevisions -n monitoring');
  await kubectl.show('get controllerrevisions -n monitoring -o wide');
  await kubectl.show('get controllerrevisions -n monitoring -o yaml', unmanaged);
  await kubectl.show(`get controllerrevisions -n monitoring -o 'jsonpath={.items[0].revision}'`);

  await kubectl.show('get all -n monitoring');
  await kubectl.show('get ds nobody -n monitoring');
  await kubectl.show(`get pods -l 'a in'`);
  await kubectl.show('get pods --field-selector spec.image=x');
};
