/** Who would have to leave one node for a pod to fit (upstream defaultpreemption `SelectVictimsOnNode`). */
import { partByBudgets } from '../budget.ts';
import type { ClusterState } from '../cluster-state.ts';
import type { Filters } from '../filters/filters.ts';
import type { NodeInfo } from '../node-info.ts';
import { byImportance, type PodInfo } from '../pod-info.ts';
import { incurable, type Rejection } from '../rejection.ts';

/** A node that could be cleared. */
export interface Candidate {
  readonly node: string;
  /** The most important first; never empty. */
  readonly victims: readonly PodInfo[];
  /** How many of them no budget lets go. */
  readonly breaking: number;
}

const NOBODY = incurable('NodeResourcesFit', 'No preemption victims found for incoming pod');

/**
 * Takes away all pods of lower priority, and if the pod fits then, puts them back one by one as far as it still fits: first those
 * that a budget protects, each time the most important first. What is left outside are the victims.
 */
export function victimsOn(
  node: NodeInfo,
  pod: PodInfo,
  { filters, cluster }: { filters: Filters; cluster: ClusterState },
): Candidate | Rejection {
  const potential = [...node.pods.values()].filter(({ priority }) => priority < pod.priority).sort(byImportance);
  if (potential.length === 0) return NOBODY;
  const on = node.copy();
  const outside = new Set(potential);
  for (const other of potential) filters.take(other, on);
  const giveBack = (other: PodInfo) => {
    filters.put(other, on);
    outside.delete(other);
  };
  const rejection = filters.check(on);
  if (rejection) {
    potential.forEach(giveBack);
    return rejection;
  }
  let breaking = 0;
  const parts = partByBudgets(potential, cluster.budgets);
  for (const other of [...parts.breaking, ...parts.free]) {
    filters.put(other, on);
    if (!filters.check(on)) {
      outside.delete(other);
      continue;
    }
    filters.take(other, on);
    if (parts.breaking.includes(other)) breaking++;
  }
  const victims = [...outside].sort(byImportance);
  victims.forEach(giveBack);
  return victims.length > 0 ? { node: node.name, victims, breaking } : NOBODY;
}
