/** How far one node has come in a roll-out, and what it waits for. */

import { countedPods, type NodeEntry } from '../daemonset/node-entry.ts';
import { isLeaving } from '../daemonset/placement.ts';
import { factsAvailableAt } from '../daemonset/pod-facts.ts';
import type { Instant } from '../kube/time.ts';

/** The steps of a node in their order; a node is through at `DONE`. */
export const STEP = {
  /** An outdated pod stays. */
  outdated: 0,
  /** The outdated pod is terminating. */
  leaving: 1,
  /** No pod. */
  empty: 2,
  /** A pod of the present revision exists and is not scheduled. */
  created: 3,
  /** It is bound and not ready. */
  bound: 4,
  /** It is ready, and not for `minReadySeconds` yet. */
  ready: 5,
  /** It is available, and the outdated pod is still there (surge). */
  available: 6,
  /** Only the present revision is left, and available. */
  done: 7,
} as const;

/** Why a node is not through: a closed set, so that the label that carries it is bounded. */
export type Cause =
  | 'HostPortInUse'
  | 'MinReadySeconds'
  | 'NodeNotReady'
  | 'NodeUnreachable'
  | 'OutdatedPodNotReady'
  | 'OutdatedPodRemains'
  | 'PodFailed'
  | 'PodMissing'
  | 'PodNotReady'
  | 'PodNotScheduled'
  | 'PodTerminating';

export interface Advancement {
  readonly step: number;
  /** When the pod of the present revision becomes available if nothing changes; only at `STEP.ready`. */
  readonly availableAt: Instant | undefined;
  /** `undefined` where the node is through, or an outdated pod waits for its turn. */
  readonly cause: Cause | undefined;
}

export interface AdvancementContext {
  /** The hash of the present revision. */
  readonly hash: string;
  readonly minReadySeconds: number;
  /** The template takes ports of the host, so that two pods cannot run side by side. */
  readonly hostPorts: boolean;
  readonly now: Instant;
}

/** Of an eligible node. */
export function advancementOf(entry: NodeEntry, context: AdvancementContext): Advancement {
  const { now, hash, minReadySeconds } = context;
  const pods = countedPods(entry);
  const staying = pods.filter((pod) => !isLeaving(pod));
  const old = staying.find(({ facts }) => facts.hash !== hash)?.facts;
  const fresh = staying.find(({ facts }) => facts.hash === hash)?.facts;
  const at = fresh && factsAvailableAt(fresh, minReadySeconds);
  const step = freshStep() ?? (old ? STEP.outdated : pods.length > 0 ? STEP.leaving : STEP.empty);
  const failed = pods.some(({ facts }) => facts.phase === 'Failed');
  return { step, availableAt: step === STEP.ready ? at : undefined, cause: cause() };

  function freshStep(): number | undefined {
    if (!fresh) return undefined;
    if (at !== undefined && at <= now) return old ? STEP.available : STEP.done;
    if (fresh.ready) return STEP.ready;
    return fresh.bound ? STEP.bound : STEP.created;
  }

  function cause(): Cause | undefined {
    if (step === STEP.done) return undefined;
    if (entry.health !== 'up') return entry.health === 'silent' ? 'NodeUnreachable' : 'NodeNotReady';
    if (failed) return 'PodFailed';
    if (step === STEP.outdated) return old?.ready ? undefined : 'OutdatedPodNotReady';
    if (step === STEP.bound && old && context.hostPorts) return 'HostPortInUse';
    return BY_STEP[step];
  }
}

const BY_STEP: Readonly<Record<number, Cause>> = {
  [STEP.leaving]: 'PodTerminating',
  [STEP.empty]: 'PodMissing',
  [STEP.created]: 'PodNotScheduled',
  [STEP.bound]: 'PodNotReady',
  [STEP.ready]: 'MinReadySeconds',
  [STEP.available]: 'OutdatedPodRemains',
};
