/** Where an unbound pod goes: upstream's scheduling cycle, filter by filter and score by score, as one pure decision. */
import { fraction } from '../node/seeded.ts';
import type { ClusterState } from './cluster-state.ts';
import { type Diagnosis, fitError, NOT_NAMED, refusers } from './diagnosis.ts';
import { Filters } from './filters/filters.ts';
import { CONFLICTING_NAMES, namedNodes } from './filters/node-affinity.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';
import { preempt } from './preemption/preempt.ts';
import type { FilterName, Rejection } from './rejection.ts';
import { bestNode } from './scores/best-node.ts';

/** The node chosen; or why none fits, and what preemption makes of it. */
export type Placement =
  | { readonly node: string }
  | {
      /** The text of the `FailedScheduling` event and of the `PodScheduled` condition. */
      readonly unschedulable: string;
      /** What must change before another try is worth it; empty where there is no node at all. */
      readonly refusers: ReadonlySet<FilterName>;
      /** The node to clear; `''` takes an earlier nomination away, `undefined` leaves it. */
      readonly nominated: string | undefined;
      /** Who must go for it. */
      readonly victims: readonly PodInfo[];
      /** Waiting pods that lose their nomination to that node. */
      readonly demoted: readonly PodInfo[];
    };

/** From so many nodes on, not every feasible one is looked for (upstream `minFeasibleNodesToFind`). */
const ALL_UP_TO = 100;

/** Decides on one pod. The cluster is read only; equal clusters give equal answers. */
export function schedule(pod: PodInfo, cluster: ClusterState): Placement {
  if (cluster.nodes.length === 0) {
    const unschedulable = 'no nodes available to schedule pods';
    return { unschedulable, refusers: new Set(), nominated: '', victims: [], demoted: [] };
  }
  const filters = new Filters(pod, cluster);
  const nominated = onNominated(pod, cluster, filters);
  if (nominated) return { node: nominated.name };
  const { feasible, diagnosis } = findFeasible(pod, cluster, filters);
  if (feasible.length > 0) return { node: bestNode(pod, { cluster, feasible }).name };
  const preemption = preempt(pod, { cluster, filters, diagnosis });
  if ('message' in preemption) {
    return {
      unschedulable: fitError(diagnosis, preemption.message),
      refusers: refusers(diagnosis),
      nominated: preemption.keepNomination ? undefined : '',
      victims: [],
      demoted: [],
    };
  }
  const { node, victims, demoted } = preemption;
  return { unschedulable: fitError(diagnosis), refusers: refusers(diagnosis), nominated: node, victims, demoted };
}

/** The node cleared for the pod is tried first, for it is likely the only one. */
function onNominated(pod: PodInfo, cluster: ClusterState, filters: Filters): NodeInfo | undefined {
  const name = cluster.nominationOf(pod.uid) ?? pod.pod.status?.nominatedNodeName;
  const node = name ? cluster.node(name) : undefined;
  return node && !filters.check(node) ? node : undefined;
}

/** Pods that name their nodes cost one look a node named, whatever the size of the cluster. */
function findFeasible(pod: PodInfo, cluster: ClusterState, filters: Filters): { feasible: NodeInfo[]; diagnosis: Diagnosis } {
  const named = namedNodes(pod.pod);
  const total = cluster.nodes.length;
  const rejections = new Map<string, Rejection>();
  if (named?.size === 0)
    return { feasible: [], diagnosis: { total, rejections, absent: NOT_NAMED, beforehand: CONFLICTING_NAMES } };
  const nodes = named ? [...named].sort().flatMap((name) => cluster.node(name) ?? []) : cluster.nodes;
  const wanted = feasibleToFind(nodes.length);
  const from = wanted < nodes.length ? Math.trunc(fraction(pod.uid) * nodes.length) : 0;
  const feasible: NodeInfo[] = [];
  for (let i = 0; i < nodes.length && feasible.length < wanted; i++) {
    const node = nodes[(from + i) % nodes.length] as NodeInfo;
    const rejection = filters.check(node);
    if (rejection) rejections.set(node.name, rejection);
    else feasible.push(node);
  }
  return { feasible, diagnosis: { total, rejections, absent: NOT_NAMED } };
}

/** A share of the nodes that shrinks from a half to a twentieth as they grow in number (upstream `numFeasibleNodesToFind`). */
function feasibleToFind(nodes: number): number {
  if (nodes < ALL_UP_TO) return nodes;
  const percent = Math.max(5, 50 - Math.trunc(nodes / 125));
  return Math.max(ALL_UP_TO, Math.trunc((nodes * percent) / 100));
}
