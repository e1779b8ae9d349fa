/** The ports of the host that a template takes: two of its pods cannot stand on one node (KEP-1591, #106417). */
import type { PodSpec } from '../../kube/objects.ts';

/** In the order of the template; with `hostNetwork` every container port is one of the host. */
export function hostPorts(spec: PodSpec): number[] {
  const found = new Set<number>();
  for (const { ports = [] } of spec.containers) {
    for (const { hostPort, containerPort } of ports) {
      const port = hostPort || (spec.hostNetwork ? containerPort : 0);
      if (port) found.add(port);
    }
  }
  return [...found];
}
