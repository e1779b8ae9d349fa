/** One pass over a Deployment: what to write to its ReplicaSets and to its status (upstream `deployment_controller.go`). */
import type { ReplicatedStatus } from '../../api/kinds/replicated.ts';
import { semanticEqual } from '../../api/validation/equality.ts';
import type { Pod } from '../../kube/objects.ts';
import type { Instant } from '../../kube/time.ts';
import type { Deployment, DeploymentCondition, Notice, ReplicaSet } from '../objects.ts';
import { REVISION } from './annotations.ts';
import { condition, conditionsOf, deadlineOf, progressing, withCondition } from './conditions.ts';
import { type Draft, writtenForm } from './draft.ts';
import { beyondHistory } from './history.ts';
import { hasTimedOut, isComplete, lateAt, withProgress } from './progress.ts';
import { recreate } from './recreate.ts';
import { rollOn } from './rolling-update.ts';
import { isScaling, scale } from './scaling.ts';
import { nameOf, Sets } from './sets.ts';
import { countedStatus } from './status.ts';
import { isRolling } from './strategy.ts';

export interface DeploymentView {
  readonly deployment: Deployment;
  /** Those it owns. */
  readonly replicaSets: readonly ReplicaSet[];
  readonly podsOf: (replicaSetUid: string) => Iterable<Pod>;
  readonly now: Instant;
}

export type DeploymentStep =
  | { readonly kind: 'create'; readonly replicaSet: ReplicaSet; readonly notices: readonly Notice[] }
  | { readonly kind: 'update'; readonly replicaSet: ReplicaSet; readonly notices: readonly Notice[] }
  | { readonly kind: 'delete'; readonly replicaSet: ReplicaSet }
  /** Status and annotations, both written through `/status`. */
  | { readonly kind: 'report'; readonly deployment: Deployment };

export interface DeploymentPlan {
  /** To be carried out in this order; the first failure ends the pass. */
  readonly steps: readonly DeploymentStep[];
  /** When time alone will have changed something. */
  readonly wakeAt: Instant | undefined;
}

/** Equal views give equal plans. */
export function planDeployment(view: DeploymentView): DeploymentPlan {
  const { deployment, replicaSets, now } = view;
  const sets = new Sets(deployment, replicaSets);
  const before = withPause(deployment, now);
  if (deployment.metadata.deletionTimestamp) return planOf(sets, [], counted(sets, conditionsOf(deployment), now));
  if (deployment.spec.paused || isScaling(sets)) {
    scale(sets);
    const gone = deployment.spec.paused ? beyondHistory(sets) : [];
    return planOf(sets, gone, counted(sets, before, now));
  }
  const busy = isRolling(deployment) ? rollOn(sets) : recreate(sets, view.podsOf);
  const gone = !busy && isComplete(deployment, deployment.status) ? beyondHistory(sets) : [];
  const status = counted(sets, withNewReplicaSet(sets, before, now), now);
  const conditions = withProgress(sets, status, now);
  return planOf(sets, gone, conditions.length > 0 ? { ...status, conditions } : status);
}

function counted(sets: Sets, conditions: readonly DeploymentCondition[], now: Instant): ReplicatedStatus {
  return countedStatus(sets, conditions, now);
}

/** A pause and its end stop and start the clock of the progress deadline. */
function withPause(deployment: Deployment, now: Instant): readonly DeploymentCondition[] {
  const conditions = conditionsOf(deployment);
  if (deadlineOf(deployment) === undefined || hasTimedOut(deployment)) return conditions;
  const wasPaused = progressing(conditions)?.reason === 'DeploymentPaused';
  const isPaused = deployment.spec.paused === true;
  if (wasPaused === isPaused) return conditions;
  const [reason, message] = isPaused
    ? ['DeploymentPaused', 'Deployment is paused']
    : ['DeploymentResumed', 'Deployment is resumed'];
  return withCondition(conditions, condition({ type: 'Progressing', status: 'Unknown', reason, message }, now));
}

/** A rollout starts with its ReplicaSet: made just now, or found where nothing was known of any progress. */
function withNewReplicaSet({ deployment, current }: Sets, conditions: readonly DeploymentCondition[], now: Instant) {
  if (!current || deadlineOf(deployment) === undefined) return conditions;
  if (!current.isNew && progressing(conditions)) return conditions;
  const [reason, message] = current.isNew
    ? ['NewReplicaSetCreated', `Created new replica set "${nameOf(current)}"`]
    : ['FoundNewReplicaSet', `Found new replica set "${nameOf(current)}"`];
  return withCondition(conditions, condition({ type: 'Progressing', status: 'True', reason, message }, now));
}

function planOf(sets: Sets, gone: readonly ReplicaSet[], status: ReplicatedStatus): DeploymentPlan {
  const { deployment, current } = sets;
  const deleted = new Set(gone);
  const steps: DeploymentStep[] = sets.all.flatMap((draft) => writes(draft, deleted));
  for (const replicaSet of gone) steps.push({ kind: 'delete', replicaSet });
  const revision = current?.annotations[REVISION];
  const { annotations } = deployment.metadata;
  const renumbered = revision !== undefined && annotations?.[REVISION] !== revision;
  if (renumbered || !semanticEqual(status, deployment.status)) {
    const metadata = renumbered
      ? { ...deployment.metadata, annotations: { ...annotations, [REVISION]: revision } }
      : deployment.metadata;
    steps.push({ kind: 'report', deployment: { ...deployment, metadata, status } });
  }
  return { steps, wakeAt: lateAt(deployment, status) };
}

function writes(draft: Draft, deleted: ReadonlySet<ReplicaSet>): DeploymentStep[] {
  const replicaSet = writtenForm(draft);
  if (!replicaSet || deleted.has(draft.stored)) return [];
  const notices = draft.notes.map((message): Notice => ({ type: 'Normal', reason: 'ScalingReplicaSet', message }));
  return [{ kind: draft.isNew ? 'create' : 'update', replicaSet, notices }];
}
