/** The node that all scores together like best. */
import { fraction } from '../../node/seeded.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';
import { preferredNeighbours } from './inter-pod-affinity.ts';
import { preferredNodes, preferredTaints } from './node-preferences.ts';
import { balancedAllocation, leastAllocated } from './resources.ts';
import type { Choice, MakeScore } from './score.ts';
import { preferredSpread } from './topology-spread.ts';

/** Where images lie already plays no part: simulated nodes pull everything alike. */
const SCORES: readonly MakeScore[] = [
  preferredTaints,
  preferredNodes,
  leastAllocated,
  preferredSpread,
  preferredNeighbours,
  balancedAllocation,
];

/** Throws where there is nothing to choose from. Among equals the pod's UID chooses, so that equal inputs give equal answers. */
export function bestNode(pod: PodInfo, choice: Choice): NodeInfo {
  const [only] = choice.feasible;
  if (!only) throw new Error('no node to choose from');
  if (choice.feasible.length === 1) return only;
  const totals = totalScores(pod, choice);
  const most = Math.max(...totals);
  const equals = choice.feasible.filter((_, i) => totals[i] === most);
  let best = only;
  let lowest = Number.POSITIVE_INFINITY;
  for (const on of equals) {
    const lot = fraction(`${pod.uid}/${on.name}`);
    if (lot >= lowest) continue;
    best = on;
    lowest = lot;
  }
  return best;
}

function totalScores(pod: PodInfo, choice: Choice): number[] {
  const totals = choice.feasible.map(() => 0);
  for (const make of SCORES) {
    const score = make(pod, choice);
    if (!score) continue;
    const scores = choice.feasible.map((on) => score.of(on));
    score.normalise?.(scores);
    for (const [i, points] of scores.entries()) totals[i] = (totals[i] ?? 0) + points * score.weight;
  }
  return totals;
}
