/** What a pod as a whole requests and may use: containers, init containers, sidecars, pod-level resources, overhead. */
import type { Container, PodSpec, ResourceList } from './objects.ts';
import { addQuantity, compareQuantity, type Quantity, tryQuantity } from './quantity.ts';

export type Resources = Map<string, Quantity>;

/** Whether a resource may be set for the pod as a whole: cpu, memory and huge pages (KEP-2837). */
export function isPodLevelResource(name: string): boolean {
  return name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');
}

/**
 * The pod's requests: the larger of the running containers' sum and of every moment of the start-up, where a
 * restartable init container (sidecar, KEP-753) counts from its start to the end; then what is set for the pod
 * as a whole, then the overhead. Read as written: the API fills requests in from limits when a pod is created.
 */
export function podRequests(spec: PodSpec): Resources {
  const total = aggregate(spec, 'requests');
  overridden(total, spec.resources?.requests);
  add(total, spec.overhead);
  return total;
}

/** The pod's limits by the same rules; overhead counts only where the pod has a limit of that resource. */
export function podLimits(spec: PodSpec): Resources {
  const total = aggregate(spec, 'limits');
  overridden(total, spec.resources?.limits);
  for (const [name, text] of Object.entries(spec.overhead ?? {})) {
    const limit = total.get(name);
    const extra = tryQuantity(text);
    if (limit && extra) total.set(name, addQuantity(limit, extra));
  }
  return total;
}

function aggregate(spec: PodSpec, which: 'requests' | 'limits'): Resources {
  const running: Resources = new Map();
  for (const container of spec.containers ?? []) add(running, container.resources?.[which]);
  const sidecars: Resources = new Map();
  const starting: Resources = new Map();
  for (const container of spec.initContainers ?? []) {
    const own = container.resources?.[which];
    if (isSidecar(container)) {
      add(running, own);
      add(sidecars, own);
      raise(starting, sidecars);
    } else {
      const moment: Resources = new Map(sidecars);
      add(moment, own);
      raise(starting, moment);
    }
  }
  raise(running, starting);
  return running;
}

/** Whether an init container keeps running beside the others (`restartPolicy: Always`, KEP-753). */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

function add(total: Resources, list: ResourceList | undefined): void {
  for (const [name, text] of Object.entries(list ?? {})) {
    const amount = tryQuantity(text);
    if (!amount) continue;
    const before = total.get(name);
    total.set(name, before ? addQuantity(before, amount) : amount);
  }
}

function raise(total: Resources, other: Resources): void {
  for (const [name, amount] of other) {
    const before = total.get(name);
    if (!before || compareQuantity(amount, before) > 0) total.set(name, amount);
  }
}

function overridden(total: Resources, list: ResourceList | undefined): void {
  for (const [name, text] of Object.entries(list ?? {})) {
    const amount = tryQuantity(text);
    if (amount && isPodLevelResource(name)) total.set(name, amount);
  }
}
