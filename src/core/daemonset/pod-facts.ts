/** The few facts of a pod that a decision depends on, read once when the pod changes. */
import type { Pod } from '../kube/objects.ts';
import { conditionOf } from '../kube/pod-state.ts';
import { type Instant, parseTime } from '../kube/time.ts';
import { type Claim, type Claimant, claimOf } from './claims.ts';
import type { PodRef } from './decision.ts';
import { HASH_LABEL, targetNode } from './pod.ts';

export interface PodFacts {
  readonly ref: PodRef;
  /** The numeric `resourceVersion`; `undefined` where it is none, and then no order of events is known. */
  readonly version: number | undefined;
  readonly claim: Claim;
  /** The node it is for. */
  readonly node: string | undefined;
  /** Whether `spec.nodeName` is set. */
  readonly bound: boolean;
  readonly created: Instant;
  readonly deleting: boolean;
  /** `active` is every phase but the terminal two. */
  readonly phase: 'active' | 'Succeeded' | 'Failed';
  readonly ready: boolean;
  /** When the Ready condition became True. */
  readonly readySince: Instant | undefined;
  /** The hash of its revision, empty where the label is missing. */
  readonly hash: string;
}

/** Reads a pod as the claimant sees it. */
export function readPod(pod: Pod, claimant: Claimant): PodFacts {
  const { metadata, status } = pod;
  const ready = conditionOf(status?.conditions, 'Ready');
  const phase = status?.phase;
  return {
    ref: { namespace: metadata.namespace ?? '', name: metadata.name ?? '', uid: metadata.uid ?? '' },
    version: numericVersion(metadata.resourceVersion),
    claim: claimOf(pod, claimant),
    node: targetNode(pod),
    bound: Boolean(pod.spec.nodeName),
    created: parseTime(metadata.creationTimestamp) ?? 0,
    deleting: Boolean(metadata.deletionTimestamp),
    phase: phase === 'Succeeded' || phase === 'Failed' ? phase : 'active',
    ready: ready?.status === 'True',
    readySince: ready?.status === 'True' ? parseTime(ready.lastTransitionTime) : undefined,
    hash: metadata.labels?.[HASH_LABEL] ?? '',
  };
}

/** A `resourceVersion` as a number, where it is one. */
export function numericVersion(text: string | undefined): number | undefined {
  if (!text || !/^[0-9]+$/.test(text)) return undefined;
  return Number(text);
}

/** Whether a decision could tell the two apart. */
export function sameFacts(a: PodFacts, b: PodFacts): boolean {
  return (
    a.claim === b.claim &&
    a.node === b.node &&
    a.bound === b.bound &&
    a.created === b.created &&
    a.deleting === b.deleting &&
    a.phase === b.phase &&
    a.ready === b.ready &&
    a.readySince === b.readySince &&
    a.hash === b.hash &&
    a.ref.name === b.ref.name
  );
}

/** When the pod is or becomes available if nothing changes, as `pod-state.availableAt`. */
export function factsAvailableAt(facts: PodFacts, minReadySeconds: number): Instant | undefined {
  if (!facts.ready) return undefined;
  if (minReadySeconds <= 0) return 0;
  return facts.readySince === undefined ? undefined : facts.readySince + minReadySeconds * 1000;
}

/** Bound pods first, then the oldest, then by name (upstream `podByCreationTimestampAndPhase`). */
export function compareSeniority(a: PodFacts, b: PodFacts): number {
  if (a.bound !== b.bound) return a.bound ? -1 : 1;
  if (a.created !== b.created) return a.created - b.created;
  return a.ref.name < b.ref.name ? -1 : a.ref.name > b.ref.name ? 1 : 0;
}
