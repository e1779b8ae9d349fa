/** What a strategy is asked with, and the actions it may answer with. */
import type { PodRef, Reason } from '../decision.ts';
import type { Budget } from './budget.ts';
import type { Stage } from './stage.ts';
import type { StageIndex } from './stage-index.ts';

export interface StepInput {
  readonly stages: StageIndex;
  readonly budget: Budget;
  /** How many nodes are eligible. */
  readonly desired: number;
  /** At most so many creates, and as many deletes. */
  readonly limit: number;
}

export interface Removal {
  readonly node: string;
  readonly pod: PodRef;
  readonly because: Reason;
}

/** `create`: nodes that get a pod of the present revision beside the old one. */
export interface Step {
  readonly create: readonly { readonly node: string; readonly because: Reason }[];
  readonly remove: readonly Removal[];
}

export const NO_STEP: Step = { create: [], remove: [] };

/** The old pods of these nodes are to go. */
export function removing(stages: readonly Stage[], because: (stage: Stage) => Reason): Removal[] {
  return stages.flatMap((stage) => (stage.old ? [{ node: stage.node, pod: stage.old, because: because(stage) }] : []));
}

/** Why an outdated pod is replaced where it stands. */
export function outdated(stage: Stage): Reason {
  return stage.kind === 'old-broken'
    ? { code: 'OutdatedPodUnavailable', message: 'The pod is outdated and not available, so replacing it costs nothing.' }
    : { code: 'OutdatedPod', message: 'The pod is outdated, and the update may take another node.' };
}

/** Why a node gets a second pod. */
export function surging(stage: Stage): Reason {
  return stage.kind === 'old-broken'
    ? {
        code: 'OutdatedPodUnavailable',
        message: 'The outdated pod of the node is not available; an updated one is put beside it.',
      }
    : { code: 'OutdatedPod', message: 'The pod of the node is outdated; an updated one is put beside it.' };
}

/** Why the old pod of a surge goes. */
export const surgeComplete: Reason = { code: 'SurgeComplete', message: 'The updated pod of the node is available.' };
