/** Security contexts of containers and pods. */
import type { Cause } from '../../api-error.ts';
import { duplicate, forbiddenValue, invalidValue, notSupported, pushProblems, required } from '../field-error.ts';
import { idProblems, isSysctlName } from '../formats.ts';
import { internalForm, SECURITY_CONTEXT } from '../internal-form.ts';
import type { Path } from '../path.ts';
import type { Check } from './check.ts';
import { validateAppArmor, validateSeccomp } from './profiles.ts';
import type { PodSecurityShape, SecurityShape } from './shape.ts';
import { validateWindowsOptions } from './windows-options.ts';

const PROC_MOUNTS = ['Default', 'Unmasked'];

/** `securityContext` of a container. */
export function validateSecurityContext(context: SecurityShape | undefined, at: Path, check: Check): void {
  if (!context) return;
  const { out } = check;
  validateId(context.runAsUser, at.child('runAsUser'), out);
  validateId(context.runAsGroup, at.child('runAsGroup'), out);
  const mount = context.procMount;
  if (mount !== undefined) {
    const here = at.child('procMount');
    if (!PROC_MOUNTS.includes(mount)) out.push(notSupported(here, mount, PROC_MOUNTS));
    if (check.hostUsers && mount === 'Unmasked') {
      out.push(invalidValue(here, mount, '`hostUsers` must be false to use `Unmasked`'));
    }
  }
  validateSeccomp(context.seccompProfile, at.child('seccompProfile'), out);
  if (context.allowPrivilegeEscalation === false) validateNoEscalation(context, at, out);
  validateWindowsOptions(context.windowsOptions, at.child('windowsOptions'), out);
  validateAppArmor(context.appArmorProfile, at.child('appArmorProfile'), out);
}

function validateNoEscalation(context: SecurityShape, at: Path, out: Cause[]): void {
  const shown = internalForm(context, SECURITY_CONTEXT);
  if (context.privileged) {
    out.push(invalidValue(at, shown, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'));
  }
  for (const capability of context.capabilities?.add ?? []) {
    if (capability !== 'CAP_SYS_ADMIN') continue;
    const rule = 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN';
    out.push(invalidValue(at, shown, rule));
  }
}

function validateId(id: number | undefined, at: Path, out: Cause[]): void {
  if (id !== undefined) pushProblems(out, at, { value: id, problems: idProblems(id) });
}

const GROUP_CHANGES = ['Always', 'OnRootMismatch'];
const GROUP_POLICIES = ['Merge', 'Strict'];
const LABEL_CHANGES = ['MountOption', 'Recursive'];

/** `spec.securityContext`. */
export function validatePodSecurity(context: PodSecurityShape | undefined, at: Path, check: Check): void {
  if (!context) return;
  const { out } = check;
  for (const field of ['fsGroup', 'runAsUser', 'runAsGroup'] as const) {
    if (context[field] !== undefined) validateId(context[field], at.child(field), out);
  }
  for (const [i, group] of (context.supplementalGroups ?? []).entries()) {
    validateId(group, at.child('supplementalGroups').index(i), out);
  }
  if (check.spec.shareProcessNamespace && check.spec.hostPID) {
    const rule = 'ShareProcessNamespace and HostPID cannot both be enabled';
    out.push(invalidValue(at.child('shareProcessNamespace'), true, rule));
  }
  validateSysctls(context.sysctls ?? [], at.child('sysctls'), check);
  oneOf(context.fsGroupChangePolicy, { at: at.child('fsGroupChangePolicy'), of: GROUP_CHANGES }, out);
  validateSeccomp(context.seccompProfile, at.child('seccompProfile'), out);
  validateWindowsOptions(context.windowsOptions, at.child('windowsOptions'), out);
  validateAppArmor(context.appArmorProfile, at.child('appArmorProfile'), out);
  oneOf(context.supplementalGroupsPolicy, { at: at.child('supplementalGroupsPolicy'), of: GROUP_POLICIES }, out);
  oneOf(context.seLinuxChangePolicy, { at: at.child('seLinuxChangePolicy'), of: LABEL_CHANGES }, out);
}

function oneOf(value: string | undefined, rule: { at: Path; of: readonly string[] }, out: Cause[]): void {
  if (value !== undefined && !rule.of.includes(value)) out.push(notSupported(rule.at, value, rule.of));
}

const SYSCTL_RULE =
  'must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';

/** Unique names; those of a namespace the pod shares with the host would change the host. */
function validateSysctls(sysctls: readonly { name?: string }[], at: Path, check: Check): void {
  const names = new Set<string>();
  for (const [i, { name = '' }] of sysctls.entries()) {
    const here = at.index(i).child('name');
    if (name === '') check.out.push(required(here));
    else if (!isSysctlName(name)) check.out.push(invalidValue(here, name, SYSCTL_RULE));
    else if (names.has(name)) check.out.push(duplicate(here, name));
    const shared = sharedNamespace(name, check);
    if (shared) check.out.push(invalidValue(here, name, `may not be specified when '${shared}' is true`));
    names.add(name);
  }
}

const IPC = /^(kernel\.(shm|msg|sem)|fs\.mqueue\.)/;

function sharedNamespace(sysctl: string, check: Check): string | undefined {
  const name = sysctl.replaceAll('/', '.');
  if (check.spec.hostNetwork && name.startsWith('net.')) return 'hostNetwork';
  return check.spec.hostIPC && IPC.test(name) ? 'hostIPC' : undefined;
}

/** A user namespace of its own excludes the host's other namespaces (KEP-127). */
export function validateHostUsers(at: Path, check: Check): void {
  if (check.hostUsers) return;
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC'] as const) {
    if (check.spec[field]) check.out.push(forbiddenValue(at.child(field), 'when `hostUsers` is false'));
  }
}
