/** The status of a ReplicaSet from its pods (upstream `replica_set_utils.go`, `calculateStatus`). */
import type { ReplicatedStatus } from '../../api/kinds/replicated.ts';
import { semanticEqual } from '../../api/validation/equality.ts';
import type { Condition, Pod } from '../../kube/objects.ts';
import { availableAt, isReady } from '../../kube/pod-state.ts';
import { formatTime, type Instant } from '../../kube/time.ts';
import { type ReplicaSet, replicasOf, unlessZero } from '../objects.ts';

export interface ReplicaSetFacts {
  readonly active: readonly Pod[];
  readonly terminating: number;
  /** What went wrong in this pass. */
  readonly failure: string | undefined;
  readonly now: Instant;
}

export interface ReplicaSetReport {
  /** `undefined` where the status says this already. */
  readonly status: ReplicatedStatus | undefined;
  /** When a ready pod becomes available by the passing of `minReadySeconds`. */
  readonly wakeAt: Instant | undefined;
}

/** What to write into the status, and when to look again. */
export function replicaSetReport(replicaSet: ReplicaSet, facts: ReplicaSetFacts): ReplicaSetReport {
  const { active, now } = facts;
  const { minReadySeconds = 0, template } = replicaSet.spec;
  const wanted = Object.entries(template?.metadata?.labels ?? {});
  const count = { ready: 0, available: 0, labelled: 0 };
  let wakeAt: Instant | undefined;
  for (const pod of active) {
    if (wanted.every(([key, value]) => pod.metadata.labels?.[key] === value)) count.labelled++;
    if (isReady(pod)) count.ready++;
    const at = availableAt(pod, minReadySeconds);
    if (at === undefined) continue;
    if (at <= now) count.available++;
    else if (wakeAt === undefined || at < wakeAt) wakeAt = at;
  }
  const conditions = conditionsOf(replicaSet, facts);
  const status: ReplicatedStatus = {
    replicas: active.length,
    ...unlessZero('fullyLabeledReplicas', count.labelled),
    ...unlessZero('readyReplicas', count.ready),
    ...unlessZero('availableReplicas', count.available),
    terminatingReplicas: facts.terminating,
    ...unlessZero('observedGeneration', replicaSet.metadata.generation ?? 0),
    ...(conditions.length > 0 ? { conditions } : {}),
  };
  return { status: semanticEqual(status, replicaSet.status) ? undefined : status, wakeAt };
}

/** `ReplicaFailure` comes with the first failure, stays as it is while there are more, and goes with success. */
function conditionsOf(replicaSet: ReplicaSet, { active, failure, now }: ReplicaSetFacts): Condition[] {
  const before = replicaSet.status?.conditions ?? [];
  const known = before.some(({ type }) => type === 'ReplicaFailure');
  if (failure === undefined) return known ? before.filter(({ type }) => type !== 'ReplicaFailure') : before;
  if (known) return before;
  const surplus = active.length - replicasOf(replicaSet);
  const reason = surplus < 0 ? 'FailedCreate' : surplus > 0 ? 'FailedDelete' : '';
  return [
    ...before,
    {
      type: 'ReplicaFailure',
      status: 'True',
      lastTransitionTime: formatTime(now),
      ...(reason ? { reason } : {}),
      message: failure,
    },
  ];
}
