/** What a Service must keep to; names may begin with a digit since KEP-5311 (upstream pkg/apis/core/validation, `ValidateService`). */
import { dns1123Label, dns1123Subdomain, labelNameProblems } from '../../kube/names.ts';
import type { Cause } from '../api-error.ts';
import { duplicate, forbiddenValue, invalidValue, notSupported, pushProblems, required } from '../validation/field-error.ts';
import { portNameProblems, portNumberProblems } from '../validation/formats.ts';
import { ipProblems } from '../validation/ip.ts';
import { validateLabelName, validateLabels } from '../validation/labels.ts';
import { validateObjectMeta } from '../validation/metadata.ts';
import { METADATA, type Path, SPEC } from '../validation/path.ts';
import { cidrProblems } from './cidr.ts';
import { validateAddresses } from './service-address-rules.ts';

import { isHeadless, type Service, type ServicePort, type ServiceSpec } from './service-shape.ts';
import { validateTraffic } from './service-traffic-rules.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const HINTS = 'service.kubernetes.io/topology-aware-hints';
const MODE = 'service.kubernetes.io/topology-mode';
const PORTS = SPEC.child('ports');

/** Checks a new Service; updates check it again. */
export function validateService(service: Service): Cause[] {
  const { metadata, spec } = service;
  const out = validateObjectMeta(metadata, { namespaced: true, nameProblems: labelNameProblems });
  const { [MODE]: mode, [HINTS]: hints } = metadata.annotations ?? {};
  if (mode !== undefined && hints !== undefined && mode !== hints) {
    out.push(
      invalidValue(METADATA.child('annotations').key(MODE), mode, `must match annotations[${HINTS}] when both are specified`),
    );
  }
  if (!spec.ports?.length && !isHeadless(spec) && spec.type !== 'ExternalName') out.push(required(PORTS));
  validateByType(spec, out);
  validatePorts(spec, out);
  if (spec.selector) validateLabels(spec.selector, SPEC.child('selector'), out);
  validateAffinity(spec, out);
  validateAddresses(spec, out);
  for (const [i, ip] of (spec.externalIPs ?? []).entries()) validateExternalIp(ip, SPEC.child('externalIPs').index(i), out);
  const { type = '' } = spec;
  if (!TYPES.includes(type)) out.push(notSupported(SPEC.child('type'), type, TYPES));
  validatePortUse(spec, out);
  validateLoadBalancer(spec, out);
  validateTraffic(spec, out);
  return out;
}

function validateByType(spec: ServiceSpec, out: Cause[]): void {
  const { type } = spec;
  if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadless(spec)) {
    const at = SPEC.child('clusterIPs').index(0);
    out.push(invalidValue(at, spec.clusterIPs?.[0], `may not be set to 'None' for ${type} services`));
  }
  if (type !== 'ExternalName') return;
  const refused = 'may not be set for ExternalName services';
  if (spec.clusterIPs?.length) out.push(forbiddenValue(SPEC.child('clusterIPs'), refused));
  if (spec.ipFamilies?.length) out.push(forbiddenValue(SPEC.child('ipFamilies'), refused));
  if (spec.ipFamilyPolicy !== undefined) out.push(forbiddenValue(SPEC.child('ipFamilyPolicy'), refused));
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  const at = SPEC.child('externalName');
  if (name === '') out.push(required(at));
  else pushProblems(out, at, { value: name, problems: dns1123Subdomain(name) });
}

function validatePorts({ ports = [] }: ServiceSpec, out: Cause[]): void {
  const names = new Set<string>();
  for (const [i, port] of ports.entries()) validatePort(port, { at: PORTS.index(i), names, needsName: ports.length > 1 }, out);
}

function validatePort(port: ServicePort, place: { at: Path; names: Set<string>; needsName: boolean }, out: Cause[]): void {
  const { at, names } = place;
  const { name = '', protocol = '', targetPort = 0 } = port;
  if (name === '') {
    if (place.needsName) out.push(required(at.child('name')));
  } else {
    pushProblems(out, at.child('name'), { value: name, problems: dns1123Label(name) });
    if (names.has(name)) out.push(duplicate(at.child('name'), name));
    names.add(name);
  }
  pushProblems(out, at.child('port'), { value: port.port, problems: portNumberProblems(port.port) });
  if (!PROTOCOLS.includes(protocol)) out.push(notSupported(at.child('protocol'), protocol, PROTOCOLS));
  const problems = typeof targetPort === 'number' ? portNumberProblems(targetPort) : portNameProblems(targetPort);
  pushProblems(out, at.child('targetPort'), { value: targetPort, problems });
  if (port.appProtocol !== undefined) validateLabelName(port.appProtocol, at.child('appProtocol'), out);
}

