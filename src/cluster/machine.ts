/** One simulated node in memory: what it runs and what it has, a few fields each. */
import type { Node, Pod } from '../core/kube/objects.ts';
import type { Instant } from '../core/kube/time.ts';
import type { AdmissionScene, Pressure } from '../core/node/admission.ts';
import { type Amounts, listAmounts } from '../core/node/amount.ts';
import type { PressureState } from '../core/node/eviction.ts';
import { nextPodAddress } from '../core/node/ip.ts';
import { NETWORK, POWER, PRESSURE, SIMULATED } from '../core/node/node-object.ts';
import type { PodLife } from '../core/node/pod-record.ts';
import type { Tenant } from '../core/node/tenant.ts';

/** A pod on its node. `pod` is the API's newest object (the mirror of a static pod), shared with the watch. */
export interface Resident {
  readonly machine: Machine;
  /** Of the running pod; for a static pod not that of its mirror. */
  readonly uid: string;
  readonly tenant: Tenant;
  pod: Pod;
  life: PodLife;
  /** Set for static pods: what the node runs, mirror or not. */
  readonly manifest?: Pod;
  /** Its last status and its removal are on their way. */
  removing?: boolean;
  /** For static pods: whether the API shows a mirror now. */
  mirrored?: boolean;
}

export class Machine {
  readonly name: string;
  node: Node;
  readonly residents = new Map<string, Resident>();
  readonly images = new Set<string>();
  pressure: PressureState = {};
  #allocatable: { from: unknown; amounts: Amounts } | undefined;
  readonly #addresses = new Set<string>();
  #lastHost = 1;

  constructor(node: Node) {
    this.name = node.metadata.name ?? '';
    this.node = node;
  }

  /** Off machines are silent: no heartbeat, no status, their pods linger. */
  get isOn(): boolean {
    return isOn(this.node);
  }

  get ip(): string {
    return this.node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '';
  }

  /** In milli-cpu, bytes and units; read anew only when the node's list changed. */
  get allocatable(): Amounts {
    const list = this.node.status?.allocatable;
    if (this.#allocatable?.from !== list) this.#allocatable = { from: list, amounts: listAmounts(list) };
    return this.#allocatable?.amounts ?? {};
  }

  /** What admission looks at, for a pod that is not a resident yet. Pods that have ended count no more. */
  scene(): AdmissionScene {
    const tenants = [...this.residents.values()].filter(({ life }) => !life.outcome).map(({ tenant }) => tenant);
    return {
      node: this.node,
      allocatable: this.allocatable,
      tenants,
      pressures: new Set(Object.keys(this.pressure) as Pressure[]),
    };
  }

  /** Pressures the node's annotation orders. */
  orderedPressures(): Set<Pressure> {
    const names: Readonly<Record<string, Pressure>> = { memory: 'MemoryPressure', disk: 'DiskPressure', pid: 'PIDPressure' };
    const found = new Set<Pressure>();
    for (const word of (annotationsOf(this.node)[PRESSURE] ?? '').split(',')) {
      const pressure = names[word.trim()];
      if (pressure) found.add(pressure);
    }
    return found;
  }

  get networkUnavailable(): boolean {
    return annotationsOf(this.node)[NETWORK] === 'true';
  }

  /** The node's own address for host network pods, else a free one of its range; `undefined` where there is none left. */
  takeAddress(pod: Pod): string | undefined {
    if (pod.spec.hostNetwork) return this.ip;
    const next = nextPodAddress(this.node.spec?.podCIDR ?? '10.244.0.0/24', this.#addresses, this.#lastHost);
    if (!next) return undefined;
    this.#lastHost = next.host;
    this.#addresses.add(next.ip);
    return next.ip;
  }

  keepAddress(ip: string | undefined): void {
    if (ip !== undefined) this.#addresses.add(ip);
  }

  freeAddress(ip: string | undefined): void {
    if (ip !== undefined) this.#addresses.delete(ip);
  }
}

/** Whether a Node is simulated at all. */
export function isSimulated(node: Node): boolean {
  return annotationsOf(node)[SIMULATED] === 'true';
}

/** Whether its power is on. */
export function isOn(node: Node): boolean {
  return annotationsOf(node)[POWER] !== 'off';
}

/** Memory in use by a pod's running containers, in bytes, where rules speak of it; its requests otherwise. */
export function memoryUse({ life, tenant }: Resident, now: Instant): number {
  let used = 0;
  let known = false;
  for (const { stage } of [...life.init, ...life.main]) {
    if (stage.at !== 'running' || !stage.plan.memory) continue;
    known = true;
    used += stage.plan.memory.base + (stage.plan.memory.growth * (now - stage.since)) / 1000;
  }
  return known ? used : (tenant.amounts.memory ?? 0);
}

function annotationsOf(node: Node): Readonly<Record<string, string>> {
  return node.metadata.annotations ?? {};
}
