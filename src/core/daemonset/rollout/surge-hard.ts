/** RollingUpdate with surge under a hard budget: a pod of the present revision is put beside the old one, which goes when that is available. */
import type { Stage } from './stage.ts';
import { ELIGIBLE, NOT_ELIGIBLE } from './stage-index.ts';
import { NO_STEP, removing, type Step, type StepInput, surgeComplete, surging } from './step.ts';

const WORKING = ['working'] as const;
const LOST = ['lost', 'lost-outside'] as const;
const FAILING = ['failing'] as const;

/**
 * Invariants (handbook, "maxSurge for Zero-Downtime Agent Updates"):
 * - No available pod is deleted before another one of its node is available, `minReadySeconds` counted.
 * - At most `maxSurge` nodes wait for their second pod; those that went down after it came there, or that an unfinished earlier
 *   update may have taken down, count. A node whose old pod is not available gets its second pod at once: it costs no coverage.
 * - Nodes that are gone or not eligible keep what they have; those that were down before wait until the others are done
 *   (`failing`) or until they are back (`silent`). None of them holds the others up.
 */
export function surgeHard(input: StepInput): Step {
  const { stages, budget, limit } = input;
  const stricken = stages.strickenEarlier();
  const waiting = stages.count(['unclean', 'both-waiting'], WORKING);
  const lost = stages.count(['unclean', 'both-waiting', 'new-waiting', 'empty', 'old-broken'], LOST);
  const room = Math.min(limit, budget.maxSurge - waiting - lost - stricken.length);
  const chosen = [
    ...stages.first('old-broken', WORKING, limit),
    ...stricken.filter(({ standing }) => standing === 'failing'),
    ...stages.first('old-available', WORKING, room),
  ].slice(0, limit);
  const create = (chosen.length > 0 ? chosen : last(input, waiting + lost)).map((stage) => {
    return { node: stage.node, because: surging(stage) };
  });
  const done = stages.first('both-done', [...ELIGIBLE, ...NOT_ELIGIBLE], limit);
  if (create.length === 0 && done.length === 0) return NO_STEP;
  return { create, remove: removing(done, () => surgeComplete) };
}

/** Down nodes that still answer, once no working node has an old pod alone. */
function last({ stages, budget, limit }: StepInput, spent: number): Stage[] {
  if (stages.count(['old-broken', 'old-available'], WORKING) > 0) return [];
  const room = Math.min(limit, budget.maxSurge - spent - stages.count(['unclean', 'both-waiting'], FAILING));
  return [...stages.first('old-broken', FAILING, room), ...stages.first('old-available', FAILING, room)].slice(
    0,
    Math.max(0, room),
  );
}
