/** Score by `topologySpreadConstraints` that should hold (`ScheduleAnyway`; upstream podtopologyspread `scoring.go`). */
import { isCounted, whoCounts } from '../filters/topology-spread.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';
import type { SpreadConstraint } from '../pod-terms.ts';
import { BEST, type Choice, type MakeScore } from './score.ts';

/** Given to nodes that lack one of the labels; they get 0 in the end. */
const UNPLACED = -1;

interface Counted {
  readonly constraint: SpreadConstraint;
  readonly byValue: ReadonlyMap<string, number>;
  /** Grows with the number of places, so that a constraint over many places is not drowned by one over few. */
  readonly weight: number;
}

export const preferredSpread: MakeScore = (pod, choice) => {
  const soft = pod.terms.spread.filter((constraint) => !constraint.hard);
  if (soft.length === 0) return undefined;
  const counts = soft.map((constraint) => countUp(pod, constraint, { soft, choice }));
  return {
    weight: 2,
    of({ node: { metadata } }) {
      let sum = 0;
      for (const { constraint, byValue, weight } of counts) {
        const value = metadata.labels?.[constraint.topologyKey];
        if (value === undefined) return UNPLACED;
        sum += (byValue.get(value) ?? 0) * weight + (constraint.maxSkew - 1);
      }
      return Math.round(sum);
    },
    normalise,
  };
};

function countUp(
  pod: PodInfo,
  constraint: SpreadConstraint,
  { soft, choice }: { soft: readonly SpreadConstraint[]; choice: Choice },
): Counted {
  const { topologyKey } = constraint;
  const countsIn = whoCounts(pod, soft);
  const byValue = new Map<string, number>();
  for (const { node } of choice.feasible) {
    const labels = node.metadata.labels ?? {};
    if (soft.every((one) => Object.hasOwn(labels, one.topologyKey))) byValue.set(labels[topologyKey] ?? '', 0);
  }
  for (const on of choice.cluster.nodes) {
    const value = on.node.metadata.labels?.[topologyKey];
    const before = value === undefined ? undefined : byValue.get(value);
    if (value === undefined || before === undefined || !countsIn(on.node, constraint)) continue;
    byValue.set(value, before + matching(on, pod, constraint));
  }
  return { constraint, byValue, weight: Math.log(byValue.size + 2) };
}

function matching(on: NodeInfo, pod: PodInfo, constraint: SpreadConstraint): number {
  let found = 0;
  for (const other of on.pods.values()) if (isCounted(other, pod, constraint)) found++;
  return found;
}

function normalise(scores: number[]): void {
  const placed = scores.filter((score) => score !== UNPLACED);
  const most = Math.max(...placed);
  const least = Math.min(...placed);
  for (const [i, score] of scores.entries()) {
    if (score === UNPLACED) scores[i] = 0;
    else scores[i] = most === 0 ? BEST : Math.trunc((BEST * (most + least - score)) / most);
  }
}
