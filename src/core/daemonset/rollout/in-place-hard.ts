/** RollingUpdate without surge under a hard budget: delete first, and never take more nodes than `maxUnavailable` says. */
import type { Stage, StageKind } from './stage.ts';
import { outdated, removing, type Step, type StepInput } from './step.ts';

const UNDER_WAY: readonly StageKind[] = ['unclean', 'empty', 'both-waiting', 'both-done', 'new-waiting'];
const WORKING = ['working'] as const;
const LOST = ['lost', 'lost-outside'] as const;
const FAILING = ['failing'] as const;

/**
 * Invariants (handbook, "monitoring coverage never drops by more than N nodes"):
 * - Working nodes without an available pod, nodes that went down after the present revision came there, and nodes that an
 *   unfinished earlier update may have taken down together spend the budget. No step takes an available pod beyond it, so
 *   bad updates in a row never add up.
 * - Of the nodes that spend it already, those with a broken old pod come first: replacing it takes nothing away.
 * - Nodes that are gone, not eligible, or down since before the update came there neither spend the budget nor hold the others up.
 *   Those that still answer are replaced when no working node is left; silent ones when they are back, for their pod could only hang.
 */
export function inPlaceHard(input: StepInput): Step {
  const { stages, budget, limit } = input;
  const stricken = stages.strickenEarlier();
  const spent = stages.count(UNDER_WAY, WORKING) + stages.count([...UNDER_WAY, 'old-broken'], LOST);
  const broken = stages.count(['old-broken'], WORKING) + stricken.length;
  const free = Math.min(limit, budget.maxUnavailable - spent);
  const repairable = stricken.filter(({ standing }) => standing === 'failing');
  const repairs = [...stages.first('old-broken', WORKING, free), ...repairable].slice(0, Math.max(0, free));
  const room = Math.min(limit - repairs.length, budget.maxUnavailable - spent - broken);
  const chosen = [...repairs, ...stages.first('old-available', WORKING, room)];
  return { create: [], remove: removing(chosen.length > 0 ? chosen : last(input, spent), outdated) };
}

/** Down nodes that still answer, once no working node has an old pod left. */
function last({ stages, budget, limit }: StepInput, spent: number): Stage[] {
  if (stages.count(['old-broken', 'old-available'], WORKING) > 0) return [];
  const room = Math.min(limit, budget.maxUnavailable - spent - stages.count(UNDER_WAY, FAILING));
  return [...stages.first('old-broken', FAILING, room), ...stages.first('old-available', FAILING, room)].slice(
    0,
    Math.max(0, room),
  );
}
