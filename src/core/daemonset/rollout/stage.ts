/** Where one node stands in a roll-out: which of its pods is old, which new, and whether they are available (upstream `findUpdatedPodsOnNode`). */
import type { Instant } from '../../kube/time.ts';
import type { PodRef } from '../decision.ts';
import type { NodeEntry, PodEntry } from '../node-entry.ts';
import { isLeaving } from '../placement.ts';
import { factsAvailableAt } from '../pod-facts.ts';

/**
 * `unclean`: two pods of one kind, left to placement. `empty`: no pod that stays. `both-waiting` and `both-done`: old and
 * new, the new one unavailable or available. `new-waiting`, `new-done`: only the new one. `old-broken`, `old-available`: only the old one.
 */
export type StageKind =
  | 'unclean'
  | 'empty'
  | 'both-waiting'
  | 'both-done'
  | 'new-waiting'
  | 'new-done'
  | 'old-broken'
  | 'old-available';

export interface Stage {
  readonly kind: StageKind;
  readonly node: string;
  /** Whether the node is eligible now. */
  readonly run: boolean;
  readonly old: PodRef | undefined;
  /** Creation of the old pod, by which candidates are ordered. */
  readonly created: Instant;
  /** Whether the pod that speaks for the node (the old one where there is one) is available. */
  readonly available: boolean;
}

export interface StageContext {
  readonly hash: string;
  readonly minReadySeconds: number;
  readonly now: Instant;
}

/** `undefined` where the node is neither eligible nor has a counted pod. */
export function stageOf(entry: NodeEntry, pods: readonly PodEntry[], context: StageContext): Stage | undefined {
  const run = entry.node !== undefined && entry.judgement?.run === true;
  if (!run && pods.length === 0) return undefined;
  const staying = pods.filter((pod) => !isLeaving(pod));
  const fresh = staying.filter((pod) => pod.facts.hash === context.hash);
  const old = staying.filter((pod) => pod.facts.hash !== context.hash);
  const common = { node: entry.name, run, old: old[0]?.facts.ref, created: old[0]?.facts.created ?? 0 };
  if (fresh.length > 1 || old.length > 1) return { ...common, kind: 'unclean', available: false };
  const oldAvailable = isAvailable(old[0], context);
  const newAvailable = isAvailable(fresh[0], context);
  const available = old[0] ? oldAvailable : newAvailable;
  return { ...common, kind: kindOf(Boolean(old[0]), Boolean(fresh[0]), { oldAvailable, newAvailable }), available };
}

function kindOf(old: boolean, fresh: boolean, is: { oldAvailable: boolean; newAvailable: boolean }): StageKind {
  if (old && fresh) return is.newAvailable ? 'both-done' : 'both-waiting';
  if (fresh) return is.newAvailable ? 'new-done' : 'new-waiting';
  if (old) return is.oldAvailable ? 'old-available' : 'old-broken';
  return 'empty';
}

function isAvailable(pod: PodEntry | undefined, { minReadySeconds, now }: StageContext): boolean {
  const at = pod && factsAvailableAt(pod.facts, minReadySeconds);
  return at !== undefined && at <= now;
}
