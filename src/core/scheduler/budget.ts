/** PodDisruptionBudgets as preemption sees them: wishes, which it overrides where nothing else helps. */
import type { KubeObject, LabelSelector } from '../kube/objects.ts';
import { compileSelector, selectorRequirements } from '../kube/selector.ts';
import type { PodInfo } from './pod-info.ts';

/** A budget, ready to be asked. */
export interface Budget {
  readonly allowed: number;
  covers(pod: PodInfo): boolean;
}

/** What is read of a `policy/v1` PodDisruptionBudget. */
export interface WrittenBudget extends KubeObject {
  spec?: { selector?: LabelSelector };
  status?: { disruptionsAllowed?: number; disruptedPods?: Record<string, string> };
}

/** An absent or empty selector covers nothing; pods whose disruption is accounted for already are not covered again. */
export function budgetOf({ metadata, spec, status }: WrittenBudget): Budget {
  const selects = (selectorRequirements(spec?.selector)?.length ?? 0) > 0 ? compileSelector(spec?.selector) : () => false;
  const disrupted = status?.disruptedPods ?? {};
  return {
    allowed: status?.disruptionsAllowed ?? 0,
    covers: ({ pod }) =>
      pod.metadata.namespace === metadata.namespace &&
      selects(pod.metadata.labels) &&
      !Object.hasOwn(disrupted, pod.metadata.name ?? ''),
  };
}

/** Parts pods into those whose going would break a budget and the others, each in the given order (upstream `filterPodsWithPDBViolation`). */
export function partByBudgets(pods: readonly PodInfo[], budgets: readonly Budget[]): { breaking: PodInfo[]; free: PodInfo[] } {
  const left = budgets.map(({ allowed }) => allowed);
  const parts: { breaking: PodInfo[]; free: PodInfo[] } = { breaking: [], free: [] };
  for (const pod of pods) {
    let breaks = false;
    for (const [i, budget] of budgets.entries()) {
      if (!budget.covers(pod)) continue;
      left[i] = (left[i] ?? 0) - 1;
      breaks ||= (left[i] ?? 0) < 0;
    }
    (breaks ? parts.breaking : parts.free).push(pod);
  }
  return parts;
}
