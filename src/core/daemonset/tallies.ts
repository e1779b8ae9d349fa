/** The running counts of a fleet, of which the status is made (upstream `updateDaemonSetStatus`). */
import type { Instant } from '../kube/time.ts';
import type { NodeEntry, PodEntry } from './node-entry.ts';
import { factsAvailableAt } from './pod-facts.ts';

export interface Tally {
  readonly desired: number;
  readonly current: number;
  readonly ready: number;
  readonly available: number;
  readonly updated: number;
  readonly misscheduled: number;
}

const ZERO: Tally = { desired: 0, current: 0, ready: 0, available: 0, updated: 0, misscheduled: 0 };
const MISSING: Tally = { ...ZERO, desired: 1 };
const MISSCHEDULED: Tally = { ...ZERO, misscheduled: 1 };

export interface TallyContext {
  readonly hash: string;
  readonly minReadySeconds: number;
  readonly now: Instant;
}

/**
 * What one node adds to the counts. Its eldest counted pod speaks for it: so during a surge `updated` lags until the old
 * pod is gone, and a terminating pod that is still Ready counts as ready. Vanished nodes add nothing.
 */
export function tallyOf(entry: NodeEntry, pods: readonly PodEntry[], context: TallyContext): Tally {
  if (!entry.node) return ZERO;
  const [eldest] = pods;
  if (!entry.judgement?.run) return eldest ? MISSCHEDULED : ZERO;
  if (!eldest) return MISSING;
  const { facts } = eldest;
  const at = factsAvailableAt(facts, context.minReadySeconds);
  return {
    desired: 1,
    current: 1,
    ready: facts.ready ? 1 : 0,
    available: at !== undefined && at <= context.now ? 1 : 0,
    updated: facts.hash === context.hash ? 1 : 0,
    misscheduled: 0,
  };
}

/** Sums of tallies, kept by adding and taking away. */
export class Tallies {
  desired = 0;
  current = 0;
  ready = 0;
  available = 0;
  updated = 0;
  misscheduled = 0;

  /** `sign` is 1 to add, -1 to take away. */
  count(tally: Tally, sign: 1 | -1): void {
    this.desired += sign * tally.desired;
    this.current += sign * tally.current;
    this.ready += sign * tally.ready;
    this.available += sign * tally.available;
    this.updated += sign * tally.updated;
    this.misscheduled += sign * tally.misscheduled;
  }
}
