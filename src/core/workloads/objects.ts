/** The workloads that stand beside DaemonSets, in the shapes their controllers read and write. */
import type { Deployment as ServedDeployment } from '../api/kinds/deployment.ts';
import type { PodDisruptionBudget as ServedBudget } from '../api/kinds/poddisruptionbudget.ts';
import type { Replicated } from '../api/kinds/replicated.ts';
import { controllerOf } from '../daemonset/claims.ts';
import type { Condition, KubeObject, OwnerReference, Pod } from '../kube/objects.ts';
import { isTerminal } from '../kube/pod-state.ts';
import type { ResourceRef } from '../kube/resource.ts';

export type Deployment = ServedDeployment;
export type ReplicaSet = Replicated;
export type PodDisruptionBudget = ServedBudget;

export const DEPLOYMENTS: ResourceRef = { group: 'apps', version: 'v1', resource: 'deployments' };
export const REPLICASETS: ResourceRef = { group: 'apps', version: 'v1', resource: 'replicasets' };
export const PODDISRUPTIONBUDGETS: ResourceRef = { group: 'policy', version: 'v1', resource: 'poddisruptionbudgets' };

/** An event that a controller wants told about an object. */
export interface Notice {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** A condition of a Deployment: it remembers when it was last confirmed, too. */
export interface DeploymentCondition extends Condition {
  lastUpdateTime?: string;
}

/** `spec.replicas` (the API fills in 1 where it is absent). */
export function replicasOf({ spec }: Replicated): number {
  return spec.replicas ?? 1;
}

/** Whether a pod counts towards its owner's replicas (upstream `IsPodActive`): it has neither ended nor is it being deleted. */
export function isActive(pod: Pod): boolean {
  return !isTerminal(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** Whether a pod is on its way out (upstream `IsPodTerminating`). */
export function isTerminating(pod: Pod): boolean {
  return !isTerminal(pod) && pod.metadata.deletionTimestamp !== undefined;
}

/** The mark a controller leaves on what it makes or adopts. */
export function ownedBy(kind: 'Deployment' | 'ReplicaSet', { metadata }: KubeObject): OwnerReference {
  const { name = '', uid = '' } = metadata;
  return { apiVersion: 'apps/v1', kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** The UID of the controlling Deployment or ReplicaSet, `undefined` where another kind, or nobody, controls the object. */
export function controlledBy(object: KubeObject, kind: 'Deployment' | 'ReplicaSet'): string | undefined {
  const owner = controllerOf(object);
  return owner?.kind === kind && owner.apiVersion.startsWith('apps/') ? owner.uid : undefined;
}

/** The count, or nothing where it is zero: the API leaves zeros of a status out. */
export function unlessZero<K extends string>(name: K, count: number): { [key in K]?: number } {
  return count === 0 ? {} : ({ [name]: count } as { [key in K]: number });
}
