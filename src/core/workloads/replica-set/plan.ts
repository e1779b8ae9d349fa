/** How many pods a ReplicaSet makes now, or which it deletes (upstream `replica_set.go`, `manageReplicas`). */
import type { Pod } from '../../kube/objects.ts';
import type { Instant } from '../../kube/time.ts';
import { type ReplicaSet, replicasOf } from '../objects.ts';
import { victims } from './victims.ts';

/** Most pods made or deleted in one pass (upstream `BurstReplicas`). */
const BURST = 500;

export interface ReplicaSetView {
  readonly replicaSet: ReplicaSet;
  /** Its active pods. */
  readonly active: readonly Pod[];
  /** The pods of every ReplicaSet of the same controller, its own among them. */
  readonly related: () => Iterable<Pod>;
  readonly now: Instant;
}

export interface ReplicaSetPlan {
  readonly create: number;
  readonly remove: readonly Pod[];
}

/** A ReplicaSet that is being deleted does nothing: its pods are the garbage collector's. */
export function planReplicaSet({ replicaSet, active, related, now }: ReplicaSetView): ReplicaSetPlan {
  if (replicaSet.metadata.deletionTimestamp) return { create: 0, remove: [] };
  const surplus = active.length - replicasOf(replicaSet);
  if (surplus < 0) return { create: Math.min(-surplus, BURST), remove: [] };
  if (surplus === 0) return { create: 0, remove: [] };
  return { create: 0, remove: victims(active, related(), { count: Math.min(surplus, BURST), now }) };
}
