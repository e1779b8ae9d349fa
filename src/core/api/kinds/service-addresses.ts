/** Addresses and ports for Services: which are free, and which the caller may ask for. */

import type { ResourceRef } from '../../kube/resource.ts';
import type { Cause } from '../api-error.ts';
import type { WriteContext } from '../kind.ts';
import { invalidValue } from '../validation/field-error.ts';
import { isHeadless, needsClusterIp, needsHealthCheck, needsNodePort, type Service } from './service-shape.ts';

const SERVICES: ResourceRef = { group: '', version: 'v1', resource: 'services' };

/** The cluster's range for Service addresses, IPv4 only. */
const SERVICE_RANGE = '10.96.0.0/12';
const RANGE_BASE = (10 << 24) | (96 << 16);
const RANGE_SIZE = 1 << 20;
/** Upstream gives these last: they are for addresses chosen by hand. */
const RESERVED = 256;

const NODE_PORTS = { first: 30000, last: 32767 } as const;
const NODE_PORT_COUNT = NODE_PORTS.last - NODE_PORTS.first + 1;

/** Gives a Service the addresses and ports that it needs and does not name. Its UID decides where the search begins. Mutates. */
export function allocate(service: Service, context: WriteContext): void {
  const { spec, metadata } = service;
  const missingIp = needsClusterIp(spec) && !spec.clusterIP && !spec.clusterIPs?.length;
  const missingPorts = needsNodePort(spec) ? (spec.ports ?? []).filter((port) => !port.nodePort) : [];
  const missingCheck = needsHealthCheck(spec) && !spec.healthCheckNodePort;
  if (!missingIp && missingPorts.length === 0 && !missingCheck) return;
  const used = usedBy(service, context);
  let seed = hash(metadata.uid ?? metadata.name ?? '');
  if (missingIp) {
    const ip = freeIp(used.ips, seed);
    if (ip !== undefined) {
      spec.clusterIP = ip;
      spec.clusterIPs = [ip];
    }
  }
  for (const port of missingPorts) {
    const found = freePort(used.ports, seed++);
    if (found !== undefined) port.nodePort = found;
  }
  if (missingCheck) {
    const found = freePort(used.ports, seed);
    if (found !== undefined) spec.healthCheckNodePort = found;
  }
}

/** Why addresses and ports that the client chose cannot be had. Those that an update keeps are not looked at. */
export function allocationCauses(service: Service, context: WriteContext, old?: Service): Cause[] {
  const { spec } = service;
  const chosenIp = needsClusterIp(spec) && !isHeadless(spec) ? spec.clusterIPs?.[0] : undefined;
  const newIp = chosenIp !== undefined && chosenIp !== old?.spec.clusterIPs?.[0] ? chosenIp : undefined;
  const before = new Set((old?.spec.ports ?? []).map((port) => port.nodePort));
  const newPorts = (spec.ports ?? []).filter((port) => port.nodePort && !before.has(port.nodePort));
  if (newIp === undefined && newPorts.length === 0) return [];
  const used = usedBy(service, context);
  const out: Cause[] = [];
  if (newIp !== undefined) {
    const problem = ipProblem(newIp, used.ips);
    if (problem) out.push(invalidValue('spec.clusterIPs', spec.clusterIPs, `failed to allocate IP ${newIp}: ${problem}`));
  }
  for (const [i, port] of (spec.ports ?? []).entries()) {
    if (!newPorts.includes(port) || port.nodePort === undefined) continue;
    const problem = portProblem(port.nodePort, used.ports);
    if (problem) out.push(invalidValue(`spec.ports[${i}].nodePort`, port.nodePort, problem));
  }
  return out;
}

interface Used {
  readonly ips: Set<string>;
  readonly ports: Set<number>;
}

/** What all other Services hold. */
function usedBy({ metadata }: Service, context: WriteContext): Used {
  const used: Used = { ips: new Set(), ports: new Set() };
  for (const object of context.lookupAll(SERVICES)) {
    if (object.metadata.name === metadata.name && object.metadata.namespace === metadata.namespace) continue;
    const { spec } = object as Service;
    for (const ip of spec.clusterIPs ?? []) used.ips.add(ip);
    for (const { nodePort } of spec.ports ?? []) if (nodePort) used.ports.add(nodePort);
    if (spec.healthCheckNodePort) used.ports.add(spec.healthCheckNodePort);
  }
  return used;
}

function freeIp(used: Set<string>, seed: number): string | undefined {
  const span = RANGE_SIZE - RESERVED - 1;
  for (let step = 0; step < span; step++) {
    const ip = addressAt(RESERVED + ((seed + step) % span));
    if (!used.has(ip)) return ip;
  }
  return undefined;
}

function freePort(used: Set<number>, seed: number): number | undefined {
  for (let step = 0; step < NODE_PORT_COUNT; step++) {
    const port = NODE_PORTS.first + ((seed + step) % NODE_PORT_COUNT);
    if (used.has(port)) continue;
    used.add(port);
    return port;
  }
  return undefined;
}

function addressAt(index: number): string {
  const value = RANGE_BASE + index;
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');
}

function ipProblem(ip: string, used: Set<string>): string | undefined {
  const octets = ip.split('.').map(Number);
  const value = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const inside = octets.length === 4 && value > RANGE_BASE && value < RANGE_BASE + RANGE_SIZE - 1;
  if (!inside) return `the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${SERVICE_RANGE}`;
  return used.has(ip) ? 'provided IP is already allocated' : undefined;
}

function portProblem(port: number, used: Set<number>): string | undefined {
  if (port < NODE_PORTS.first || port > NODE_PORTS.last) {
    return `provided port is not in the valid range. The range of valid ports is ${NODE_PORTS.first}-${NODE_PORTS.last}`;
  }
  return used.has(port) ? 'provided port is already allocated' : undefined;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
