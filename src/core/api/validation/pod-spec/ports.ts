/** Container ports: names, numbers and protocols, and host ports that collide. */
import type { ContainerPort } from '../../../kube/objects.ts';
import type { Cause } from '../../api-error.ts';
import { duplicate, invalidValue, notSupported, pushProblems, required } from '../field-error.ts';
import { portNameProblems, portNumberProblems } from '../formats.ts';
import type { Path } from '../path.ts';
import type { Check } from './check.ts';
import type { ContainerShape, SpecShape } from './shape.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** `ports` of one container. */
export function validatePorts(ports: readonly ContainerPort[] | undefined, at: Path, check: Check): void {
  if (!ports) return;
  const names = new Set<string>();
  for (const [i, port] of ports.entries()) validatePort(port, { at: at.index(i), names }, check.out);
}

function validatePort(port: ContainerPort, where: { at: Path; names: Set<string> }, out: Cause[]): void {
  const { at, names } = where;
  if (port.name) {
    const problems = portNameProblems(port.name);
    if (problems.length > 0) pushProblems(out, at.child('name'), { value: port.name, problems });
    else if (names.has(port.name)) out.push(duplicate(at.child('name'), port.name));
    else names.add(port.name);
  }
  if (!port.containerPort) out.push(required(at.child('containerPort')));
  else validateNumber(port.containerPort, at.child('containerPort'), out);
  if (port.hostPort) validateNumber(port.hostPort, at.child('hostPort'), out);
  if (!port.protocol) out.push(required(at.child('protocol')));
  else if (!PROTOCOLS.includes(port.protocol)) out.push(notSupported(at.child('protocol'), port.protocol, PROTOCOLS));
}

function validateNumber(port: number, at: Path, out: Cause[]): void {
  pushProblems(out, at, { value: port, problems: portNumberProblems(port) });
}

/** No two containers of the list may take the same protocol, address and host port. */
export function validateHostPorts(containers: readonly ContainerShape[], at: Path, out: Cause[]): void {
  let taken: Set<string> | undefined;
  for (const [i, container] of containers.entries()) {
    for (const [j, port] of (container.ports ?? []).entries()) {
      if (!port.hostPort) continue;
      taken ??= new Set();
      const key = `${port.protocol ?? ''}/${port.hostIP ?? ''}/${port.hostPort}`;
      if (taken.has(key)) out.push(duplicate(at.index(i).child('ports').index(j).child('hostPort'), key));
      else taken.add(key);
    }
  }
}

/** On the host's network a host port is the container port; a template may leave it open until the pod is made. */
export function validateHostNetworkPorts(spec: SpecShape, at: Path, check: Check): void {
  if (!spec.hostNetwork) return;
  for (const [i, container] of (spec.containers ?? []).entries()) {
    for (const [j, port] of (container.ports ?? []).entries()) {
      const hostPort = port.hostPort ?? 0;
      if ((hostPort === 0 && !check.isPod) || hostPort === port.containerPort) continue;
      const field = at.child('containers').index(i).child('ports').index(j).child('hostPort');
      check.out.push(invalidValue(field, hostPort, 'must match `containerPort` when `hostNetwork` is true'));
    }
  }
}
