/** What a new cluster begins with: namespace `everynode-system`, the simulation's ConfigMap, and whether its nodes were made yet. */
import { ApiError } from '../core/api/api-error.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import { CONFIGMAPS, NAMESPACES, NODES } from '../core/kube/resource.ts';
import type { KubeApi } from '../ports.ts';
import type { ClusterPlan } from './cluster-plan.ts';
import { poolRules } from './pool-nodes.ts';

const SYSTEM = 'everynode-system';

/** Annotation of the namespace: the first nodes are made, and whichever is missing later was deleted on purpose. */
const NODES_MADE = 'everynode.dev/nodes-made';

/**
 * Makes namespace and ConfigMap where they are missing, the rules of the pools in it. Answers whether the nodes of a new
 * cluster are still to be made: also where a process ended while it made them.
 */
export async function seedSimulation(api: KubeApi, plan: ClusterPlan): Promise<boolean> {
  const isNew = await createIfMissing(() =>
    api.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: SYSTEM } }),
  );
  const data = { 'rules.yaml': poolRules(plan) };
  const map: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'simulation', namespace: SYSTEM }, data };
  await createIfMissing(() => api.create(CONFIGMAPS, map));
  if (!isNew) return !(await api.get(NAMESPACES, { name: SYSTEM })).metadata.annotations?.[NODES_MADE];
  const old = (await api.list(NODES, { limit: 1 })).items.length > 0;
  if (old) await nodesWereMade(api);
  return !old;
}

/** Remembers that the first nodes are there. */
export async function nodesWereMade(api: KubeApi): Promise<void> {
  const body = { metadata: { annotations: { [NODES_MADE]: 'true' } } };
  await api.patch(NAMESPACES, { name: SYSTEM }, { type: 'application/merge-patch+json', body });
}

async function createIfMissing(create: () => Promise<KubeObject>): Promise<boolean> {
  try {
    await create();
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'AlreadyExists') return false;
    throw error;
  }
}
