/** The conditions of a Deployment, and how one is set (upstream `deployment_util.go`, `SetDeploymentCondition`). */
import { conditionOf } from '../../kube/pod-state.ts';
import { formatTime, type Instant } from '../../kube/time.ts';
import type { Deployment, DeploymentCondition } from '../objects.ts';

/** The largest int32 stands for "no deadline" and "keep every revision". */
const UNLIMITED = 2 ** 31 - 1;

export type Finding = Pick<DeploymentCondition, 'type' | 'status'> & { readonly reason: string; readonly message: string };

/** The `Progressing` condition of a list. */
export function progressing(conditions: readonly DeploymentCondition[] | undefined): DeploymentCondition | undefined {
  return conditionOf(conditions, 'Progressing');
}

/** The Deployment's conditions as they are stored. */
export function conditionsOf({ status }: Deployment): readonly DeploymentCondition[] {
  return status?.conditions ?? [];
}

/** `spec.progressDeadlineSeconds`; `undefined` where there is no deadline. */
export function deadlineOf({ spec }: Deployment): number | undefined {
  const seconds = spec.progressDeadlineSeconds;
  return seconds === undefined || seconds === UNLIMITED ? undefined : seconds;
}

/** `spec.revisionHistoryLimit`; `undefined` where every revision is kept. */
export function historyLimitOf({ spec }: Deployment): number | undefined {
  const limit = spec.revisionHistoryLimit;
  return limit === undefined || limit === UNLIMITED ? undefined : limit;
}

export function condition({ type, status, reason, message }: Finding, now: Instant): DeploymentCondition {
  const at = formatTime(now);
  return { type, status, lastUpdateTime: at, lastTransitionTime: at, reason, message };
}

/** The list with the condition in it. One of equal status and reason stays as it is; one of equal status keeps its transition time. */
export function withCondition(conditions: readonly DeploymentCondition[], next: DeploymentCondition): DeploymentCondition[] {
  const before = conditionOf(conditions, next.type);
  if (before?.status === next.status && before.reason === next.reason) return [...conditions];
  const since = before?.status === next.status ? before.lastTransitionTime : undefined;
  return [...without(conditions, next.type), since === undefined ? next : { ...next, lastTransitionTime: since }];
}

export function without(conditions: readonly DeploymentCondition[], type: string): DeploymentCondition[] {
  return conditions.filter((one) => one.type !== type);
}
