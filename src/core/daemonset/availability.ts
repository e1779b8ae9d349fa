/** The `Available` condition: whether as many nodes have an available pod as the strategy promises. */
import type { Finding } from './finding.ts';
import type { Fleet } from './fleet.ts';
import { NODES_TO_NAME, nameNodes } from './rollout/blocker.ts';
import { budgetOf, isRolling } from './rollout/budget.ts';
import type { StageKind } from './rollout/stage.ts';
import { ELIGIBLE } from './rollout/stage-index.ts';

const WITHOUT: readonly StageKind[] = ['old-broken', 'new-waiting', 'empty', 'unclean'];

/** True while no more nodes are without than `maxUnavailable` allows; none with surge or OnDelete. */
export function availability(fleet: Fleet): Finding {
  const { stages, tallies } = fleet.index;
  const { desired, available } = tallies;
  if (desired === 0) return { status: 'True', reason: 'NoEligibleNodes', message: 'No node is eligible.' };
  const missing = desired - available;
  if (missing === 0)
    return { status: 'True', reason: 'AllNodesAvailable', message: `All ${desired} nodes have an available pod.` };
  const allowed = isRolling(fleet.daemonSet) ? budgetOf(fleet.daemonSet, desired).maxUnavailable : 0;
  const count = `${available} of ${desired} nodes have an available pod; ${allowed} may be without.`;
  if (missing <= allowed) return { status: 'True', reason: 'MinimumNodesAvailable', message: count };
  const first = WITHOUT.flatMap((kind) => stages.first(kind, ELIGIBLE, NODES_TO_NAME)).slice(0, NODES_TO_NAME);
  const named = first.length > 0 ? ` Without: ${nameNodes(fleet, first, Math.max(missing, first.length))}.` : '';
  return { status: 'False', reason: 'NodesUnavailable', message: `${count}${named}` };
}
