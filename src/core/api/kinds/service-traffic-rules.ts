/** How traffic reaches a Service: policies inside and outside, health checks, distribution. */
import type { Cause } from '../api-error.ts';
import { invalidValue, notSupported, required } from '../validation/field-error.ts';
import { portNumberProblems } from '../validation/formats.ts';
import { SPEC } from '../validation/path.ts';
import { isExternallyAccessible, needsHealthCheck, type ServiceSpec } from './service-shape.ts';

const POLICIES = ['Cluster', 'Local'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameNode', 'PreferSameZone'];

/** Appends what is wrong. */
export function validateTraffic(spec: ServiceSpec, out: Cause[]): void {
  validateExternal(spec, out);
  const { internalTrafficPolicy: internal, trafficDistribution: distribution } = spec;
  const at = SPEC.child('internalTrafficPolicy');
  if (internal === undefined) {
    if (spec.type === 'NodePort' || spec.type === 'LoadBalancer' || spec.type === 'ClusterIP') out.push(required(at));
  } else if (!POLICIES.includes(internal)) out.push(notSupported(at, internal, POLICIES));
  if (distribution !== undefined && !DISTRIBUTIONS.includes(distribution)) {
    out.push(notSupported(SPEC.child('trafficDistribution'), distribution, DISTRIBUTIONS));
  }
}

function validateExternal(spec: ServiceSpec, out: Cause[]): void {
  const { externalTrafficPolicy: policy = '', healthCheckNodePort: port = 0 } = spec;
  const at = SPEC.child('externalTrafficPolicy');
  if (!isExternallyAccessible(spec)) {
    if (policy !== '') out.push(invalidValue(at, policy, 'may only be set for externally-accessible services'));
  } else if (policy === '') out.push(required(at));
  else if (!POLICIES.includes(policy)) out.push(notSupported(at, policy, POLICIES));
  const check = SPEC.child('healthCheckNodePort');
  if (!needsHealthCheck(spec)) {
    if (port !== 0) {
      const rule = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
      out.push(invalidValue(check, port, rule));
    }
  } else if (port === 0) out.push(required(check));
  else for (const problem of portNumberProblems(port)) out.push(invalidValue(check, port, problem));
}
