/** Defaults of Services, and what an update keeps of the addresses a Service has (upstream pkg/registry/core/service). */
import { semanticEqual } from '../validation/equality.ts';
import {
  isExternallyAccessible,
  isHeadless,
  needsClusterIp,
  needsHealthCheck,
  needsNodePort,
  type Service,
  type ServiceSpec,
} from './service-shape.ts';

const CLIENT_IP_TIMEOUT_SECONDS = 10800;

/** Upstream `SetDefaults_Service`. Mutates. */
export function defaultService(service: Service): void {
  service.spec ??= {};
  const { spec } = service;
  spec.sessionAffinity ||= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: CLIENT_IP_TIMEOUT_SECONDS } };
  }
  spec.type ||= 'ClusterIP';
  for (const port of spec.ports ?? []) {
    port.protocol ||= 'TCP';
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port;
  }
  if (isExternallyAccessible(spec)) spec.externalTrafficPolicy ||= 'Cluster';
  if (spec.type !== 'ExternalName') spec.internalTrafficPolicy ??= 'Cluster';
  if (spec.type !== 'LoadBalancer') return;
  spec.allocateLoadBalancerNodePorts ??= true;
  for (const ingress of service.status?.loadBalancer?.ingress ?? []) if (ingress.ip) ingress.ipMode ??= 'VIP';
}

/** `clusterIP` is the first of `clusterIPs`; whichever of them the client wrote counts. Mutates. */
export function syncClusterIps(next: ServiceSpec, old?: ServiceSpec): void {
  if (!old) {
    if (next.clusterIP && !next.clusterIPs?.length) next.clusterIPs = [next.clusterIP];
    return;
  }
  if (next.clusterIP === old.clusterIP) {
    if (old.clusterIPs?.length && !next.clusterIPs?.length) delete next.clusterIP;
    return;
  }
  if (!semanticEqual(next.clusterIPs, old.clusterIPs)) return;
  if (next.clusterIP) next.clusterIPs = [next.clusterIP];
  else delete next.clusterIPs;
}

/** One address family is served: IPv4. Services without selector and address may have endpoints of both. Mutates. */
export function fillFamilies(spec: ServiceSpec): void {
  if (!needsClusterIp(spec)) return;
  const open = isHeadless(spec) && Object.keys(spec.selector ?? {}).length === 0;
  if (open && spec.ipFamilyPolicy === undefined) {
    spec.ipFamilyPolicy = 'RequireDualStack';
    if (!spec.ipFamilies?.length) spec.ipFamilies = ['IPv4', 'IPv6'];
    return;
  }
  spec.ipFamilyPolicy ??= 'SingleStack';
  if (!spec.ipFamilies?.length) spec.ipFamilies = ['IPv4'];
}

/** What the client left out and the Service had already: addresses and ports (upstream `patchAllocatedValues`). Mutates. */
export function keepAllocated(next: ServiceSpec, old: ServiceSpec): void {
  if (needsClusterIp(old) && needsClusterIp(next) && !next.clusterIP) {
    if (old.clusterIP !== undefined) next.clusterIP = old.clusterIP;
    if (!next.clusterIPs?.length && old.clusterIPs) next.clusterIPs = [...old.clusterIPs];
  }
  if (needsNodePort(old) && needsNodePort(next)) keepNodePorts(next, old);
  if (needsHealthCheck(old) && needsHealthCheck(next) && !next.healthCheckNodePort && old.healthCheckNodePort) {
    next.healthCheckNodePort = old.healthCheckNodePort;
  }
}

/** What a change of type gives back. Mutates. */
export function dropUnused(next: ServiceSpec, old: ServiceSpec): void {
  if (needsClusterIp(old) && !needsClusterIp(next) && next.clusterIP === old.clusterIP) {
    for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const) {
      if (semanticEqual(next[field], old[field])) delete next[field];
    }
  }
  if (needsNodePort(old) && !needsNodePort(next)) {
    for (const [i, port] of (next.ports ?? []).entries()) if (port.nodePort === old.ports?.[i]?.nodePort) delete port.nodePort;
  }
  if (needsHealthCheck(old) && !needsHealthCheck(next) && next.healthCheckNodePort === old.healthCheckNodePort) {
    delete next.healthCheckNodePort;
  }
  if (old.type === 'LoadBalancer' && next.type !== 'LoadBalancer') {
    delete next.allocateLoadBalancerNodePorts;
    if (next.loadBalancerClass === old.loadBalancerClass) delete next.loadBalancerClass;
  }
  if (isExternallyAccessible(old) && !isExternallyAccessible(next)) {
    if (next.externalTrafficPolicy === old.externalTrafficPolicy) delete next.externalTrafficPolicy;
  }
}

function keepNodePorts(next: ServiceSpec, old: ServiceSpec): void {
  const used = new Set((next.ports ?? []).map((port) => port.nodePort));
  for (const port of next.ports ?? []) {
    if (port.nodePort) continue;
    const same = old.ports?.find((one) => one.port === port.port && one.protocol === port.protocol);
    if (same?.nodePort === undefined || used.has(same.nodePort)) continue;
    port.nodePort = same.nodePort;
    used.add(same.nodePort);
  }
}
