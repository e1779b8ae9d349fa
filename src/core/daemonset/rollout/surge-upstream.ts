/** RollingUpdate with surge as upstream reckons (`updatedDesiredNodeCounts` and `rollingUpdate` in update.go, KEP-1591). */
import type { Reason } from '../decision.ts';
import { ELIGIBLE, NOT_ELIGIBLE } from './stage-index.ts';
import { outdated, removing, type Step, type StepInput, surgeComplete, surging } from './step.ts';

/**
 * Invariants (semantics 5.3):
 * - At most `maxSurge` nodes wait for their second pod; a node whose old pod is not available gets one beyond that.
 * - The old pod goes when the new one is available.
 * - On nodes that are not eligible, old pods go when they are not available, or as far as more are available than desired.
 * - Better than upstream: the order is defined, and a node that is gone counts as not eligible instead of failing the pass.
 */
export function surgeUpstream({ stages, budget, desired, limit }: StepInput): Step {
  const room = Math.min(limit, budget.maxSurge - stages.count(['unclean', 'both-waiting']));
  const chosen = [...stages.first('old-broken', ELIGIBLE, limit), ...stages.first('old-available', ELIGIBLE, room)];
  const done = [ELIGIBLE, NOT_ELIGIBLE].flatMap((standings) => stages.first('both-done', standings, limit));
  const spare = Math.min(limit, stages.available - desired);
  const remove = [
    ...removing(done, () => surgeComplete),
    ...removing(stages.first('old-broken', NOT_ELIGIBLE, limit), outdated),
    ...removing(stages.first('old-available', NOT_ELIGIBLE, spare), () => SURPLUS),
  ];
  const create = chosen.slice(0, limit).map((stage) => ({ node: stage.node, because: surging(stage) }));
  return { create, remove: remove.slice(0, limit) };
}

const SURPLUS: Reason = {
  code: 'OutdatedPodSurplus',
  message: 'The pod is outdated, its node is not eligible, and enough others are available.',
};
