/** What a pod's status says: ready, available, terminal. */
import type { Condition, Pod } from './objects.ts';
import { type Instant, parseTime } from './time.ts';

/** The condition of that type, `undefined` where the status has none. */
export function conditionOf(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** Whether the pod's `Ready` condition is True. */
export function isReady(pod: Pod): boolean {
  return conditionOf(pod.status?.conditions, 'Ready')?.status === 'True';
}

/**
 * When the pod is or becomes available, if nothing else changes; `undefined` where it is not ready, or where
 * `minReadySeconds` is set and the condition lacks a transition time (upstream `IsPodAvailable`).
 */
export function availableAt(pod: Pod, minReadySeconds: number): Instant | undefined {
  const ready = conditionOf(pod.status?.conditions, 'Ready');
  if (ready?.status !== 'True') return undefined;
  if (minReadySeconds <= 0) return 0;
  const since = parseTime(ready.lastTransitionTime);
  return since === undefined ? undefined : since + minReadySeconds * 1000;
}

/** Whether the pod has been ready for `minReadySeconds`; the exact instant counts. */
export function isAvailable(pod: Pod, minReadySeconds: number, now: Instant): boolean {
  const at = availableAt(pod, minReadySeconds);
  return at !== undefined && at <= now;
}

/** Whether the pod has ended: phase Succeeded or Failed. */
export function isTerminal(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}
