/** `clusterIP`, `clusterIPs` and their families: what they must be, and what an update may make of them. */
import type { Cause } from '../api-error.ts';
import { duplicate, invalidValue, notSupported, pushProblems, required } from '../validation/field-error.ts';
import { ipFamily, ipProblems, isDualStack } from '../validation/ip.ts';
import { SPEC } from '../validation/path.ts';
import { isHeadless, type ServiceSpec } from './service-shape.ts';

const FAMILIES = ['IPv4', 'IPv6'];
const FAMILY_POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const IPS = SPEC.child('clusterIPs');
const FAMILY_LIST = SPEC.child('ipFamilies');
const POLICY = SPEC.child('ipFamilyPolicy');
const ONCE_SET = 'may not change once set';

/** Upstream `ValidateServiceClusterIPsRelatedFields`. */
export function validateAddresses(spec: ServiceSpec, out: Cause[]): void {
  if (spec.type === 'ExternalName') return;
  const { clusterIP = '', clusterIPs: ips = [], ipFamilies = [], ipFamilyPolicy: policy } = spec;
  if (clusterIP !== '') {
    if (ips.length === 0) out.push(required(IPS));
    else if (ips[0] !== clusterIP) out.push(invalidValue(IPS, ips, 'first value must match `clusterIP`'));
  } else if (ips.length > 0) out.push(invalidValue(IPS, ips, 'must be empty when `clusterIP` is not specified'));
  for (const [i, family] of ipFamilies.entries()) {
    if (!FAMILIES.includes(family)) out.push(notSupported(FAMILY_LIST.index(i), family, FAMILIES));
    if (ipFamilies.indexOf(family) < i) out.push(duplicate(FAMILY_LIST.index(i), family));
  }
  if (policy !== undefined && !FAMILY_POLICIES.includes(policy)) out.push(notSupported(POLICY, policy, FAMILY_POLICIES));
  if (!validateIps(ips, out)) return;
  if (ips.length > 1 && !isDualStack(ips)) out.push(invalidValue(IPS, ips, 'may specify no more than one IP for each IP family'));
  if (!isHeadless(spec)) validateFamiliesOf(ips, ipFamilies, out);
}

/** Whether all of them are addresses, so that more can be said about them. */
function validateIps(ips: readonly string[], out: Cause[]): boolean {
  let fine = true;
  for (const [i, ip] of ips.entries()) {
    if (i === 0 && ip === 'None') {
      if (ips.length > 1) {
        fine = false;
        out.push(invalidValue(IPS, ips, "'None' must be the first and only value"));
      }
      continue;
    }
    const problems = ipProblems(ip);
    if (problems.length > 0) fine = false;
    pushProblems(out, IPS.index(i), { value: ip, problems });
  }
  if (ips.length > 2) out.push(invalidValue(IPS, ips, 'may only hold up to 2 values'));
  return fine;
}

function validateFamiliesOf(ips: readonly string[], families: readonly string[], out: Cause[]): void {
  for (const [i, ip] of ips.entries()) {
    const family = families[i];
    if (family === undefined) return;
    const wrong = (family === 'IPv4' && ipFamily(ip) === 6) || (family === 'IPv6' && ipFamily(ip) === 4);
    if (wrong) out.push(invalidValue(IPS.index(i), ip, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``));
  }
}

/** What an update may not do to addresses and families. */
export function addressUpdateCauses(next: ServiceSpec, old: ServiceSpec): Cause[] {
  if (next.type === 'ExternalName' || old.type === 'ExternalName') return [];
  if (isHeadless(next) && isHeadless(old)) return [];
  return [...ipUpdateCauses(next, old), ...familyUpdateCauses(next, old)];
}

function ipUpdateCauses(next: ServiceSpec, old: ServiceSpec): Cause[] {
  const { clusterIPs: before = [] } = old;
  const { clusterIPs: after = [] } = next;
  if (before.length === after.length) {
    return before.flatMap((ip, i) => (ip === after[i] ? [] : [invalidValue(IPS.index(i), after, ONCE_SET)]));
  }
  const out: Cause[] = [];
  if (after.length === 0) out.push(invalidValue(IPS.index(0), after, 'primary clusterIP can not be unset'));
  else if (before.length > 0 && after[0] !== before[0]) out.push(invalidValue(IPS.index(0), after, ONCE_SET));
  if (after.length === 1 && before.length > 1 && next.ipFamilyPolicy !== 'SingleStack') {
    out.push(invalidValue(POLICY, next.ipFamilyPolicy, "must be set to 'SingleStack' when releasing the secondary clusterIP"));
  }
  return out;
}

function familyUpdateCauses(next: ServiceSpec, old: ServiceSpec): Cause[] {
  const { ipFamilies: before = [] } = old;
  const { ipFamilies: after = [] } = next;
  if (before.length === after.length) {
    return before.flatMap((family, i) => (family === after[i] ? [] : [invalidValue(FAMILY_LIST.index(0), after, ONCE_SET)]));
  }
  const out: Cause[] = [];
  if (after.length === 0) out.push(invalidValue(FAMILY_LIST.index(0), after, 'primary ipFamily can not be unset'));
  else if (before.length > 0 && after[0] !== before[0]) out.push(invalidValue(FAMILY_LIST.index(0), after, ONCE_SET));
  if (after.length === 1 && before.length > 1 && next.ipFamilyPolicy !== 'SingleStack') {
    out.push(invalidValue(POLICY, next.ipFamilyPolicy, "must be set to 'SingleStack' when releasing the secondary ipFamily"));
  }
  return out;
}
