/** Pods nobody else will remove (upstream `pkg/controller/podgc`): bound to a node that is gone, unscheduled and terminating, or terminal beyond the bound. */

import type { Node, Pod } from '../kube/objects.ts';
import { isTerminal } from '../kube/pod-state.ts';
import { type Instant, parseTime } from '../kube/time.ts';

export const POD_GC = {
  period: 20_000,
  /** How long a node must be missing before its pods are orphans. */
  quarantine: 40_000,
  /** Terminal pods that may stay (`--terminated-pod-gc-threshold`). */
  terminatedThreshold: 12_500,
} as const;

/** A pod to remove; `orphan` and `outOfService` ones are marked Failed with `DisruptionTarget` first. */
export interface Collection {
  readonly pod: Pod;
  readonly why: 'orphan' | 'unscheduled' | 'terminated' | 'outOfService';
  /** Message of the condition. */
  readonly message?: string;
}

/** What to remove now. `missing` remembers since when a node has been missing, and is kept up to date here. */
export function podsToCollect(
  pods: Iterable<Pod>,
  nodes: ReadonlyMap<string, Node>,
  { missing, now }: { missing: Map<string, Instant>; now: Instant },
): Collection[] {
  const found: Collection[] = [];
  const terminated: Pod[] = [];
  const gone = new Set<string>();
  for (const pod of pods) {
    const { nodeName } = pod.spec;
    const deleting = pod.metadata.deletionTimestamp !== undefined;
    if (nodeName && !nodes.has(nodeName)) {
      gone.add(nodeName);
      const since = missing.get(nodeName);
      if (since === undefined) missing.set(nodeName, now);
      else if (now - since >= POD_GC.quarantine) found.push({ pod, why: 'orphan', message: 'PodGC: node no longer exists' });
    } else if (!nodeName && deleting) found.push({ pod, why: 'unscheduled' });
    else if (nodeName && deleting && isOutOfService(nodes.get(nodeName))) {
      found.push({ pod, why: 'outOfService', message: 'PodGC: node out-of-service taint' });
    }
    if (isTerminal(pod)) terminated.push(pod);
  }
  for (const name of missing.keys()) if (!gone.has(name)) missing.delete(name);
  const surplus = terminated.length - POD_GC.terminatedThreshold;
  if (surplus > 0) {
    const age = (pod: Pod) => parseTime(pod.metadata.creationTimestamp) ?? 0;
    terminated.sort((a, b) => Number(b.status?.reason === 'Evicted') - Number(a.status?.reason === 'Evicted') || age(a) - age(b));
    for (const pod of terminated.slice(0, surplus)) found.push({ pod, why: 'terminated' });
  }
  return found;
}

function isOutOfService(node: Node | undefined): boolean {
  const ready = node?.status?.conditions?.find((condition) => condition.type === 'Ready');
  return (
    ready?.status !== 'True' && (node?.spec?.taints ?? []).some((taint) => taint.key === 'node.kubernetes.io/out-of-service')
  );
}
