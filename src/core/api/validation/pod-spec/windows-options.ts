/** Windows options of security contexts, and pods made of host-process containers. */
import { dns1123Subdomain } from '../../../kube/names.ts';
import type { Cause } from '../../api-error.ts';
import { invalidValue, pushProblems } from '../field-error.ts';
import type { Path } from '../path.ts';
import type { Check } from './check.ts';
import type { WindowsOptions } from './shape.ts';
import { visitContainers } from './visit.ts';

const CONTROL = /\p{Cc}/u;
const NET_BIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DNS_LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const DNS_DOMAIN = new RegExp(`^${DNS_LABEL}(?:\\.${DNS_LABEL})*$`);
const WRONG_CHARS = /["/\\:;|=,+*?<>@[\]]/;
const ONLY_DOTS = /^[. ]+$/;
const MAX_SPEC_KIB = 64;
const MAX_DOMAIN = 256;
const MAX_USER = 104;

export function validateWindowsOptions(options: WindowsOptions | undefined, at: Path, out: Cause[]): void {
  if (!options) return;
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName: user } = options;
  if (name !== undefined) {
    pushProblems(out, at.child('gmsaCredentialSpecName'), { value: name, problems: dns1123Subdomain(name) });
  }
  if (spec !== undefined) {
    const here = at.child('gmsaCredentialSpec');
    if (spec === '') out.push(invalidValue(here, spec, 'gmsaCredentialSpec cannot be an empty string'));
    else if (spec.length > MAX_SPEC_KIB * 1024) {
      out.push(invalidValue(here, spec, `gmsaCredentialSpec size must be under ${MAX_SPEC_KIB} KiB`));
    }
  }
  if (user !== undefined) pushProblems(out, at.child('runAsUserName'), { value: user, problems: userNameProblems(user) });
}

/** `USER` or `DOMAIN\USER`. */
function userNameProblems(name: string): string[] {
  if (name === '') return ['runAsUserName cannot be an empty string'];
  if (CONTROL.test(name)) return ['runAsUserName cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const problems: string[] = [];
  const user = parts[parts.length - 1] ?? '';
  const domain = parts.length === 2 ? (parts[0] ?? '') : undefined;
  if (domain !== undefined && domain.length >= MAX_DOMAIN) {
    problems.push(`runAsUserName's Domain length must be under ${MAX_DOMAIN} characters`);
  }
  if (domain !== undefined && !NET_BIOS.test(domain) && !DNS_DOMAIN.test(domain)) {
    problems.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  }
  if (user === '') problems.push("runAsUserName's User cannot be empty");
  else if (user.length > MAX_USER) {
    problems.push(`runAsUserName's User length must not be longer than ${MAX_USER} characters`);
  }
  if (ONLY_DOTS.test(user)) problems.push("runAsUserName's User cannot contain only periods or spaces");
  if (WRONG_CHARS.test(user)) {
    problems.push('runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]');
  }
  return problems;
}

/** Host-process containers come all or none, and on the host's network (KEP-1981). */
export function validateHostProcess(at: Path, check: Check): void {
  const ofPod = check.spec.securityContext?.windowsOptions?.hostProcess;
  let containers = 0;
  let hostProcesses = 0;
  visitContainers(check.spec, at, (container, here) => {
    containers++;
    const own = container.securityContext?.windowsOptions?.hostProcess;
    if (own ?? ofPod) hostProcesses++;
    if (ofPod === undefined || own === undefined || own === ofPod) return;
    const field = here().child('securityContext').child('windowsOptions').child('hostProcess');
    check.out.push(invalidValue(field, own, `pod hostProcess value must be identical if both are specified, was ${ofPod}`));
  });
  if (hostProcesses === 0) return;
  if (hostProcesses !== containers) {
    const rule = 'If pod contains any hostProcess containers then all containers must be HostProcess containers';
    check.out.push(invalidValue(at, '', rule));
  }
  if (!check.spec.hostNetwork) {
    const rule = 'hostNetwork must be true if pod contains any hostProcess containers';
    check.out.push(invalidValue(at.child('hostNetwork'), false, rule));
  }
}
