/** Spending one disruption of a PodDisruptionBudget (upstream `checkAndDecrement`). */
import { ApiError } from '../../core/api/api-error.ts';
import { forbidden } from '../../core/api/rest/errors.ts';
import type { Condition, KubeObject, LabelSelector } from '../../core/kube/objects.ts';
import { formatTime, type Instant } from '../../core/kube/time.ts';

/** What is read and written of a budget. */
export interface Budget extends KubeObject {
  spec?: { selector?: LabelSelector; unhealthyPodEvictionPolicy?: string };
  status?: {
    observedGeneration?: number;
    disruptionsAllowed?: number;
    currentHealthy?: number;
    desiredHealthy?: number;
    expectedPods?: number;
    disruptedPods?: Record<string, string>;
    conditions?: Condition[];
  };
}

/** Most pods that may be on their way out at once. */
const MAX_DISRUPTED = 2000;
const NAMED = { group: 'policy', plural: 'poddisruptionbudget' };

/** The budget with one disruption less, a private copy. Throws 429 where none is allowed. */
export function spend(budget: Budget, pod: string, now: Instant): Budget {
  const { status = {}, metadata } = budget;
  const name = metadata.name ?? '';
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
    throw refused(`The disruption budget ${name} is still being processed by the server.`, 10);
  }
  const allowed = status.disruptionsAllowed ?? 0;
  if (allowed < 0) throw forbidden(NAMED, name, 'pdb disruptions allowed is negative');
  if (Object.keys(status.disruptedPods ?? {}).length > MAX_DISRUPTED) {
    throw forbidden(NAMED, name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  }
  if (allowed === 0) {
    const counts = `${status.desiredHealthy ?? 0} healthy pods and has ${status.currentHealthy ?? 0} currently`;
    throw refused(`The disruption budget ${name} needs ${counts}`, 0);
  }
  const next: Budget = {
    ...budget,
    metadata: { ...metadata },
    status: {
      ...status,
      disruptionsAllowed: allowed - 1,
      disruptedPods: { ...status.disruptedPods, [pod]: formatTime(now) },
    },
  };
  if (allowed === 1) next.status!.conditions = exhausted(budget, now);
  return next;
}

/** The conditions with `DisruptionAllowed` false (upstream `UpdateDisruptionAllowedCondition`). */
function exhausted({ status = {}, metadata }: Budget, now: Instant): Condition[] {
  const before = status.conditions?.find((one) => one.type === 'DisruptionAllowed');
  const condition: Condition = {
    type: 'DisruptionAllowed',
    status: 'False',
    ...(metadata.generation === undefined ? {} : { observedGeneration: metadata.generation }),
    lastTransitionTime: before?.status === 'False' && before.lastTransitionTime ? before.lastTransitionTime : formatTime(now),
    reason: 'InsufficientPods',
    message: '',
  };
  return [...(status.conditions ?? []).filter((one) => one !== before), condition];
}

function refused(why: string, retryAfterSeconds: number): ApiError {
  const cause = { reason: 'DisruptionBudget', message: why, field: '' };
  const { field: _none, ...bare } = cause;
  return new ApiError(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [bare as typeof cause],
    ...(retryAfterSeconds > 0 ? { retryAfterSeconds } : {}),
  });
}
