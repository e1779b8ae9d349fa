/** The cluster as the scheduler counts it, kept up to date event by event: every pod or node event costs O(1). */
import type { Node } from '../kube/objects.ts';
import type { Budget } from './budget.ts';
import { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';

interface Placed {
  readonly info: PodInfo;
  readonly on: NodeInfo;
}

const NOBODY: ReadonlyMap<string, PodInfo> = new Map();

export class ClusterState {
  readonly #all = new Map<string, NodeInfo>();
  /** Those whose node exists, by name. */
  readonly #nodes: NodeInfo[] = [];
  readonly #placed = new Map<string, Placed>();
  readonly #nominations = new Map<string, { info: PodInfo; node: string }>();
  readonly #nominatedOn = new Map<string, Map<string, PodInfo>>();
  readonly #antiAffinity = new Set<NodeInfo>();
  readonly #preferences = new Set<NodeInfo>();
  readonly #namespaces = new Map<string, Readonly<Record<string, string>>>();
  readonly #budgets = new Map<string, Budget>();

  /** The nodes that exist, in the order of their names. */
  get nodes(): readonly NodeInfo[] {
    return this.#nodes;
  }

  /** Nodes with a pod that has required anti-affinity, absent nodes included. */
  get withAntiAffinity(): ReadonlySet<NodeInfo> {
    return this.#antiAffinity;
  }

  /** Nodes with a pod that prefers the nearness or distance of others, or requires their nearness. */
  get withPreferences(): ReadonlySet<NodeInfo> {
    return this.#preferences;
  }

  get budgets(): readonly Budget[] {
    return [...this.#budgets.values()];
  }

  /** The node of that name, if it exists. */
  node(name: string): NodeInfo | undefined {
    const info = this.#all.get(name);
    return info?.exists ? info : undefined;
  }

  setNode(node: Node): void {
    const info = this.#info(node.metadata.name ?? '');
    if (!info.exists) this.#nodes.splice(this.#position(info.name), 0, info);
    info.node = node;
  }

  removeNode(name: string): void {
    const info = this.#all.get(name);
    if (!info?.exists) return;
    info.node = undefined;
    this.#nodes.splice(this.#position(name), 1);
    this.#forgetEmpty(info);
  }

  /** Counts a pod on a node, bound or about to be; whatever was known of it before gives way. */
  place(info: PodInfo, node: string): void {
    this.removePod(info.uid);
    const on = this.#info(node);
    on.add(info);
    this.#placed.set(info.uid, { info, on });
    if (on.hasAntiAffinity) this.#antiAffinity.add(on);
    if (on.hasPreferences) this.#preferences.add(on);
  }

  /** Takes a newer state of a pod that counts the same, where it is counted already. */
  refresh(info: PodInfo): void {
    const found = this.#placed.get(info.uid);
    if (!found) return;
    this.#placed.set(info.uid, { info, on: found.on });
    found.on.refresh(info);
  }

  /** Where a pod is counted, and as what. */
  placed(uid: string): { readonly info: PodInfo; readonly node: string } | undefined {
    const found = this.#placed.get(uid);
    return found && { info: found.info, node: found.on.name };
  }

  /** Forgets a pod wherever it is counted. */
  removePod(uid: string): void {
    this.nominate(uid, undefined);
    const found = this.#placed.get(uid);
    if (!found) return;
    this.#placed.delete(uid);
    found.on.remove(found.info);
    if (!found.on.hasAntiAffinity) this.#antiAffinity.delete(found.on);
    if (!found.on.hasPreferences) this.#preferences.delete(found.on);
    this.#forgetEmpty(found.on);
  }

  /** Notes the node that a waiting pod has had cleared for itself; `undefined` takes the note away. */
  nominate(uid: string, nomination: { info: PodInfo; node: string } | undefined): void {
    const before = this.#nominations.get(uid);
    if (before) {
      const there = this.#nominatedOn.get(before.node);
      there?.delete(uid);
      if (there?.size === 0) this.#nominatedOn.delete(before.node);
      this.#nominations.delete(uid);
    }
    if (!nomination) return;
    this.#nominations.set(uid, nomination);
    const there = this.#nominatedOn.get(nomination.node);
    if (there) there.set(uid, nomination.info);
    else this.#nominatedOn.set(nomination.node, new Map([[uid, nomination.info]]));
  }

  /** The node a waiting pod is nominated to. */
  nominationOf(uid: string): string | undefined {
    return this.#nominations.get(uid)?.node;
  }

  /** The waiting pods that are nominated to a node. */
  nominatedOn(node: string): ReadonlyMap<string, PodInfo> {
    return this.#nominatedOn.get(node) ?? NOBODY;
  }

  setNamespace(name: string, labels: Readonly<Record<string, string>> | undefined): void {
    if (labels) this.#namespaces.set(name, labels);
    else this.#namespaces.delete(name);
  }

  /** A namespace's labels. */
  readonly namespaceLabels = (name: string): Readonly<Record<string, string>> | undefined => this.#namespaces.get(name);

  /** Sets or, with `undefined`, removes a budget. `key` is `namespace/name`. */
  setBudget(key: string, budget: Budget | undefined): void {
    if (budget) this.#budgets.set(key, budget);
    else this.#budgets.delete(key);
  }

  #info(name: string): NodeInfo {
    let info = this.#all.get(name);
    if (!info) {
      info = new NodeInfo(name);
      this.#all.set(name, info);
    }
    return info;
  }

  #forgetEmpty(info: NodeInfo): void {
    if (!info.exists && info.pods.size === 0) this.#all.delete(info.name);
  }

  /** The place of the first node whose name is not before `name`. */
  #position(name: string): number {
    let low = 0;
    let high = this.#nodes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#nodes[middle] as NodeInfo).name < name) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
