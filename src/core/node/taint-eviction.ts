/** When a `NoExecute` taint costs a pod its place (upstream `pkg/controller/tainteviction`). */
import type { Pod, Taint } from '../kube/objects.ts';
import { tolerates } from '../kube/taints.ts';
import type { Instant } from '../kube/time.ts';

/** `now`, at an instant, or never. */
export type EvictionTime = Instant | 'now' | 'never';

/**
 * The verdict for one pod on a node with these taints. `since` is when the pod's time began to run (the controller's own reading, kept while
 * the taints stay). A taint nobody tolerates: now. Otherwise the smallest `tolerationSeconds` among the tolerations in use; none set: never.
 */
export function evictionTime(pod: Pod, taints: readonly Taint[], since: Instant): EvictionTime {
  const noExecute = taints.filter((taint) => taint.effect === 'NoExecute');
  if (noExecute.length === 0) return 'never';
  let seconds: number | undefined;
  for (const taint of noExecute) {
    const used = (pod.spec.tolerations ?? []).find((toleration) => tolerates(toleration, taint));
    if (!used) return 'now';
    if (used.tolerationSeconds !== undefined) seconds = Math.min(seconds ?? Number.POSITIVE_INFINITY, used.tolerationSeconds);
  }
  if (seconds === undefined) return 'never';
  return seconds <= 0 ? 'now' : since + seconds * 1000;
}
