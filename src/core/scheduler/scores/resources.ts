/** Scores by what a node would have left of cpu and memory: the emptier and the more evenly used, the better. */
import type { NodeInfo } from '../node-info.ts';
import { BEST, type MakeScore } from './score.ts';

const SCORED = ['cpu', 'memory'] as const;

/** The mean of the shares that would be left, counting what containers leave open as a little (upstream `leastResourceScorer`). */
export const leastAllocated: MakeScore = ({ footprint }) => ({
  weight: 1,
  of(on: NodeInfo) {
    let sum = 0;
    let counted = 0;
    for (const resource of SCORED) {
      const there = on.allocatable[resource] ?? 0;
      if (there === 0) continue;
      counted++;
      const used = on.footprint[resource] + footprint[resource];
      if (used <= there) sum += Math.trunc(((there - used) * BEST) / there);
    }
    return counted === 0 ? 0 : Math.trunc(sum / counted);
  },
});

/**
 * How close the used shares of cpu and memory would be to each other (upstream `balancedResourceScorer`: two shares deviate from
 * their mean by half their distance). Pods that request neither have no say (kubernetes#129138).
 */
export const balancedAllocation: MakeScore = ({ tenant: { amounts } }) => {
  if (SCORED.every((resource) => (amounts[resource] ?? 0) === 0)) return undefined;
  return {
    weight: 1,
    of({ allocatable, requested }) {
      const shares: number[] = [];
      for (const resource of SCORED) {
        const there = allocatable[resource] ?? 0;
        if (there > 0) shares.push(Math.min(1, ((requested[resource] ?? 0) + (amounts[resource] ?? 0)) / there));
      }
      const [cpu, memory] = shares;
      const deviation = cpu === undefined || memory === undefined ? 0 : Math.abs(cpu - memory) / 2;
      return Math.trunc((1 - deviation) * BEST);
    },
  };
};
