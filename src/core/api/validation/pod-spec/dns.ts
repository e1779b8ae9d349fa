/** How a pod resolves names: policy, servers, search paths, host aliases, its own host name. */
import { dns1123Label, dns1123Subdomain } from '../../../kube/names.ts';
import type { Cause } from '../../api-error.ts';
import { forbiddenValue, invalidValue, notSupported, pushProblems, required } from '../field-error.ts';
import { underscoredSubdomainProblems } from '../formats.ts';
import { ipProblems } from '../ip.ts';
import type { Path } from '../path.ts';
import type { DnsConfig, SpecShape } from './shape.ts';

const POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const MAX_SERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARS = 2048;

export function validateDnsPolicy(policy: string | undefined, at: Path, out: Cause[]): void {
  if (!policy) out.push(required(at));
  else if (!POLICIES.includes(policy)) out.push(notSupported(at, policy, POLICIES));
}

export function validateDnsConfig(spec: SpecShape, at: Path, out: Cause[]): void {
  const config = spec.dnsConfig;
  if (spec.dnsPolicy === 'None') {
    if (!config) {
      out.push(required(at, 'must provide `dnsConfig` when `dnsPolicy` is None'));
      return;
    }
    if (!config.nameservers?.length) {
      out.push(required(at.child('nameservers'), 'must provide at least one DNS nameserver when `dnsPolicy` is None'));
      return;
    }
  }
  if (!config) return;
  validateServers(config.nameservers ?? [], at.child('nameservers'), out);
  validateSearches(config.searches ?? [], at.child('searches'), out);
  validateOptions(config.options ?? [], at.child('options'), out);
}

function validateServers(servers: readonly string[], at: Path, out: Cause[]): void {
  if (servers.length > MAX_SERVERS) out.push(invalidValue(at, servers, `must not have more than ${MAX_SERVERS} nameservers`));
  for (const [i, server] of servers.entries()) pushProblems(out, at.index(i), { value: server, problems: ipProblems(server) });
}

/** A closing dot is allowed, and `.` alone (KEP-4427). */
function validateSearches(searches: readonly string[], at: Path, out: Cause[]): void {
  if (searches.length > MAX_SEARCHES) {
    out.push(invalidValue(at, searches, `must not have more than ${MAX_SEARCHES} search paths`));
  }
  if (searches.join(' ').length > MAX_SEARCH_CHARS) {
    const rule = `must not have more than ${MAX_SEARCH_CHARS} characters (including spaces) in the search list`;
    out.push(invalidValue(at, searches, rule));
  }
  for (const [i, search] of searches.entries()) {
    if (search === '.') continue;
    const name = search.endsWith('.') ? search.slice(0, -1) : search;
    pushProblems(out, at.index(i), { value: name, problems: underscoredSubdomainProblems(name) });
  }
}

function validateOptions(options: NonNullable<DnsConfig['options']>, at: Path, out: Cause[]): void {
  for (const [i, option] of options.entries()) if (!option.name) out.push(required(at.index(i), 'must not be empty'));
}

export function validateHostAliases(aliases: SpecShape['hostAliases'], at: Path, out: Cause[]): void {
  for (const [i, { ip = '', hostnames = [] }] of (aliases ?? []).entries()) {
    const one = at.index(i);
    pushProblems(out, one.child('ip'), { value: ip, problems: ipProblems(ip) });
    for (const [j, name] of hostnames.entries()) {
      pushProblems(out, one.child('hostnames').index(j), { value: name, problems: dns1123Subdomain(name) });
    }
  }
}

/** `hostname` and `subdomain` are labels. */
export function validateHostNames(spec: SpecShape, at: Path, out: Cause[]): void {
  for (const field of ['hostname', 'subdomain'] as const) {
    const name = spec[field];
    if (name) pushProblems(out, at.child(field), { value: name, problems: dns1123Label(name) });
  }
}

const MAX_HOST_NAME = 64;

/** The name the kernel shows, whatever the others say (KEP-4762). */
export function validateHostnameOverride(spec: SpecShape, at: Path, out: Cause[]): void {
  const name = spec.hostnameOverride;
  if (name === undefined) return;
  const here = at.child('hostnameOverride');
  if (spec.setHostnameAsFQDN) out.push(forbiddenValue(here, 'may not be specified when setHostnameAsFQDN is true'));
  if (spec.hostNetwork) out.push(forbiddenValue(here, 'may not be specified when hostNetwork is true'));
  pushProblems(out, here, { value: name, problems: dns1123Subdomain(name) });
  if (name.length > MAX_HOST_NAME) out.push(invalidValue(here, name, `must be no more than ${MAX_HOST_NAME} characters`));
}
