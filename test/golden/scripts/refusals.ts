/** What the API refuses of a DaemonSet and of a ControllerRevision: on create, on replace, on patch, in the status. */
import { ApiError } from '../../../src/core/api/api-error.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { CONTROLLERREVISIONS, DAEMONSETS } from '../../../src/core/kube/resource.ts';
import type { KubeApi } from '../../../src/ports.ts';
import type { Script } from '../play.ts';
import { BROKEN, daemonSet, type Manifest, revision, selecting } from './broken-manifests.ts';

const RAW = '/apis/apps/v1/namespaces/default';
const asList = (objects: readonly Manifest[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });

export const refusals: Script = async ({ kubectl, api }) => {
  await kubectl.show('create --validate=false --dry-run=server -f -', { stdin: asList(BROKEN) });
  for (const object of BROKEN) kubectl.say(`${object.metadata.name}: ${await verdict(api, object)}`);

  await api.create(DAEMONSETS, inDefault(daemonSet('agent')));
  await api.create(CONTROLLERREVISIONS, inDefault(revision('kept', { data: { a: 1, b: [] }, revision: 1 })));
  const budgets = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } };
  const replacements = [
    daemonSet('agent', selecting({ app: 'other' })),
    daemonSet('agent', budgets),
    revision('kept', { data: { a: 2, b: [] }, revision: 1 }),
    revision('kept', { data: { a: 1, b: [] }, revision: -1 }),
    revision('kept', { data: { a: 1, b: [] }, revision: 7 }),
  ];
  await kubectl.show('replace --validate=false -f -', { stdin: asList(replacements) });

  const patch = (spec: unknown) => `patch ds agent -p '${JSON.stringify({ spec })}'`;
  await kubectl.show(patch({ ...budgets, minReadySeconds: -1, revisionHistoryLimit: -1 }));
  await kubectl.show(patch({ updateStrategy: { type: 'Recreate' } }));
  await kubectl.show(patch({ template: { spec: { restartPolicy: 'Never', activeDeadlineSeconds: 9 } } }));
  await kubectl.show(`patch ds agent --type=json -p '[{"op":"remove","path":"/spec/selector/matchLabels"}]'`);

  kubectl.say('The status: no count is negative, and collisions are not taken back.');
  const counts = ['currentNumberScheduled', 'numberMisscheduled', 'desiredNumberScheduled', 'numberReady', 'observedGeneration'];
  const more = ['updatedNumberScheduled', 'numberAvailable', 'numberUnavailable', 'collisionCount'];
  const status = Object.fromEntries([...counts, ...more].map((count) => [count, -1]));
  const body = { status: { collisionCount: 2 } };
  const key = { namespace: 'default', name: 'agent' };
  await api.patch(DAEMONSETS, key, { type: 'application/merge-patch+json', body }, { subresource: 'status' });
  const stdin = JSON.stringify({ ...daemonSet('agent'), status });
  await kubectl.show(`replace --raw ${RAW}/daemonsets/agent/status -f -`, { stdin });
};

function inDefault(manifest: Manifest): KubeObject {
  return { ...manifest, metadata: { ...manifest.metadata, namespace: 'default' } };
}

/** Code, reason, and each cause's reason and field, as they go over the wire. */
async function verdict(api: KubeApi, object: Manifest): Promise<string> {
  try {
    const ref = object.kind === 'DaemonSet' ? DAEMONSETS : CONTROLLERREVISIONS;
    await api.create(ref, inDefault(object), { dryRun: true });
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const causes = (error.status.details?.causes ?? []).map(({ reason, field }) => `${reason} ${field}`);
    return [`${error.code} ${error.reason}`, ...causes].join('; ');
  }
}
