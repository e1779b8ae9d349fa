/** `topologySpreadConstraints` that must hold (`DoNotSchedule`; upstream podtopologyspread `filtering.go`). */
import { compileNodeMatch } from '../../kube/node-affinity.ts';
import type { Node, TaintEffect } from '../../kube/objects.ts';
import { untolerated } from '../../kube/taints.ts';
import type { ClusterState } from '../cluster-state.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';
import type { SpreadConstraint } from '../pod-terms.ts';
import { curable, incurable, type Rejection } from '../rejection.ts';
import type { MakeFilter } from './filter.ts';

const UNEVEN = curable('PodTopologySpread', "node(s) didn't match pod topology spread constraints");
const NO_LABEL = incurable('PodTopologySpread', "node(s) didn't match pod topology spread constraints (missing required label)");
const KEEPS_OUT: readonly TaintEffect[] = ['NoSchedule', 'NoExecute'];

/** One constraint with how many matching pods each value of its label has; the least is found again only after a change. */
interface Counted {
  readonly constraint: SpreadConstraint;
  readonly self: number;
  readonly byValue: Map<string, number>;
  least: number | undefined;
}

export const podTopologySpread: MakeFilter = (pod, cluster) => {
  const hard = pod.terms.spread.filter((constraint) => constraint.hard);
  if (hard.length === 0) return undefined;
  const counts = hard.map((constraint) => ({
    constraint,
    self: constraint.matches(pod.pod.metadata.labels) ? 1 : 0,
    byValue: new Map<string, number>(),
    least: undefined as number | undefined,
  }));
  const countsIn = whoCounts(pod, hard);
  count(pod, cluster, { counts, countsIn });
  return {
    name: 'PodTopologySpread',
    check: ({ node }) => firstUneven(counts, node),
    adjust(other, { node }, by) {
      for (const counted of counts) {
        const value = node.metadata.labels?.[counted.constraint.topologyKey];
        if (value === undefined || !isCounted(other, pod, counted.constraint) || !countsIn(node, counted.constraint)) continue;
        counted.byValue.set(value, (counted.byValue.get(value) ?? 0) + by);
        counted.least = undefined;
      }
    },
  };
};

type CountsIn = (node: Node, constraint: SpreadConstraint) => boolean;

/** Which nodes count for a constraint: those that have every constraint's label and that the policies let in (KEP-3094). */
export function whoCounts({ pod }: PodInfo, constraints: readonly SpreadConstraint[]): CountsIn {
  const matches = compileNodeMatch(pod.spec);
  const tolerations = pod.spec.tolerations ?? [];
  return (node, { honorAffinity, honorTaints }) =>
    constraints.every(({ topologyKey }) => Object.hasOwn(node.metadata.labels ?? {}, topologyKey)) &&
    (!honorAffinity || matches(node)) &&
    (!honorTaints || untolerated(tolerations, node.spec?.taints ?? [], KEEPS_OUT).length === 0);
}

/** Pods of the same namespace that stay and that the selector takes. */
export function isCounted(other: PodInfo, pod: PodInfo, { matches }: SpreadConstraint): boolean {
  const { metadata } = other.pod;
  return metadata.namespace === pod.pod.metadata.namespace && !metadata.deletionTimestamp && matches(metadata.labels);
}

function count(pod: PodInfo, { nodes }: ClusterState, { counts, countsIn }: { counts: Counted[]; countsIn: CountsIn }): void {
  for (const on of nodes) {
    for (const { constraint, byValue } of counts) {
      if (!countsIn(on.node, constraint)) continue;
      const value = on.node.metadata.labels?.[constraint.topologyKey] ?? '';
      byValue.set(value, (byValue.get(value) ?? 0) + matching(on, pod, constraint));
    }
  }
}

function matching(on: NodeInfo, pod: PodInfo, constraint: SpreadConstraint): number {
  let found = 0;
  for (const other of on.pods.values()) if (isCounted(other, pod, constraint)) found++;
  return found;
}

function firstUneven(counts: readonly Counted[], node: Node): Rejection | undefined {
  for (const counted of counts) {
    const { maxSkew, topologyKey, minDomains } = counted.constraint;
    const value = node.metadata.labels?.[topologyKey];
    if (value === undefined) return NO_LABEL;
    const least = counted.byValue.size < minDomains ? 0 : leastOf(counted);
    if ((counted.byValue.get(value) ?? 0) + counted.self - least > maxSkew) return UNEVEN;
  }
  return undefined;
}

function leastOf(counted: Counted): number {
  if (counted.least === undefined) {
    let least = Number.POSITIVE_INFINITY;
    for (const found of counted.byValue.values()) least = Math.min(least, found);
    counted.least = least;
  }
  return counted.least;
}
