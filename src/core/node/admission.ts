/**
 * Whether a node takes a pod that is bound to it, and why not: upstream's order, reasons and messages
 * (`pkg/kubelet/eviction` Admit, `lifecycle/predicate.go`). A refused pod becomes Failed and is never tried again.
 */
import { compileNodeAffinity } from '../kube/node-affinity.ts';
import type { Node, Pod } from '../kube/objects.ts';
import { tolerates, untolerated } from '../kube/taints.ts';
import type { Amounts } from './amount.ts';
import { isCritical, portsClash, type Tenant } from './tenant.ts';

export type Pressure = 'MemoryPressure' | 'DiskPressure' | 'PIDPressure';

/** What admission looks at. */
export interface AdmissionScene {
  readonly node: Node;
  /** In milli-cpu, bytes and units. */
  readonly allocatable: Amounts;
  /** Pods that run or start here, without the one in question. */
  readonly tenants: readonly Tenant[];
  readonly pressures: ReadonlySet<Pressure>;
}

/** How much of a resource is wanted, in use and there. */
export interface Shortage {
  readonly resource: string;
  readonly requested: number;
  readonly used: number;
  readonly capacity: number;
}

/** `reason` is the pod's `status.reason`; `shortages` is set where nothing but resources stood in the way. */
export interface Refusal {
  readonly reason: string;
  readonly message: string;
  readonly shortages?: readonly Shortage[];
}

/** The first thing that stands in the way; `undefined` admits. */
export function refusal(pod: Pod, tenant: Tenant, scene: AdmissionScene): Refusal | undefined {
  return underPressure(pod, tenant, scene) ?? wrongOs(pod, scene.node) ?? generalFilter(pod, tenant, scene);
}

function underPressure(pod: Pod, tenant: Tenant, { pressures }: AdmissionScene): Refusal | undefined {
  if (pressures.size === 0 || isCritical(tenant)) return undefined;
  if (pressures.size === 1 && pressures.has('MemoryPressure')) {
    if (tenant.qos !== 'BestEffort') return undefined;
    const taint = { key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' } as const;
    if ((pod.spec.tolerations ?? []).some((toleration) => tolerates(toleration, taint))) return undefined;
  }
  return { reason: 'Evicted', message: `The node had condition: [${[...pressures].sort().join(' ')}]. ` };
}

function wrongOs(pod: Pod, node: Node): Refusal | undefined {
  const os = node.metadata.labels?.['kubernetes.io/os'] ?? 'linux';
  const wanted = pod.spec.nodeSelector?.['kubernetes.io/os'];
  if (wanted !== undefined && wanted !== os) {
    const message = "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label";
    return { reason: 'PodOSSelectorNodeLabelDoesNotMatch', message };
  }
  if (pod.spec.os && pod.spec.os.name !== os) {
    return { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" };
  }
  return undefined;
}

/** Resources first, but where other predicates fail too, shortage alone is not what stands in the way. */
function generalFilter(pod: Pod, tenant: Tenant, scene: AdmissionScene): Refusal | undefined {
  const shortages = findShortages(tenant, scene);
  const predicate = failedPredicate(pod, tenant, scene);
  const first = shortages[0];
  if (!first) return predicate;
  const { resource, requested, used, capacity } = first;
  const message = `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`;
  return { reason: `OutOf${resource}`, message, ...(predicate ? {} : { shortages }) };
}

/** What the node lacks for the pod, in upstream's order. Extended resources the node does not list are ignored. */
function findShortages(tenant: Tenant, { allocatable, tenants }: AdmissionScene): Shortage[] {
  const wanted = Object.keys(tenant.amounts).filter((name) => isNative(name) || allocatable[name] !== undefined);
  const rank = (name: string) => (['pods', 'cpu', 'memory', 'ephemeral-storage'].indexOf(name) + 5) % 5;
  wanted.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const shortages: Shortage[] = [];
  for (const resource of wanted) {
    const requested = tenant.amounts[resource] ?? 0;
    if (requested === 0) continue;
    const used = tenants.reduce((sum, other) => sum + (other.amounts[resource] ?? 0), 0);
    const capacity = allocatable[resource] ?? 0;
    if (requested > capacity - used) shortages.push({ resource, requested, used, capacity });
  }
  return shortages;
}

function failedPredicate(pod: Pod, tenant: Tenant, { node, tenants }: AdmissionScene): Refusal | undefined {
  const failed = (name: string, why: string): Refusal => ({ reason: name, message: `Predicate ${name} failed: ${why}` });
  if (compileNodeAffinity(pod.spec)(node).length > 0)
    return failed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  if (pod.spec.nodeName !== undefined && pod.spec.nodeName !== node.metadata.name) {
    return failed('NodeName', "node(s) didn't match the requested node name");
  }
  if (tenant.hostPorts.length > 0 && tenants.some((other) => portsClash(tenant.hostPorts, other.hostPorts))) {
    return failed('NodePorts', "node(s) didn't have free ports for the requested pod ports");
  }
  const untoleratedTaints = untolerated(pod.spec.tolerations ?? [], node.spec?.taints ?? [], ['NoExecute']);
  if (!tenant.isStatic && untoleratedTaints.length > 0) {
    return failed('TaintToleration', "node(s) had taints that the pod didn't tolerate");
  }
  return undefined;
}

/** Resources of Kubernetes itself count even where the node does not list them. */
function isNative(name: string): boolean {
  return !name.includes('/') || name.startsWith('kubernetes.io/');
}
