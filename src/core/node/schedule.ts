/** Where an unbound pod goes (the default scheduler's filters, in small): node affinity, taints, resources, host ports; the emptiest node wins. */
import { compileNodeAffinity } from '../kube/node-affinity.ts';
import type { Node, Pod } from '../kube/objects.ts';
import { untolerated } from '../kube/taints.ts';
import type { Amounts } from './amount.ts';
import { isStaticPod, portsClash, type Tenant } from './tenant.ts';

/** A node as the scheduler counts it. */
export interface Candidate {
  readonly node: Node;
  readonly allocatable: Amounts;
  /** Sum of what the pods bound here take. */
  readonly used: Amounts;
  readonly tenants: Iterable<Tenant>;
}

/** The node chosen; or why none fits (the `FailedScheduling` message), and whom to preempt where that would help. */
export type Placement =
  | { readonly node: string }
  | { readonly message: string; readonly preempt?: { readonly node: string; readonly victims: readonly Tenant[] } };

/** Places one pod. `total` is the number of nodes in the cluster; candidates may be fewer where the pod names its node. */
export function place(pod: Pod, tenant: Tenant, nodes: { candidates: readonly Candidate[]; total: number }): Placement {
  const matches = compileNodeAffinity(pod.spec);
  const reasons = new Map<string, number>();
  const count = (reason: string, by = 1) => reasons.set(reason, (reasons.get(reason) ?? 0) + by);
  const short: Candidate[] = [];
  let best: Candidate | undefined;
  for (const candidate of nodes.candidates) {
    const found = misfit(pod, tenant, candidate, matches);
    if (found.length === 0) {
      if (!best || fill(candidate) < fill(best)) best = candidate;
      continue;
    }
    for (const reason of found) count(reason);
    if (found.every((reason) => reason.startsWith('Insufficient ') || reason === 'Too many pods')) short.push(candidate);
  }
  if (best) return { node: best.node.metadata.name ?? '' };
  const elsewhere = nodes.total - nodes.candidates.length;
  if (elsewhere > 0) count(AFFINITY, elsewhere);
  const listed = [...reasons].map(([reason, by]) => `${by} ${reason}`).sort();
  const message = `0/${nodes.total} nodes are available: ${listed.join(', ')}.`;
  const preempt = short.map((candidate) => lowerThan(tenant, candidate)).find((found) => found !== undefined);
  return preempt ? { message, preempt } : { message };
}

/** The one node a pod names by required affinity on `metadata.name`, as DaemonSet pods do; `undefined` where it is free. */
export function pinnedNode(pod: Pod): string | undefined {
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const field = terms?.length === 1 ? terms[0]?.matchFields?.[0] : undefined;
  return field?.key === 'metadata.name' && field.operator === 'In' && field.values?.length === 1 ? field.values[0] : undefined;
}

const AFFINITY = "node(s) didn't match Pod's node affinity/selector";

function misfit(pod: Pod, tenant: Tenant, candidate: Candidate, matches: ReturnType<typeof compileNodeAffinity>): string[] {
  const { node, allocatable, used, tenants } = candidate;
  if (node.spec?.unschedulable && untolerated(pod.spec.tolerations ?? [], [UNSCHEDULABLE], ['NoSchedule']).length > 0) {
    return ['node(s) were unschedulable'];
  }
  const taint = untolerated(pod.spec.tolerations ?? [], node.spec?.taints ?? [], ['NoSchedule', 'NoExecute'])[0];
  if (taint) return [`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`];
  if (matches(node).length > 0) return [AFFINITY];
  if (tenant.hostPorts.length > 0) {
    for (const other of tenants) {
      if (portsClash(tenant.hostPorts, other.hostPorts)) return ["node(s) didn't have free ports for the requested pod ports"];
    }
  }
  return Object.entries(tenant.amounts)
    .filter(([resource, amount]) => amount > 0 && amount > (allocatable[resource] ?? 0) - (used[resource] ?? 0))
    .map(([resource]) => (resource === 'pods' ? 'Too many pods' : `Insufficient ${resource}`));
}

const UNSCHEDULABLE = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;

/** The largest share of cpu, memory or pods in use. */
function fill({ allocatable, used }: Candidate): number {
  return Math.max(...['cpu', 'memory', 'pods'].map((resource) => (used[resource] ?? 0) / (allocatable[resource] || 1)));
}

/** The pods of lower priority, lowest first, whose going makes the pod fit. */
function lowerThan(tenant: Tenant, { node, allocatable, used, tenants }: Candidate) {
  const lower = [...tenants].filter((other) => other.priority < tenant.priority && !other.isStatic);
  lower.sort((a, b) => a.priority - b.priority || (b.amounts.cpu ?? 0) - (a.amounts.cpu ?? 0) || (a.uid < b.uid ? -1 : 1));
  const freed: Record<string, number> = {};
  const victims: Tenant[] = [];
  const fits = () =>
    Object.entries(tenant.amounts).every(
      ([resource, amount]) => amount <= (allocatable[resource] ?? 0) - (used[resource] ?? 0) + (freed[resource] ?? 0),
    );
  for (const victim of lower) {
    if (fits()) break;
    victims.push(victim);
    for (const [resource, amount] of Object.entries(victim.amounts)) freed[resource] = (freed[resource] ?? 0) + amount;
  }
  return victims.length > 0 && fits() ? { node: node.metadata.name ?? '', victims } : undefined;
}

/** Whether a pod is the default scheduler's to place. */
export function wantsPlacing(pod: Pod): boolean {
  return (
    !pod.spec.nodeName &&
    pod.metadata.deletionTimestamp === undefined &&
    (pod.spec.schedulerName ?? 'default-scheduler') === 'default-scheduler' &&
    (pod.spec.schedulingGates?.length ?? 0) === 0 &&
    !isStaticPod(pod)
  );
}
