/** The objects every cluster has from its first moment (upstream `kube-apiserver` post-start hooks). */
import { ApiError } from '../core/api/api-error.ts';
import { DEFAULT_WRITE_OPTIONS } from '../core/api/rest/write-options.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import { NAMESPACES, PRIORITYCLASSES, type ResourceRef } from '../core/kube/resource.ts';
import { createObject } from './rest/create.ts';
import { keyOf } from './registry.ts';
import type { Parts } from './rest/scope.ts';

interface Seed {
  readonly ref: ResourceRef;
  readonly namespace?: string;
  readonly object: KubeObject;
}

const SERVICES: ResourceRef = { group: '', version: 'v1', resource: 'services' };

/** Creates what is not there yet. Kinds the server does not have are left out. */
export async function seed(parts: Parts): Promise<void> {
  for (const { ref, namespace, object } of SEEDS) {
    const kind = parts.registry.find(ref);
    if (!kind || parts.store.get(keyOf(kind, namespace, object.metadata.name ?? ''))) continue;
    const user = { name: 'system:apiserver', groups: ['system:masters'] };
    const scope = { parts, kind, namespace, user, agent: 'kube-apiserver', warn: () => undefined };
    await createObject(scope, () => structuredClone(object), DEFAULT_WRITE_OPTIONS).catch(ignoreExisting);
  }
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
}

function namespace(name: string): Seed {
  return { ref: NAMESPACES, object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } };
}

function priorityClass(name: string, value: number, description: string): Seed {
  const object = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value, description };
  return { ref: PRIORITYCLASSES, object };
}

const SEEDS: readonly Seed[] = [
  namespace('default'),
  namespace('kube-system'),
  namespace('kube-public'),
  namespace('kube-node-lease'),
  priorityClass(
    'system-cluster-critical',
    2000000000,
    'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  ),
  priorityClass(
    'system-node-critical',
    2000001000,
    'Used for system critical pods that must not be moved from their current node.',
  ),
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
