/** The objects every cluster has from its first moment (upstream `kube-apiserver` post-start hooks). */
import { ApiError } from '../core/api/api-error.ts';
import { BOOTSTRAP_POLICY } from '../core/api/authorization/bootstrap.ts';
import { namespaceNamed } from '../core/api/kinds/namespace.ts';
import { SYSTEM_PRIORITY_CLASSES } from '../core/api/kinds/priorityclass.ts';
import { DEFAULT_WRITE_OPTIONS } from '../core/api/rest/write-options.ts';
import { decodeValue } from '../core/api/schema/body.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import { NAMESPACES, PRIORITYCLASSES, type ResourceRef } from '../core/kube/resource.ts';
import { keyOf } from './registry.ts';
import { createObject } from './rest/create.ts';
import type { Parts } from './rest/scope.ts';

interface Seed {
  readonly ref: ResourceRef;
  readonly namespace?: string;
  readonly object: KubeObject;
}

const SERVICES: ResourceRef = { group: '', version: 'v1', resource: 'services' };

/** Creates what is not there yet. Kinds the server does not have are left out. */
export async function seed(parts: Parts): Promise<void> {
  await Promise.all(SEEDS.map((one) => plant(parts, one)));
}

async function plant(parts: Parts, { ref, namespace, object }: Seed): Promise<void> {
  const kind = parts.registry.find(ref);
  if (!kind || parts.store.get(keyOf(kind, namespace, object.metadata.name ?? ''))) return;
  const user = { name: 'system:apiserver', groups: ['system:masters'] };
  const scope = { parts, kind, namespace, user, agent: 'kube-apiserver', warn: () => undefined };
  const decode = () => decodeValue(object, kind, { mode: 'Ignore' }).object;
  await createObject(scope, decode, DEFAULT_WRITE_OPTIONS).catch(ignoreExisting);
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
}

const CLUSTERROLES: ResourceRef = { group: 'rbac.authorization.k8s.io', version: 'v1', resource: 'clusterroles' };
const CLUSTERROLEBINDINGS: ResourceRef = { ...CLUSTERROLES, resource: 'clusterrolebindings' };

const SEEDS: readonly Seed[] = [
  ...['default', 'kube-system', 'kube-public', 'kube-node-lease'].map((name) => ({
    ref: NAMESPACES,
    object: namespaceNamed(name),
  })),
  ...SYSTEM_PRIORITY_CLASSES.map((object) => ({ ref: PRIORITYCLASSES, object })),
  ...BOOTSTRAP_POLICY.map((object) => ({ ref: object.kind === 'ClusterRole' ? CLUSTERROLES : CLUSTERROLEBINDINGS, object })),
  {
    ref: SERVICES,
    namespace: 'default',
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
      spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }] },
    },
  },
];
