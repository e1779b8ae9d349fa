/** The status of a DaemonSet, read off the fleet's counts (upstream `storeDaemonSetStatus`). */
import type { Condition, DaemonSetStatus } from '../kube/objects.ts';
import { conditionsDiffer } from './conditions.ts';
import type { Fleet } from './fleet.ts';

export interface StatusInput {
  /** Something was asked for and is not seen yet: the observed generation stays (semantics of upstream's gate). */
  readonly gated: boolean;
  readonly collisionCount: number | undefined;
  readonly conditions: readonly Condition[] | undefined;
}

/** Counts that are zero are left out where upstream's type omits them. */
export function statusOf(fleet: Fleet, { gated, collisionCount, conditions }: StatusInput): DaemonSetStatus {
  const { metadata, status: before } = fleet.daemonSet;
  const { tallies } = fleet.index;
  const observedGeneration = gated ? before?.observedGeneration : metadata.generation;
  const collisions = collisionCount ?? before?.collisionCount;
  const unavailable = tallies.desired - tallies.available;
  return {
    currentNumberScheduled: tallies.current,
    numberMisscheduled: tallies.misscheduled,
    desiredNumberScheduled: tallies.desired,
    numberReady: tallies.ready,
    ...(observedGeneration ? { observedGeneration } : {}),
    ...(tallies.updated ? { updatedNumberScheduled: tallies.updated } : {}),
    ...(tallies.available ? { numberAvailable: tallies.available } : {}),
    ...(unavailable ? { numberUnavailable: unavailable } : {}),
    ...(collisions !== undefined ? { collisionCount: collisions } : {}),
    ...(conditions?.length ? { conditions: [...conditions] } : {}),
  };
}

const COUNTS = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
] as const;

/** Whether `next` must be written over `before`: a count or condition differs, or the observed generation is behind. */
export function statusDiffers(next: DaemonSetStatus, before: DaemonSetStatus | undefined): boolean {
  if (!before) return true;
  if (COUNTS.some((count) => (next[count] ?? 0) !== (before[count] ?? 0))) return true;
  if (conditionsDiffer(next.conditions, before.conditions)) return true;
  return (before.observedGeneration ?? 0) < (next.observedGeneration ?? 0);
}

/** What a DaemonSet without a status says. */
export const EMPTY_STATUS: DaemonSetStatus = {
  currentNumberScheduled: 0,
  numberMisscheduled: 0,
  desiredNumberScheduled: 0,
  numberReady: 0,
};
