/** Brings machines into the cluster: creates their Nodes with addresses of their own, and fills in Nodes made by hand. */
import { ApiError } from '../core/api/api-error.ts';
import type { Node } from '../core/kube/objects.ts';
import { NODES } from '../core/kube/resource.ts';
import { podCidrIndex } from '../core/node/ip.ts';
import { type NodePlan, nodeIdentity, nodeObject } from '../core/node/node-object.ts';
import type { Clock, KubeApi, Log } from '../ports.ts';
import type { Mirror } from './mirror.ts';

const IN_FLIGHT = 256;

export class NodeJoiner {
  readonly #world: { api: KubeApi; clock: Clock; log: Log };
  readonly #nodes: Mirror<Node>;
  readonly #indexes = new Set<number>();
  #next = 0;

  constructor(world: { api: KubeApi; clock: Clock; log: Log }, nodes: Mirror<Node>) {
    this.#world = world;
    this.#nodes = nodes;
  }

  /** A Node's range is in use. */
  sees(node: Node): void {
    const index = podCidrIndex(node.spec?.podCIDR);
    if (index !== undefined) this.#indexes.add(index);
  }

  /** A Node's range is free again. */
  lost(node: Node): void {
    const index = podCidrIndex(node.spec?.podCIDR);
    if (index === undefined) return;
    this.#indexes.delete(index);
    this.#next = Math.min(this.#next, index);
  }

  /** Creates Nodes; one that exists stays as it is. */
  async join(plans: readonly NodePlan[]): Promise<void> {
    await this.#nodes.synced;
    const queue = plans[Symbol.iterator]();
    const worker = async () => {
      for (const plan of queue) await this.#create(plan);
    };
    await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, plans.length) }, worker));
  }

  /** A Node made by hand lacks what a kubelet would have filled in: labels, range, addresses, `nodeInfo`, capacity. What is there stays. */
  async register(node: Node): Promise<void> {
    if (node.status?.nodeInfo?.kubeletVersion) return;
    const { log } = this.#world;
    const name = node.metadata.name ?? '';
    try {
      await this.#fillIn(node, name);
    } catch (error) {
      log.warn('node not registered', { node: name, error: error instanceof Error ? error.message : String(error) });
    }
  }

  async #fillIn(node: Node, name: string): Promise<void> {
    const { api, clock } = this.#world;
    const index = podCidrIndex(node.spec?.podCIDR) ?? this.#freeIndex();
    const fresh = nodeObject({ name, labels: node.metadata.labels ?? {} }, index, clock.now());
    const labels = fresh.metadata.labels ?? {};
    const range = node.spec?.podCIDR ? {} : { podCIDR: fresh.spec?.podCIDR, podCIDRs: fresh.spec?.podCIDRs };
    const type = 'application/merge-patch+json';
    await api.patch(NODES, { name }, { type, body: { metadata: { labels }, spec: range } }, { fieldManager: 'kubelet' });
    const identity = nodeIdentity(name, index, {
      os: labels['kubernetes.io/os'] ?? 'linux',
      arch: labels['kubernetes.io/arch'] ?? 'amd64',
    });
    const capacity = { ...fresh.status?.capacity, ...node.status?.capacity };
    const status = { ...identity, capacity, allocatable: { ...capacity, ...node.status?.allocatable } };
    await api.patch(NODES, { name }, { type, body: { status } }, { subresource: 'status', fieldManager: 'kubelet' });
  }

  async #create(plan: NodePlan): Promise<void> {
    if (this.#nodes.get(plan.name)) return;
    const { api, clock } = this.#world;
    const index = this.#freeIndex();
    try {
      await api.create<Node>(NODES, nodeObject(plan, index, clock.now()), { fieldManager: 'kubelet' });
    } catch (error) {
      this.#indexes.delete(index);
      if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error;
    }
  }

  #freeIndex(): number {
    while (this.#indexes.has(this.#next)) this.#next++;
    const index = this.#next++;
    this.#indexes.add(index);
    return index;
  }
}
