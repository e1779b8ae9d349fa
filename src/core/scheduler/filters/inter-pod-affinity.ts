/** Required affinity and anti-affinity between pods, in both directions (upstream interpodaffinity `filtering.go`). */
import type { Node } from '../../kube/objects.ts';
import type { ClusterState } from '../cluster-state.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';
import type { PodTerm } from '../pod-terms.ts';
import { curable, incurable, type Rejection } from '../rejection.ts';
import type { MakeFilter } from './filter.ts';
import { PlaceCounts } from './place-counts.ts';

const NOT_NEAR = incurable('InterPodAffinity', "node(s) didn't match pod affinity rules");
const NOT_FAR = curable('InterPodAffinity', "node(s) didn't match pod anti-affinity rules");
const UNWELCOME = curable('InterPodAffinity', "node(s) didn't satisfy existing pods anti-affinity rules");

export const interPodAffinity: MakeFilter = (pod, cluster) => {
  const { affinity, antiAffinity } = pod.terms;
  if (affinity.length + antiAffinity.length === 0 && cluster.withAntiAffinity.size === 0) return undefined;
  const counts = new Neighbours(pod, cluster);
  return {
    name: 'InterPodAffinity',
    check: ({ node }) => counts.check(node),
    adjust: (other, { node }, by) => counts.count(other, node, by),
  };
};

/** Where in the cluster the pods are that matter to one pod. */
class Neighbours {
  readonly #pod: PodInfo;
  readonly #cluster: ClusterState;
  /** Pods that all of the pod's affinity terms mean. */
  readonly #wanted = new PlaceCounts();
  /** Pods that one of its anti-affinity terms means. */
  readonly #shunned = new PlaceCounts();
  /** Pods that shun it. */
  readonly #shunning = new PlaceCounts();

  constructor(pod: PodInfo, cluster: ClusterState) {
    this.#pod = pod;
    this.#cluster = cluster;
    const { affinity, antiAffinity } = pod.terms;
    const nodes: Iterable<NodeInfo> = affinity.length + antiAffinity.length > 0 ? cluster.nodes : cluster.withAntiAffinity;
    for (const on of nodes) {
      if (!on.exists) continue;
      for (const other of on.pods.values()) this.count(other, on.node, 1);
    }
  }

  count(other: PodInfo, node: Node, by: 1 | -1): void {
    const { affinity, antiAffinity } = this.#pod.terms;
    if (affinity.length > 0 && this.#areMeant(affinity, other))
      for (const { topologyKey } of affinity) this.#wanted.add(topologyKey, node, by);
    for (const term of antiAffinity) if (this.#isMeant(term, other)) this.#shunned.add(term.topologyKey, node, by);
    for (const term of other.terms.antiAffinity)
      if (term.matches(this.#pod.pod, this.#cluster.namespaceLabels)) this.#shunning.add(term.topologyKey, node, by);
  }

  check(node: Node): Rejection | undefined {
    if (!this.#isNear(node)) return NOT_NEAR;
    if (this.#pod.terms.antiAffinity.some(({ topologyKey }) => this.#shunned.at(topologyKey, node) > 0)) return NOT_FAR;
    return this.#shunning.isAnyAt(node) ? UNWELCOME : undefined;
  }

  /** The first of a group that wants to be together may go anywhere: none of its kind is there yet, and it is one of them. */
  #isNear(node: Node): boolean {
    const { affinity } = this.#pod.terms;
    if (!affinity.every(({ topologyKey }) => Object.hasOwn(node.metadata.labels ?? {}, topologyKey))) return false;
    if (affinity.every(({ topologyKey }) => this.#wanted.at(topologyKey, node) > 0)) return true;
    return this.#wanted.isEmpty && this.#areMeant(affinity, this.#pod);
  }

  #areMeant(terms: readonly PodTerm[], other: PodInfo): boolean {
    return terms.every((term) => this.#isMeant(term, other));
  }

  #isMeant(term: PodTerm, { pod }: PodInfo): boolean {
    return term.matches(pod, this.#cluster.namespaceLabels);
  }
}
