/** What a fleet knows of one node: the node, its verdict, the pods there, and what has been asked for and is not seen yet. */
import type { Node, Taint } from '../kube/objects.ts';
import type { Instant } from '../kube/time.ts';
import type { Judgement } from './eligibility.ts';
import { healthOf, type NodeHealth } from './node-health.ts';
import { compareSeniority, type PodFacts } from './pod-facts.ts';

/** A pod of the fleet. */
export interface PodEntry {
  facts: PodFacts;
  /** A delete was asked for, and the watch does not show it yet. */
  deleteAsked: boolean;
}

export interface NodeEntry {
  readonly name: string;
  /** Absent while pods are here whose node is not (yet, or any more) in the cluster. */
  node: Node | undefined;
  judgement: Judgement | undefined;
  /** `up` where there is no node. */
  health: NodeHealth;
  readonly pods: Map<string, PodEntry>;
  /** A create was asked for, and no pod of it is seen yet. */
  createAsked: boolean;
  /** No create before then: the API said that the name is taken, and the watch may yet show by what. */
  createHeldUntil: Instant | undefined;
  /** How many names the API has refused since a pod was last seen. */
  namesRefused: number;
}

/** An entry of which nothing is known yet. */
export function emptyEntry(name: string): NodeEntry {
  return {
    name,
    node: undefined,
    judgement: undefined,
    health: 'up',
    pods: new Map(),
    createAsked: false,
    createHeldUntil: undefined,
    namesRefused: 0,
  };
}

/** Whether nothing keeps the entry. */
export function isIdle(entry: NodeEntry): boolean {
  return entry.node === undefined && entry.pods.size === 0 && !entry.createAsked;
}

/** The pods that count, eldest first: terminal ones that are being deleted are left out (semantics of upstream `getNodesToDaemonPods`). */
export function countedPods(entry: NodeEntry): PodEntry[] {
  if (entry.pods.size === 0) return [];
  const counted = [...entry.pods.values()].filter(({ facts }) => facts.phase === 'active' || !facts.deleting);
  return counted.length > 1 ? counted.sort((a, b) => compareSeniority(a.facts, b.facts)) : counted;
}

/** Whether a new state of the node could change a verdict: only its labels and taints can. */
export function sameForPlacement(a: Node, b: Node): boolean {
  return sameLabels(a.metadata.labels, b.metadata.labels) && sameTaints(a.spec?.taints, b.spec?.taints);
}

/** Whether a new state of the node could change a decision: besides placement its health counts. A heartbeat does not. */
export function sameForFleet(a: Node, b: Node): boolean {
  return sameForPlacement(a, b) && healthOf(a) === healthOf(b);
}

function sameLabels(a: Record<string, string> | undefined, b: Record<string, string> | undefined): boolean {
  if (a === b) return true;
  const left = Object.keys(a ?? {});
  if (left.length !== Object.keys(b ?? {}).length) return false;
  return left.every((key) => Object.hasOwn(b ?? {}, key) && a?.[key] === b?.[key]);
}

function sameTaints(a: readonly Taint[] | undefined, b: readonly Taint[] | undefined): boolean {
  if (a === b) return true;
  if ((a?.length ?? 0) !== (b?.length ?? 0)) return false;
  return (a ?? []).every((taint, i) => {
    const other = b?.[i];
    return (
      taint.key === other?.key &&
      (taint.value ?? '') === (other.value ?? '') &&
      taint.effect === other.effect &&
      taint.timeAdded === other.timeAdded
    );
  });
}
