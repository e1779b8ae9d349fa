/** A warning of our own: surging pods that take a port of the host wait for each other (KEP-1591, #106417). */
import type { DaemonSet, IntOrString } from '../../kube/objects.ts';
import { SPEC } from '../validation/path.ts';

/** Says so where `maxSurge` is used and some container has a host port. Nothing is refused. */
export function warnOfSurge(daemonSet: DaemonSet, warn: (text: string) => void): void {
  const { updateStrategy, template } = daemonSet.spec;
  if (!isSet(updateStrategy?.rollingUpdate?.maxSurge)) return;
  const { hostNetwork, containers = [] } = template.spec;
  for (const [i, { ports = [] }] of containers.entries()) {
    for (const [j, port] of ports.entries()) {
      if (!port.hostPort && !hostNetwork) continue;
      const at = SPEC.child('template').child('spec').child('containers').index(i).child('ports').index(j);
      const number = port.hostPort || port.containerPort;
      warn(
        `${at}: host port ${number} cannot be taken twice on a node: with maxSurge the new pod waits until the old one is gone; use maxUnavailable instead`,
      );
    }
  }
}

function isSet(surge: IntOrString | undefined): boolean {
  return surge !== undefined && Number.parseInt(String(surge), 10) > 0;
}
