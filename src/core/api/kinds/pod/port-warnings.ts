/** Ports that are defined twice over, in one container or across several. */
import type { ContainerPort } from '../../../kube/objects.ts';
import type { Path } from '../../validation/path.ts';
import type { SpecShape } from '../../validation/pod-spec/shape.ts';
import { visitContainers } from '../../validation/pod-spec/visit.ts';
import type { Warn } from './warn.ts';

interface Definition {
  readonly port: ContainerPort;
  readonly at: Path;
}

export function warnOfPorts(spec: SpecShape, at: Path, warn: Warn): void {
  const defined = new Map<string, Definition[]>();
  visitContainers(spec, at, (container, here) => {
    for (const [i, port] of (container.ports ?? []).entries()) {
      const one = { port, at: here().child('ports').index(i) };
      if (port.hostIP && !port.hostPort) warn(`${one.at}: hostIP set without hostPort: ${printed(port)}`);
      const key = `${port.containerPort}/${port.protocol}`;
      const others = defined.get(key) ?? [];
      for (const other of others) compare(one, other, warn);
      defined.set(key, [...others, one]);
    }
  });
}

function compare(one: Definition, other: Definition, warn: Warn): void {
  const kind = overlap(one.port, other.port);
  if (kind) warn(`${one.at}: ${kind} port definition with ${other.at}`);
}

function overlap(a: ContainerPort, b: ContainerPort): string | undefined {
  const [hostA, hostB] = [a.hostPort ?? 0, b.hostPort ?? 0];
  const [addressA, addressB] = [a.hostIP ?? '', b.hostIP ?? ''];
  if (addressA === addressB && hostA === hostB) return 'duplicate';
  if (hostA === 0 || hostB === 0) return 'overlapping';
  return hostA === hostB && (addressA === '') !== (addressB === '') ? 'dangerously ambiguous' : undefined;
}

/** Go's `%+v` of the struct. */
function printed({ name, hostPort, containerPort, protocol, hostIP }: ContainerPort): string {
  return `{Name:${name ?? ''} HostPort:${hostPort ?? 0} ContainerPort:${containerPort} Protocol:${protocol ?? ''} HostIP:${hostIP ?? ''}}`;
}
