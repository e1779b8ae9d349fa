/** Pods whose eviction was allowed and that are not seen to go yet (upstream `disruption.go`, `buildDisruptedPodMap`). */
import type { Pod } from '../../kube/objects.ts';
import { type Instant, parseTime } from '../../kube/time.ts';
import type { PodDisruptionBudget } from '../objects.ts';

/** Milliseconds after which a pod that was to be evicted and is still there counts again (upstream `DeletionTimeout`). */
const DELETION_TIMEOUT = 120_000;

export interface Disrupted {
  /** By name, when the eviction was allowed. */
  readonly pods: Readonly<Record<string, string>>;
  /** Those that should be gone. */
  readonly overdue: readonly Pod[];
  /** When the next of them is overdue. */
  readonly wakeAt: Instant | undefined;
}

/** What is left of `status.disruptedPods`: pods that are gone, or being deleted, need no mention. */
export function stillDisrupted({ status }: PodDisruptionBudget, pods: readonly Pod[], now: Instant): Disrupted {
  const marked = status?.disruptedPods ?? {};
  const left: Record<string, string> = {};
  const overdue: Pod[] = [];
  let wakeAt: Instant | undefined;
  if (Object.keys(marked).length === 0) return { pods: left, overdue, wakeAt };
  for (const pod of pods) {
    const name = pod.metadata.name ?? '';
    const since = marked[name];
    if (since === undefined || pod.metadata.deletionTimestamp) continue;
    const due = (parseTime(since) ?? 0) + DELETION_TIMEOUT;
    if (due < now) {
      overdue.push(pod);
      continue;
    }
    left[name] = since;
    if (wakeAt === undefined || due < wakeAt) wakeAt = due;
  }
  return { pods: left, overdue, wakeAt };
}
