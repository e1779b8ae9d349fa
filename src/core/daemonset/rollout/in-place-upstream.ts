/** RollingUpdate without surge as upstream reckons (`rollingUpdate` in update.go since #123232). */
import type { StageKind } from './stage.ts';
import { ELIGIBLE, NOT_ELIGIBLE } from './stage-index.ts';
import { outdated, removing, type Step, type StepInput } from './step.ts';

const UNAVAILABLE: readonly StageKind[] = ['unclean', 'empty', 'both-waiting', 'both-done', 'new-waiting', 'old-broken'];

/**
 * Invariants (semantics 5.2):
 * - Every node with a pod counts, eligible or not, down or gone; a node with only a terminating pod spends budget.
 * - Old pods that are not available are all replaced at once, whatever the budget says.
 * - Available old pods are taken as far as `maxUnavailable` exceeds the nodes that are unavailable.
 * - Better than upstream only in the order, which is defined: eligible nodes, then oldest pod, then name.
 */
export function inPlaceUpstream({ stages, budget, limit }: StepInput): Step {
  const room = Math.min(limit, budget.maxUnavailable - stages.count(UNAVAILABLE));
  const order = [ELIGIBLE, NOT_ELIGIBLE];
  const broken = order.flatMap((standings) => stages.first('old-broken', standings, limit));
  const candidates = order.flatMap((standings) => stages.first('old-available', standings, room));
  const chosen = [...broken, ...candidates.slice(0, Math.max(0, room))];
  return { create: [], remove: removing(chosen.slice(0, limit), outdated) };
}
