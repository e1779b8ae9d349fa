/** The next step of a roll-out: which outdated pods to delete and where to put a new pod beside an old one. */
import type { Action, Reason } from '../decision.ts';
import type { Fleet } from '../fleet.ts';
import { type Budget, budgetOf, isRolling } from './budget.ts';
import type { Stage } from './stage.ts';
import type { StageIndex } from './stage-index.ts';

/** At most `limit` creates and `limit` deletes; the fleet must be at rest (nothing asked for that is not seen). */
export function rollout(fleet: Fleet, limit: number): Action[] {
  if (!isRolling(fleet.daemonSet)) return [];
  const { stages, tallies } = fleet.index;
  const budget = budgetOf(fleet.daemonSet, tallies.desired);
  if (budget.maxSurge > 0) return surge(fleet, { budget, desired: tallies.desired, limit });
  const removals = fleet.settings.budget === 'hard' ? withinBudget(stages, budget, limit) : asUpstream(stages, budget, limit);
  return removals.slice(0, limit).flatMap((stage) => remove(stage, outdated(stage)));
}

/**
 * Coverage never drops by more than `maxUnavailable` through us: nodes under way and broken ones spend the budget, broken
 * ones are replaced first, and nodes that are not eligible neither spend it nor lose their pod.
 */
function withinBudget(stages: StageIndex, { maxUnavailable }: Budget, limit: number): Stage[] {
  const underWay = stages.count(['unclean', 'empty', 'both-waiting', 'both-done', 'new-waiting'], true);
  const broken = stages.count(['old-broken'], true);
  const replace = Math.min(limit, maxUnavailable - underWay);
  const reduce = Math.min(limit, maxUnavailable - underWay - broken);
  return [...stages.first('old-broken', true, replace), ...stages.first('old-available', true, reduce)];
}

/**
 * Upstream's arithmetic (`rollingUpdate` since #123232): every node with pods spends the budget, eligible or not, and
 * unavailable old pods are all replaced at once, beyond it.
 */
function asUpstream(stages: StageIndex, { maxUnavailable }: Budget, limit: number): Stage[] {
  const unavailable = stages.count(['unclean', 'empty', 'both-waiting', 'both-done', 'new-waiting', 'old-broken']);
  const candidates = [true, false].flatMap((run) =>
    stages.first('old-available', run, Math.min(limit, maxUnavailable - unavailable)),
  );
  const broken = [true, false].flatMap((run) => stages.first('old-broken', run, limit));
  return [...broken, ...candidates.slice(0, Math.max(0, maxUnavailable - unavailable))];
}

interface SurgeInput {
  readonly budget: Budget;
  readonly desired: number;
  readonly limit: number;
}

/** Creates the new pod first, and deletes the old one when the new one is available; `maxSurge` nodes at a time. */
function surge(fleet: Fleet, { budget, desired, limit }: SurgeInput): Action[] {
  const { stages } = fleet.index;
  const spent = stages.count(['unclean', 'both-waiting']);
  const room = Math.max(0, budget.maxSurge - spent);
  const unasked = stages.first('old-broken', true, limit);
  const asked = stages.first('old-available', true, Math.min(room, limit));
  const creates = [...unasked, ...asked].slice(0, limit);
  const done = [true, false].flatMap((run) => stages.first('both-done', run, limit));
  const brokenElsewhere = stages.first('old-broken', false, limit);
  const spare = Math.min(limit, Math.max(0, stages.available - desired));
  const surplus = stages.first('old-available', false, spare);
  return [
    ...creates.map((stage): Action => {
      return { kind: 'create-pod', node: stage.node, pod: fleet.podFor(stage.node), because: surging(stage) };
    }),
    ...[
      ...done.flatMap((stage) => remove(stage, reason('SurgeComplete', 'The updated pod of the node is available.'))),
      ...brokenElsewhere.flatMap((stage) => remove(stage, outdated(stage))),
      ...surplus.flatMap((stage) =>
        remove(
          stage,
          reason('OutdatedPodSurplus', 'The pod is outdated, its node is not eligible, and enough others are available.'),
        ),
      ),
    ].slice(0, limit),
  ];
}

function remove(stage: Stage, because: Reason): Action[] {
  return stage.old ? [{ kind: 'delete-pod', node: stage.node, pod: stage.old, because }] : [];
}

function outdated(stage: Stage): Reason {
  return stage.kind === 'old-broken'
    ? reason('OutdatedPodUnavailable', 'The pod is outdated and not available, so replacing it costs nothing.')
    : reason('OutdatedPod', 'The pod is outdated, and the update may take another node.');
}

function surging(stage: Stage): Reason {
  return stage.kind === 'old-broken'
    ? reason('OutdatedPodUnavailable', 'The outdated pod of the node is not available; an updated one is put beside it.')
    : reason('OutdatedPod', 'The pod of the node is outdated; an updated one is put beside it.');
}

function reason(code: string, message: string): Reason {
  return { code, message };
}
