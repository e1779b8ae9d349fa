/** Everything one node contributes to the fleet's indexes, worked out anew whenever something about the node changes. */
import type { Instant } from '../kube/time.ts';
import { countedPods, type NodeEntry, type PodEntry } from './node-entry.ts';
import { type Placement, type PlacementContext, place } from './placement.ts';
import { factsAvailableAt } from './pod-facts.ts';
import { type Stage, type StageContext, stageOf } from './rollout/stage.ts';
import { type Tally, tallyOf } from './tallies.ts';

export interface Assessment {
  readonly tally: Tally;
  readonly placement: Placement;
  /** Where the node stands in a roll-out; `undefined` where it has no part in one. */
  readonly stage: Stage | undefined;
  /** When this changes by the passing of time alone. */
  readonly wakeAt: Instant | undefined;
}

/** What an assessment depends on besides the node's own entry. */
export type AssessmentContext = PlacementContext & StageContext;

/** Assesses a node whose judgement is up to date. */
export function assess(entry: NodeEntry, context: AssessmentContext): Assessment {
  const pods = countedPods(entry);
  const placement = place(entry, pods, context);
  return {
    tally: tallyOf(entry, pods, context),
    placement,
    stage: stageOf(entry, pods, context),
    wakeAt: earliest(wakes(entry, { pods, placement, context }), context.now),
  };
}

interface Parts {
  readonly pods: readonly PodEntry[];
  readonly placement: Placement;
  readonly context: PlacementContext;
}

function wakes(entry: NodeEntry, { pods, placement, context }: Parts): (Instant | undefined)[] {
  return [
    entry.judgement?.changesAt,
    entry.createHeldUntil,
    placement.waitUntil,
    ...pods.map((pod) => factsAvailableAt(pod.facts, context.minReadySeconds)),
  ];
}

function earliest(instants: readonly (Instant | undefined)[], after: Instant): Instant | undefined {
  let least: Instant | undefined;
  for (const at of instants) {
    if (at !== undefined && at > after && (least === undefined || at < least)) least = at;
  }
  return least;
}
