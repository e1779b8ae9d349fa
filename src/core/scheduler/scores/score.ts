/** What a score is: how much one of upstream's plugins likes each node that takes the pod. */
import type { ClusterState } from '../cluster-state.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';

/** The best score. */
export const BEST = 100;

/** Among which nodes a pod may choose. */
export interface Choice {
  readonly cluster: ClusterState;
  readonly feasible: readonly NodeInfo[];
}

export interface Score {
  readonly weight: number;
  /** A whole number, from 0 to 100 where there is no `normalise`. */
  of(on: NodeInfo): number;
  /** Brings the scores of all nodes, in their order, to 0…100, in place. */
  normalise?(scores: number[]): void;
}

/** Makes a score ready for one pod; `undefined` where it prefers no node. */
export type MakeScore = (pod: PodInfo, choice: Choice) => Score | undefined;

/** In proportion to the largest (upstream `DefaultNormalizeScore`); `reversed` where fewer is better. Mutates. */
export function proportionally(scores: number[], reversed = false): void {
  const most = Math.max(0, ...scores);
  for (const [i, score] of scores.entries()) {
    const share = most === 0 ? 0 : Math.trunc((BEST * score) / most);
    scores[i] = reversed ? BEST - share : share;
  }
}
