/** Server-side apply: owners, conflicts, force, and giving up a field. */
import type { Script } from '../play.ts';
import { daemonSetStatus } from '../waiting.ts';

/** Managers and times of an object, without the fields. */
const OWNERS = 'jsonpath={range .metadata.managedFields[*]}{.manager} {.operation} {.subresource} {.fieldsV1}{"\\n"}{end}';

export const serverSideApply: Script = async ({ kubectl, api }) => {
  await kubectl.show('apply --server-side -f opt-in.yaml --dry-run=server');
  await kubectl.show('apply --server-side -f opt-in.yaml');
  await kubectl.show('apply --server-side -f opt-in.yaml');
  await kubectl.show('set image ds/agent agent=registry.example/agent:2.0.0');

  kubectl.say('The image has another owner now.');
  await kubectl.show('apply --server-side -f opt-in.yaml');
  await kubectl.show('apply --server-side -f opt-in.yaml --force-conflicts');
  await daemonSetStatus(api, 'agent', {});
  await kubectl.show(`get ds agent -o '${OWNERS}'`, { sorted: true });
  await kubectl.show('apply --server-side --field-manager=platform -f small-v2.yaml');
  await kubectl.show('apply --server-side --field-manager=platform --force-conflicts -f small-v2.yaml');
  await kubectl.show(
    `get ds agent -o 'jsonpath={.metadata.labels} {.spec.template.spec.containers[0].image} {.spec.updateStrategy.rollingUpdate}{"\\n"}'`,
  );
};
