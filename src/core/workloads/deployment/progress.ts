/** Whether a rollout moves, is done, or is stuck (upstream `progress.go` and `deployment_util.go`). */
import type { ReplicatedStatus } from '../../api/kinds/replicated.ts';
import { type Instant, parseTime } from '../../kube/time.ts';
import { type Deployment, type DeploymentCondition, replicasOf } from '../objects.ts';
import { condition, conditionsOf, deadlineOf, progressing, withCondition, without } from './conditions.ts';
import { nameOf, type Sets } from './sets.ts';

const DONE = 'NewReplicaSetAvailable';
const TIMED_OUT = 'ProgressDeadlineExceeded';

/** Whether the progress was given up on. */
export function hasTimedOut(deployment: Deployment): boolean {
  return progressing(conditionsOf(deployment))?.reason === TIMED_OUT;
}

/** Whether every wanted pod is of the present template and available, and nothing else is left. */
export function isComplete(deployment: Deployment, status: ReplicatedStatus = {}): boolean {
  const wanted = replicasOf(deployment);
  const counts = [status.updatedReplicas, status.replicas, status.availableReplicas];
  return (
    counts.every((count) => (count ?? 0) === wanted) && (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

/** The conditions with `Progressing` and `ReplicaFailure` brought up to date; `status` is what is about to be written. */
export function withProgress(sets: Sets, status: ReplicatedStatus, now: Instant): DeploymentCondition[] {
  const { deployment } = sets;
  const conditions: readonly DeploymentCondition[] = status.conditions ?? [];
  const failed = replicaFailure(sets);
  const next = progressed(sets, status, { conditions, now });
  const kept = deadlineOf(deployment) === undefined ? without(next, 'Progressing') : next;
  return failed ? withCondition(kept, failed) : without(kept, 'ReplicaFailure');
}

function progressed(
  sets: Sets,
  status: ReplicatedStatus,
  { conditions, now }: { conditions: readonly DeploymentCondition[]; now: Instant },
): DeploymentCondition[] {
  const { deployment } = sets;
  const before = progressing(conditions);
  const settled = (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && before?.reason === DONE;
  if (deadlineOf(deployment) === undefined || settled) return [...conditions];
  const who = sets.current ? `ReplicaSet "${nameOf(sets.current)}"` : `Deployment "${deployment.metadata.name}"`;
  const say = (is: 'True' | 'False', reason: string, what: string) =>
    condition({ type: 'Progressing', status: is, reason, message: `${who} ${what}` }, now);
  if (isComplete(deployment, status)) return withCondition(conditions, say('True', DONE, 'has successfully progressed.'));
  if (isMoving(deployment.status ?? {}, status)) {
    // Set even where status and reason stay: its update time starts the deadline anew.
    const moved = say('True', 'ReplicaSetUpdated', 'is progressing.');
    const since = before?.status === 'True' ? before.lastTransitionTime : undefined;
    return [...without(conditions, 'Progressing'), since === undefined ? moved : { ...moved, lastTransitionTime: since }];
  }
  if (isLate(deployment, before, now)) return withCondition(conditions, say('False', TIMED_OUT, 'has timed out progressing.'));
  return [...conditions];
}

function isMoving(before: ReplicatedStatus, after: ReplicatedStatus): boolean {
  const outdated = ({ replicas = 0, updatedReplicas = 0 }: ReplicatedStatus) => replicas - updatedReplicas;
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    outdated(after) < outdated(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function isLate(deployment: Deployment, before: DeploymentCondition | undefined, now: Instant): boolean {
  if (!before || before.reason === DONE) return false;
  if (before.reason === TIMED_OUT) return true;
  const at = deadlineAt(deployment, before);
  return at !== undefined && at < now;
}

/** When a rollout that does not move any more will be late; `undefined` where it cannot be. */
export function lateAt(deployment: Deployment, status: ReplicatedStatus): Instant | undefined {
  const last = progressing(status.conditions);
  if (!last || isComplete(deployment, status) || last.reason === TIMED_OUT || last.reason === DONE) return undefined;
  return deadlineAt(deployment, last);
}

function deadlineAt(deployment: Deployment, { lastUpdateTime }: DeploymentCondition): Instant | undefined {
  const seconds = deadlineOf(deployment);
  return seconds === undefined ? undefined : (parseTime(lastUpdateTime) ?? 0) + seconds * 1000;
}

/** What keeps a ReplicaSet from making pods; the current one's trouble goes before that of old ones. */
function replicaFailure({ current, old }: Sets): DeploymentCondition | undefined {
  for (const draft of current ? [current, ...old] : old) {
    const found = draft.stored.status?.conditions?.find(({ type }) => type === 'ReplicaFailure');
    if (!found) continue;
    const { type, status, lastTransitionTime, reason, message } = found;
    return {
      type,
      status,
      ...(lastTransitionTime ? { lastUpdateTime: lastTransitionTime, lastTransitionTime } : {}),
      ...(reason ? { reason } : {}),
      ...(message ? { message } : {}),
    };
  }
  return undefined;
}
