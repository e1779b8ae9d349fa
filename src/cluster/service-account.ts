/** Controller `serviceaccount`: every namespace has the account `default` and the ConfigMap `kube-root-ca.crt`. */
import { ApiError } from '../core/api/api-error.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import { CONFIGMAPS, NAMESPACES, type ResourceRef, SERVICEACCOUNTS } from '../core/kube/resource.ts';
import type { ControllerWorld, RunningController } from './controller.ts';
import { WorkQueue } from './work-queue.ts';

const ROOT_CA = 'kube-root-ca.crt';
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

export function startServiceAccountController(world: ControllerWorld): RunningController {
  const { api, clock, log, mirrors, rootCa } = world;
  const namespaces = mirrors.of(NAMESPACES);
  const accounts = mirrors.of(SERVICEACCOUNTS);
  const configMaps = mirrors.of(CONFIGMAPS);
  let ready = false;
  const queue = new WorkQueue({ clock, log, workers: 5, delay: 200, work: (name) => furnish(name) });
  const look = (name: string | undefined) => {
    if (ready && name !== undefined) queue.add(name);
  };
  namespaces.listen({ changed: ({ metadata }) => look(metadata.name) });
  accounts.listen({ removed: ({ metadata }) => (metadata.name === 'default' ? look(metadata.namespace) : undefined) });
  const isRootCa = ({ metadata }: KubeObject) => metadata.name === ROOT_CA;
  configMaps.listen({
    changed: (object) => (isRootCa(object) && !isRight(object) ? look(object.metadata.namespace) : undefined),
    removed: (object) => (isRootCa(object) ? look(object.metadata.namespace) : undefined),
  });
  void Promise.all([namespaces.synced, accounts.synced, configMaps.synced]).then(() => {
    ready = true;
    for (const { metadata } of namespaces.values()) look(metadata.name);
  });
  return { stop: () => queue.stop() };

  async function furnish(name: string): Promise<undefined> {
    const namespace = namespaces.get(name);
    if (!namespace || namespace.metadata.deletionTimestamp !== undefined) return;
    if (!accounts.get(`${name}/default`))
      await make(SERVICEACCOUNTS, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } });
    const present = configMaps.get(`${name}/${ROOT_CA}`);
    const wanted: KubeObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: ROOT_CA, namespace: name, annotations: { 'kubernetes.io/description': DESCRIPTION } },
      data: { 'ca.crt': rootCa },
    };
    if (!present) await make(CONFIGMAPS, wanted);
    else if (!isRight(present)) await api.update(CONFIGMAPS, wanted);
  }

  function isRight(object: KubeObject): boolean {
    return (object.data as Record<string, string> | undefined)?.['ca.crt'] === rootCa;
  }

  async function make(ref: ResourceRef, object: KubeObject): Promise<void> {
    try {
      await api.create(ref, object);
    } catch (error) {
      // Somebody else was faster, or the namespace is on its way out.
      const harmless =
        error instanceof ApiError &&
        (error.code === 409 || error.code === 404 || (error.code === 403 && error.message.includes('being terminated')));
      if (!harmless) throw error;
    }
  }
}
