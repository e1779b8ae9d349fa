/** The quality-of-service class of a pod, by which nodes decide whom to evict first. */
import type { PodSpec, ResourceList, ResourceRequirements } from './objects.ts';
import { isPodLevelResource, type Resources } from './pod-resources.ts';
import { addQuantity, compareQuantity, tryQuantity, ZERO_QUANTITY } from './quantity.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

/**
 * Only cpu and memory above zero count. Guaranteed: every container has both limits, and requests equal limits;
 * BestEffort: nothing is set; Burstable otherwise. Resources set for the pod as a whole decide alone (upstream `ComputePodQOS`).
 */
export function qosClass(spec: PodSpec): QosClass {
  const parts = hasPodLevel(spec.resources)
    ? [spec.resources]
    : [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((container) => container.resources);
  const requests: Resources = new Map();
  const limits: Resources = new Map();
  let bothLimited = true;
  for (const part of parts) {
    collect(requests, part?.requests);
    const limited = collect(limits, part?.limits);
    bothLimited &&= limited.has('cpu') && limited.has('memory');
  }
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  return bothLimited && same(requests, limits) ? 'Guaranteed' : 'Burstable';
}

function hasPodLevel(resources: ResourceRequirements | undefined): boolean {
  const names = [...Object.keys(resources?.requests ?? {}), ...Object.keys(resources?.limits ?? {})];
  return names.some(isPodLevelResource);
}

function collect(total: Resources, list: ResourceList | undefined): Set<string> {
  const found = new Set<string>();
  for (const name of ['cpu', 'memory']) {
    const text = list?.[name];
    const amount = text === undefined ? undefined : tryQuantity(text);
    if (!amount || compareQuantity(amount, ZERO_QUANTITY) <= 0) continue;
    found.add(name);
    const before = total.get(name);
    total.set(name, before ? addQuantity(before, amount) : amount);
  }
  return found;
}

function same(requests: Resources, limits: Resources): boolean {
  if (requests.size !== limits.size) return false;
  for (const [name, request] of requests) {
    const limit = limits.get(name);
    if (!limit || compareQuantity(limit, request) !== 0) return false;
  }
  return true;
}