function validateAffinity({ sessionAffinity = '', sessionAffinityConfig }: ServiceSpec, out: Cause[]): void {
  const kinds = ['ClientIP', 'None'];
  if (!kinds.includes(sessionAffinity)) out.push(notSupported(SPEC.child('sessionAffinity'), sessionAffinity, kinds));
  const at = SPEC.child('sessionAffinityConfig');
  if (sessionAffinity === 'None' && sessionAffinityConfig) {
    out.push(forbiddenValue(at, 'must not be set when session affinity is None'));
  }
  if (sessionAffinity !== 'ClientIP') return;
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (seconds === undefined) out.push(required(at, 'when session affinity type is ClientIP'));
  else if (seconds <= 0 || seconds > 86400) {
    out.push(invalidValue(at.child('clientIP').child('timeoutSeconds'), seconds, 'must be greater than 0 and less than 86400'));
  }
}

/** Addresses that lead nowhere outside of one machine or one wire (upstream `ValidateNonSpecialIP`). */
function validateExternalIp(ip: string, at: Path, out: Cause[]): void {
  const problems = ipProblems(ip);
  if (problems.length > 0) {
    pushProblems(out, at, { value: ip, problems });
    return;
  }
  if (/^(0\.0\.0\.0|::)$/.test(ip)) out.push(invalidValue(at, ip, `may not be unspecified (${ip})`));
  if (/^127\.|^::1$/.test(ip)) out.push(invalidValue(at, ip, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'));
  if (/^169\.254\.|^fe[89ab]/i.test(ip))
    out.push(invalidValue(at, ip, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'));
  if (/^224\.0\.0\.|^ff02:/i.test(ip)) {
    out.push(invalidValue(at, ip, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'));
  }
}

function validatePortUse({ type, ports = [] }: ServiceSpec, out: Cause[]): void {
  if (type === 'ClusterIP') {
    for (const [i, port] of ports.entries()) {
      if (port.nodePort) out.push(forbiddenValue(PORTS.index(i).child('nodePort'), "may not be used when `type` is 'ClusterIP'"));
    }
  }
  const nodePorts = new Set<string>();
  for (const [i, { protocol, nodePort }] of ports.entries()) {
    if (!nodePort) continue;
    const identity = `${protocol}/${nodePort}`;
    if (nodePorts.has(identity)) out.push(duplicate(PORTS.index(i).child('nodePort'), nodePort));
    nodePorts.add(identity);
  }
  const seen = new Set<string>();
  for (const [i, { protocol = '', port }] of ports.entries()) {
    const identity = `${protocol}/${port}`;
    if (seen.has(identity)) {
      const printed = { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
      out.push(duplicate(PORTS.index(i), printed));
    }
    seen.add(identity);
  }
}

function validateLoadBalancer(spec: ServiceSpec, out: Cause[]): void {
  const onlyHere = "may only be used when `type` is 'LoadBalancer'";
  const isBalancer = spec.type === 'LoadBalancer';
  const ranges = spec.loadBalancerSourceRanges ?? [];
  const at = SPEC.child('LoadBalancerSourceRanges');
  if (ranges.length > 0 && !isBalancer) out.push(forbiddenValue(at, onlyHere));
  for (const [i, range] of ranges.entries()) {
    const value = range.trim();
    pushProblems(out, at.index(i), { value, problems: cidrProblems(value) });
  }
  if (spec.allocateLoadBalancerNodePorts !== undefined && !isBalancer) {
    out.push(forbiddenValue(SPEC.child('allocateLoadBalancerNodePorts'), onlyHere));
  }
  if (spec.loadBalancerClass === undefined) return;
  if (isBalancer) validateLabelName(spec.loadBalancerClass, SPEC.child('loadBalancerClass'), out);
  else out.push(forbiddenValue(SPEC.child('loadBalancerClass'), onlyHere));
}
