/** How many pods a PodDisruptionBudget counts on, and how many must stay healthy (upstream `disruption.go`, `getExpectedPodCount`). */
import { controllerOf } from '../../daemonset/claims.ts';
import { scaleIntOrPercent } from '../../kube/int-or-percent.ts';
import type { OwnerReference, Pod } from '../../kube/objects.ts';
import type { PodDisruptionBudget } from '../objects.ts';

/** Whatever scales the pods: its UID, and the replicas it wants. */
export interface Scale {
  readonly uid: string;
  readonly replicas: number;
}

/** Finds what scales the pods of a controller; `undefined` where it does not exist. Throws an `Error` where the kind cannot be scaled. */
export type ScaleFinder = (owner: OwnerReference, namespace: string) => Scale | undefined;

export interface Expected {
  readonly pods: number;
  readonly healthy: number;
  /** Pods nobody controls: they cannot be counted on. */
  readonly unmanaged: readonly Pod[];
}

/** Throws an `Error` with upstream's message where a controller's scale cannot be found out. */
export function expectedPods({ spec = {} }: PodDisruptionBudget, pods: readonly Pod[], find: ScaleFinder): Expected {
  const { minAvailable, maxUnavailable } = spec;
  if (maxUnavailable !== undefined) {
    const { replicas, unmanaged } = expectedScale(pods, find);
    return { pods: replicas, healthy: Math.max(0, replicas - scaleIntOrPercent(maxUnavailable, replicas, 'up')), unmanaged };
  }
  if (typeof minAvailable === 'number') return { pods: pods.length, healthy: minAvailable, unmanaged: [] };
  if (minAvailable === undefined) return { pods: 0, healthy: 0, unmanaged: [] };
  const { replicas, unmanaged } = expectedScale(pods, find);
  return { pods: replicas, healthy: scaleIntOrPercent(minAvailable, replicas, 'up'), unmanaged };
}

/** The sum over all controllers of the pods, each counted once. */
function expectedScale(pods: readonly Pod[], find: ScaleFinder): { replicas: number; unmanaged: Pod[] } {
  const known = new Set<string>();
  const scales = new Map<string, number>();
  const unmanaged: Pod[] = [];
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (!owner) {
      unmanaged.push(pod);
      continue;
    }
    if (known.has(owner.uid)) continue;
    const scale = find(owner, pod.metadata.namespace ?? '');
    if (!scale) throw new Error(`found no controllers for pod "${pod.metadata.name}"`);
    known.add(owner.uid);
    scales.set(scale.uid, scale.replicas);
  }
  let replicas = 0;
  for (const count of scales.values()) replicas += count;
  return { replicas, unmanaged };
}
