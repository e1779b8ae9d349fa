/** All filters of one pod, in upstream's order; the first that refuses a node decides. */
import type { ClusterState } from '../cluster-state.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';
import type { Rejection } from '../rejection.ts';
import type { Filter, MakeFilter } from './filter.ts';
import { interPodAffinity } from './inter-pod-affinity.ts';
import { nodeAffinity } from './node-affinity.ts';
import { nodePorts, nodeResourcesFit } from './node-room.ts';
import { nodeName, nodeUnschedulable, taintToleration } from './node-state.ts';
import { podTopologySpread } from './topology-spread.ts';

const ORDER: readonly MakeFilter[] = [
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  podTopologySpread,
  interPodAffinity,
];

export class Filters {
  readonly #pod: PodInfo;
  readonly #cluster: ClusterState;
  readonly #filters: readonly Filter[];

  constructor(pod: PodInfo, cluster: ClusterState) {
    this.#pod = pod;
    this.#cluster = cluster;
    this.#filters = ORDER.flatMap((make) => make(pod, cluster) ?? []);
  }

  /**
   * Why the node does not take the pod. Pods nominated to the node whose priority is not lower count as there already; and
   * because they may never come, the pod must fit without them too (upstream `RunFilterPluginsWithNominatedPods`).
   */
  check(on: NodeInfo): Rejection | undefined {
    const ahead = this.#ahead(on.name);
    if (ahead.length === 0) return this.#checkAsIs(on);
    const crowded = on.copy();
    for (const other of ahead) this.put(other, crowded);
    const rejection = this.#checkAsIs(crowded);
    for (const other of ahead) this.take(other, crowded);
    return rejection ?? this.#checkAsIs(on);
  }

  /** Puts a pod on a copy of a node, to see what would be. */
  put(other: PodInfo, on: NodeInfo): void {
    on.add(other);
    for (const filter of this.#filters) filter.adjust?.(other, on, 1);
  }

  /** Takes a pod off a copy of a node. */
  take(other: PodInfo, on: NodeInfo): void {
    on.remove(other);
    for (const filter of this.#filters) filter.adjust?.(other, on, -1);
  }

  #ahead(node: string): PodInfo[] {
    const nominated = this.#cluster.nominatedOn(node);
    if (nominated.size === 0) return [];
    return [...nominated.values()].filter(({ uid, priority }) => uid !== this.#pod.uid && priority >= this.#pod.priority);
  }

  #checkAsIs(on: NodeInfo): Rejection | undefined {
    for (const filter of this.#filters) {
      const rejection = filter.check(on);
      if (rejection) return rejection;
    }
    return undefined;
  }
}
