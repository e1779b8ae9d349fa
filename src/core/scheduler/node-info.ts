/** A node as the scheduler counts it: what it has, what is promised, and to whom; kept up to date pod by pod. */
import type { Node } from '../kube/objects.ts';
import { type Amounts, listAmounts } from '../node/amount.ts';
import { HostPorts } from './host-ports.ts';
import type { PodInfo } from './pod-info.ts';

const NO_NODE: Node = { metadata: {} };

export class NodeInfo {
  readonly name: string;
  readonly ports = new HostPorts();
  readonly #pods = new Map<string, PodInfo>();
  readonly #requested: Record<string, number> = {};
  readonly #footprint = { cpu: 0, memory: 0 };
  #node: Node | undefined;
  #allocatable: Amounts = {};
  #withAntiAffinity = 0;
  #withPreferences = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Whether the node object is there; pods can be bound to a name that is not. */
  get exists(): boolean {
    return this.#node !== undefined;
  }

  get node(): Node {
    return this.#node ?? NO_NODE;
  }

  set node(node: Node | undefined) {
    if (node?.status?.allocatable !== this.#node?.status?.allocatable) this.#allocatable = listAmounts(node?.status?.allocatable);
    this.#node = node;
  }

  /** In milli-cpu, bytes and units, `pods` among them. */
  get allocatable(): Amounts {
    return this.#allocatable;
  }

  /** The sum of the requests of the pods here, in the same terms. */
  get requested(): Amounts {
    return this.#requested;
  }

  /** The sum of the footprints. */
  get footprint(): { readonly cpu: number; readonly memory: number } {
    return this.#footprint;
  }

  get pods(): ReadonlyMap<string, PodInfo> {
    return this.#pods;
  }

  /** Whether a pod here has required anti-affinity. */
  get hasAntiAffinity(): boolean {
    return this.#withAntiAffinity > 0;
  }

  /** Whether a pod here prefers the nearness or distance of others, or requires their nearness. */
  get hasPreferences(): boolean {
    return this.#withPreferences > 0;
  }

  add(info: PodInfo): void {
    if (this.#pods.has(info.uid)) return;
    this.#pods.set(info.uid, info);
    this.ports.add(info.tenant.hostPorts);
    this.#count(info, 1);
  }

  /** Takes a newer state of a pod that counts the same. */
  refresh(info: PodInfo): void {
    if (this.#pods.has(info.uid)) this.#pods.set(info.uid, info);
  }

  remove(info: PodInfo): void {
    const there = this.#pods.get(info.uid);
    if (!there) return;
    this.#pods.delete(info.uid);
    this.ports.remove(there.tenant.hostPorts);
    this.#count(there, -1);
  }

  /** A copy to try things on. */
  copy(): NodeInfo {
    const copy = new NodeInfo(this.name);
    copy.node = this.#node;
    for (const info of this.#pods.values()) copy.add(info);
    return copy;
  }

  #count({ tenant, footprint, terms }: PodInfo, by: 1 | -1): void {
    for (const resource in tenant.amounts)
      this.#requested[resource] = (this.#requested[resource] ?? 0) + by * (tenant.amounts[resource] ?? 0);
    this.#footprint.cpu += by * footprint.cpu;
    this.#footprint.memory += by * footprint.memory;
    if (terms.antiAffinity.length > 0) this.#withAntiAffinity += by;
    if (terms.preferred.length + terms.affinity.length > 0) this.#withPreferences += by;
  }
}
