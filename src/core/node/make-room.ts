/**
 * Who goes when a node is full and a pod must start all the same.
 * `yieldTo` is the handbook's rule for daemon pods ("DaemonSet Pods Bypass Node Capacity Checks"); `preempt` is upstream's for
 * critical pods (`pkg/kubelet/preemption`).
 */
import type { Shortage } from './admission.ts';
import { isCritical, NODE_CRITICAL_PRIORITY, type Tenant } from './tenant.ts';

const QOS_ORDER = { BestEffort: 0, Burstable: 1, Guaranteed: 2 } as const;

/**
 * The handbook's rule: the daemon pod starts, others go by QoS class (BestEffort, Burstable, Guaranteed), lower priority first, then
 * the larger request of what is short, until it fits. BestEffort pods go first although they reserve nothing: what they use is what
 * the node has not promised. Static pods, `system-node-critical` pods and daemon pods never go (a daemon pod would come back and
 * push out the next one); where that leaves too little, the node is overcommitted and the pod starts nevertheless.
 */
export function yieldTo(tenants: readonly Tenant[], shortages: readonly Shortage[]): Tenant[] {
  const candidates = tenants.filter((tenant) => !tenant.isStatic && !tenant.isDaemon && tenant.priority < NODE_CRITICAL_PRIORITY);
  const need = new Map(shortages.map((shortage) => [shortage.resource, missing(shortage)]));
  const weight = (tenant: Tenant) => shortages.reduce((sum, { resource }) => sum + share(tenant, resource, need), 0);
  candidates.sort(
    (a, b) => QOS_ORDER[a.qos] - QOS_ORDER[b.qos] || a.priority - b.priority || weight(b) - weight(a) || compareNames(a, b),
  );
  const victims: Tenant[] = [];
  for (const tenant of candidates) {
    if ([...need.values()].every((amount) => amount <= 0)) break;
    if (tenant.qos !== 'BestEffort' && weight(tenant) === 0) continue;
    victims.push(tenant);
    for (const [resource, amount] of need) need.set(resource, amount - (tenant.amounts[resource] ?? 0));
  }
  return victims;
}

/**
 * Upstream's rule: non-critical pods (or of lower priority) go, as few Guaranteed as possible if all others went, then as few Burstable,
 * then BestEffort; within a class the best fit. `undefined` where even all of them would not do.
 */
export function preempt(critical: Tenant, tenants: readonly Tenant[], shortages: readonly Shortage[]): Tenant[] | undefined {
  const able = tenants.filter((tenant) => mayPreempt(critical, tenant));
  const of = (qos: Tenant['qos']) => able.filter((tenant) => tenant.qos === qos);
  const [bestEffort, burstable, guaranteed] = [of('BestEffort'), of('Burstable'), of('Guaranteed')];
  const need: Need = new Map(shortages.map((shortage) => [shortage.resource, missing(shortage)]));
  const first = bestFit(guaranteed, reduced(need, [...bestEffort, ...burstable]));
  const second = first && bestFit(burstable, reduced(need, [...bestEffort, ...first]));
  const third = first && second && bestFit(bestEffort, reduced(need, [...first, ...second]));
  return third && [...third, ...(second ?? []), ...(first ?? [])];
}

/** The message where `preempt` finds nobody. */
export function noVictims(shortages: readonly Shortage[]): string {
  const resources = shortages.map((shortage) => `(res: ${shortage.resource}, q: ${missing(shortage)}), `).join('');
  return `Unexpected error while attempting to recover from admission failure: preemption: error finding a set of pods to preempt: no set of running pods found to reclaim resources: [${resources}]`;
}

type Need = ReadonlyMap<string, number>;

function missing({ requested, used, capacity }: Shortage): number {
  return requested - (capacity - used);
}

function mayPreempt(critical: Tenant, other: Tenant): boolean {
  if (other.isStatic) return false;
  if (!isCritical(other)) return true;
  return !critical.isStatic ? critical.priority > other.priority : other.priority < NODE_CRITICAL_PRIORITY;
}

function reduced(need: Need, gone: readonly Tenant[]): Need {
  const rest = new Map<string, number>();
  for (const [resource, amount] of need) {
    const left = amount - gone.reduce((sum, tenant) => sum + (tenant.amounts[resource] ?? 0), 0);
    if (left > 0) rest.set(resource, left);
  }
  return rest;
}

/** Takes, one after the other, the pod that leaves the smallest squared relative distance; ties go to the smaller request. */
function bestFit(candidates: readonly Tenant[], need: Need): Tenant[] | undefined {
  const left = [...candidates];
  const taken: Tenant[] = [];
  for (let open = need; open.size > 0; open = reduced(need, taken)) {
    let best: Tenant | undefined;
    for (const tenant of left) {
      if (!best || isBetter(tenant, best, open)) best = tenant;
    }
    if (!best) return undefined;
    taken.push(best);
    left.splice(left.indexOf(best), 1);
  }
  return taken;
}

function isBetter(tenant: Tenant, best: Tenant, need: Need): boolean {
  const [mine, theirs] = [distance(tenant, need), distance(best, need)];
  if (mine !== theirs) return mine < theirs;
  const [cpu, other] = [tenant.amounts.cpu ?? 0, best.amounts.cpu ?? 0];
  return cpu !== other ? cpu < other : (tenant.amounts.memory ?? 0) < (best.amounts.memory ?? 0);
}

function distance(tenant: Tenant, need: Need): number {
  let sum = 0;
  for (const [resource, amount] of need) {
    const left = Math.max(0, (amount - (tenant.amounts[resource] ?? 0)) / amount);
    sum += left * left;
  }
  return sum;
}

function share(tenant: Tenant, resource: string, need: Need): number {
  return (tenant.amounts[resource] ?? 0) / Math.max(1, need.get(resource) ?? 1);
}

function compareNames(a: Tenant, b: Tenant): number {
  return a.namespace === b.namespace ? (a.name < b.name ? -1 : 1) : a.namespace < b.namespace ? -1 : 1;
}
