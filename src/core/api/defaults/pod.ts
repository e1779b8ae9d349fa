/** Defaults that only pods have, not templates, so that templates stay as they were written (upstream `SetDefaults_Pod`). */
import type { Container, Pod, PodSpec, ResourceList } from '../../kube/objects.ts';
import { podRequests } from '../../kube/pod-resources.ts';
import { formatQuantity } from '../../kube/quantity.ts';
import { allowsOvercommit, isHugePages, isPodLevel } from '../validation/pod-spec/resource-names.ts';
import { defaultPodSpec } from './pod-spec.ts';

/** Fills the pod in place. */
export function defaultPod(pod: Pod): void {
  pod.spec ??= { containers: [] };
  pod.status ??= {};
  const { spec } = pod;
  defaultPodSpec(spec);
  // Pods alone; templates keep what they say, and are warned of.
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) spec.terminationGracePeriodSeconds = 1;
  for (const list of [spec.containers, spec.initContainers]) {
    for (const container of list ?? []) {
      requestLimits(container);
      if (spec.hostNetwork) openHostPorts(container);
    }
  }
  defaultPodLevel(spec);
  (spec as { enableServiceLinks?: boolean }).enableServiceLinks ??= true;
}

/** A limit without a request is also the request. */
function requestLimits(container: Container): void {
  const { limits } = container.resources ?? {};
  const { requests } = container.resources ?? {};
  if (!limits || !container.resources || Object.keys(limits).every((name) => requests?.[name] !== undefined)) return;
  container.resources.requests = { ...limits, ...requests };
}

/** On the host's network a container port is a port of the host. */
function openHostPorts(container: Container): void {
  for (const port of container.ports ?? []) if (!port.hostPort) port.hostPort = port.containerPort;
}

/** Requests of the pod as a whole: those of its containers together, else its limits (KEP-2837). */
function defaultPodLevel(spec: PodSpec): void {
  const own = spec.resources;
  if (!own) return;
  const { resources: _own, overhead: _extra, ...containersOnly } = spec;
  const together = podRequests(containersOnly as PodSpec);
  const limits: ResourceList = { ...own.limits };
  for (const [name, amount] of together) {
    if (isHugePages(name) && limits[name] === undefined && own.requests?.[name] === undefined)
      limits[name] = formatQuantity(amount);
  }
  if (Object.keys(limits).length === 0) return;
  own.limits = limits;
  const requests: ResourceList = { ...own.requests };
  for (const [name, amount] of together) {
    if (requests[name] === undefined && isPodLevel(name) && allowsOvercommit(name)) requests[name] = formatQuantity(amount);
  }
  for (const [name, limit] of Object.entries(limits)) if (isPodLevel(name)) requests[name] ??= limit;
  if (Object.keys(requests).length > 0) own.requests = requests;
}
