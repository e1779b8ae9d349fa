/** The next step of a roll-out, by the DaemonSet's strategy and the meaning of its budget. */
import type { Action } from '../decision.ts';
import type { Fleet } from '../fleet.ts';
import { budgetOf, isRolling } from './budget.ts';
import { inPlaceHard } from './in-place-hard.ts';
import { inPlaceUpstream } from './in-place-upstream.ts';
import { onDelete } from './on-delete.ts';
import type { Step } from './step.ts';
import { surgeHard } from './surge-hard.ts';
import { surgeUpstream } from './surge-upstream.ts';

/** At most `limit` creates and `limit` deletes; the fleet must be at rest (nothing asked for that is not seen). */
export function rollout(fleet: Fleet, limit: number): Action[] {
  const { create, remove } = step(fleet, limit);
  return [
    ...create.map(({ node, because }): Action => ({ kind: 'create-pod', node, pod: fleet.podFor(node), because })),
    ...remove.map((removal): Action => ({ kind: 'delete-pod', ...removal })),
  ];
}

function step(fleet: Fleet, limit: number): Step {
  if (!isRolling(fleet.daemonSet)) return onDelete();
  const { stages, tallies } = fleet.index;
  const budget = budgetOf(fleet.daemonSet, tallies.desired);
  const input = { stages, budget, desired: tallies.desired, limit };
  if (budget.maxSurge > 0) return fleet.budget.mode === 'hard' ? surgeHard(input) : surgeUpstream(input);
  return fleet.budget.mode === 'hard' ? inPlaceHard(input) : inPlaceUpstream(input);
}
