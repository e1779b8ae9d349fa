/** Where one node stands in a roll-out: which of its pods is old, which new, whether they are available (upstream `findUpdatedPodsOnNode`), and whether the node can take part. */
import type { Instant } from '../../kube/time.ts';
import type { BackOff } from '../back-off.ts';
import type { PodRef } from '../decision.ts';
import type { NodeEntry, PodEntry } from '../node-entry.ts';
import { isLeaving } from '../placement.ts';
import { factsAvailableAt, type PodFacts } from '../pod-facts.ts';

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

/**
 * `working`: eligible and up. `failing`, `silent`: eligible and down (see `NodeHealth`), and the present revision has not come
 * there. `lost`: down, though the present revision has come there, so that it may be the cause; `lost-outside` likewise where the
 * node is not eligible any more, which a down node's taints bring about. `outside`: not eligible, or gone.
 */
export type Standing = 'working' | 'failing' | 'silent' | 'lost' | 'lost-outside' | 'outside';

/** What people should know of: `down`, a silent node that matters; `failed`, pods that fail; `host-port`, a surge that cannot end. */
export type Trouble = 'down' | 'failed' | 'host-port';

export interface Stage {
  readonly kind: StageKind;
  readonly node: string;
  readonly standing: Standing;
  readonly old: PodRef | undefined;
  /** The revision hash of the old pod, empty where there is none. */
  readonly oldHash: string;
  /** By which nodes of one kind are ordered: the creation of the old pod; of `new-done` the latest to become available come first. */
  readonly order: Instant;
  /** Whether the pod that speaks for the node (the old one where there is one) is available. */
  readonly available: boolean;
  readonly trouble: Trouble | undefined;
}

export interface StageContext {
  readonly hash: string;
  readonly minReadySeconds: number;
  /** The strategy puts a second pod beside the first. */
  readonly surge: boolean;
  /** The template takes ports of the host. */
  readonly hostPorts: boolean;
  readonly backOff: BackOff;
  readonly now: Instant;
}

/** `undefined` where the node is neither eligible nor has a counted pod. */
export function stageOf(entry: NodeEntry, pods: readonly PodEntry[], context: StageContext): Stage | undefined {
  const run = entry.node !== undefined && entry.judgement?.run === true;
  if (!run && pods.length === 0) return undefined;
  const staying = pods.filter((pod) => !isLeaving(pod));
  const fresh = staying.filter((pod) => pod.facts.hash === context.hash);
  const old = staying.filter((pod) => pod.facts.hash !== context.hash);
  const kind = kindOf(old, fresh, context);
  const standing = standingOf(entry, pods, { run, hash: context.hash });
  const first = old[0]?.facts;
  return {
    kind,
    node: entry.name,
    standing,
    old: first?.ref,
    oldHash: first?.hash ?? '',
    order: kind === 'new-done' ? -progressedAt(fresh[0]?.facts, context) : (first?.created ?? 0),
    available: kind !== 'unclean' && isAvailable(old[0] ?? fresh[0], context),
    trouble: kind === 'new-done' ? undefined : troubleOf(entry, pods, { kind, standing, context }),
  };
}

function kindOf(old: readonly PodEntry[], fresh: readonly PodEntry[], context: StageContext): StageKind {
  if (fresh.length > 1 || old.length > 1) return 'unclean';
  if (fresh[0]) {
    const done = isAvailable(fresh[0], context);
    if (old[0]) return done ? 'both-done' : 'both-waiting';
    return done ? 'new-done' : 'new-waiting';
  }
  if (!old[0]) return 'empty';
  return isAvailable(old[0], context) ? 'old-available' : 'old-broken';
}

function standingOf(entry: NodeEntry, pods: readonly PodEntry[], { run, hash }: { run: boolean; hash: string }): Standing {
  if (!entry.node) return 'outside';
  if (entry.health === 'up') return run ? 'working' : 'outside';
  if (pods.some((pod) => pod.facts.hash === hash)) return run ? 'lost' : 'lost-outside';
  return run ? entry.health : 'outside';
}

interface Found {
  readonly kind: StageKind;
  readonly standing: Standing;
  readonly context: StageContext;
}

function troubleOf(entry: NodeEntry, pods: readonly PodEntry[], { kind, standing, context }: Found): Trouble | undefined {
  if (!entry.node) return undefined;
  if (entry.health === 'silent' && (standing !== 'outside' || pods.some(isLeaving))) return 'down';
  if (standing === 'outside') return undefined;
  if (kind === 'both-waiting' && context.surge && context.hostPorts) return 'host-port';
  const failed = pods.some(({ facts }) => facts.phase === 'Failed') || context.backOff.isKnown(entry.name, context.now);
  return failed && kind !== 'old-available' ? 'failed' : undefined;
}

/** When a pod that is available became so. */
function progressedAt(facts: PodFacts | undefined, { minReadySeconds }: StageContext): Instant {
  return facts?.readySince === undefined ? 0 : facts.readySince + minReadySeconds * 1000;
}

function isAvailable(pod: PodEntry | undefined, { minReadySeconds, now }: StageContext): boolean {
  const at = pod && factsAvailableAt(pod.facts, minReadySeconds);
  return at !== undefined && at <= now;
}
