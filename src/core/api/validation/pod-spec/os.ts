/** `spec.os`: fields that the other operating system has (KEP-2802). */
import type { Cause } from '../../api-error.ts';
import { forbiddenValue, notSupported, required } from '../field-error.ts';
import type { Path } from '../path.ts';
import type { Check } from './check.ts';
import { visitContainers } from './visit.ts';

const SYSTEMS = ['linux', 'windows'];
const NOT_ON_LINUX = 'windows options cannot be set for a linux pod';
const NOT_ON_WINDOWS = 'cannot be set for a windows pod';

const POD_FIELDS = [
  'securityContext.appArmorProfile',
  'securityContext.seLinuxOptions',
  'hostUsers',
  'hostPID',
  'hostIPC',
  'securityContext.seccompProfile',
  'securityContext.fsGroup',
  'securityContext.fsGroupChangePolicy',
  'securityContext.sysctls',
  'shareProcessNamespace',
  'securityContext.runAsUser',
  'securityContext.runAsGroup',
  'securityContext.supplementalGroups',
  'securityContext.supplementalGroupsPolicy',
  'securityContext.seLinuxChangePolicy',
] as const;

const CONTAINER_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const;

export function validateOs(at: Path, check: Check): void {
  const os = check.spec.os;
  if (!os) return;
  const here = at.child('os');
  if (!os.name) check.out.push(required(here.child('name'), 'cannot be empty'));
  else if (!SYSTEMS.includes(os.name)) check.out.push(notSupported(here, os.name, SYSTEMS));
  else if (os.name === 'linux') validateLinux(at, check);
  else validateWindows(at, check);
}

function validateLinux(at: Path, check: Check): void {
  const options = (here: Path): Path => here.child('securityContext').child('windowsOptions');
  if (check.spec.securityContext?.windowsOptions) check.out.push(forbiddenValue(options(at), NOT_ON_LINUX));
  visitContainers(check.spec, at, (container, here) => {
    if (container.securityContext?.windowsOptions) check.out.push(forbiddenValue(options(here()), NOT_ON_LINUX));
  });
}

function validateWindows(at: Path, check: Check): void {
  for (const field of POD_FIELDS) {
    const [outer, inner] = field.split('.') as [string, string?];
    const value = (check.spec as Record<string, unknown>)[outer];
    const found = inner === undefined ? value : (value as Record<string, unknown> | undefined)?.[inner];
    if (!isSet(found, outer)) continue;
    check.out.push(forbiddenValue(inner === undefined ? at.child(outer) : at.child(outer).child(inner), NOT_ON_WINDOWS));
  }
  visitContainers(check.spec, at, (container, here) => {
    const context = container.securityContext as Record<string, unknown> | undefined;
    if (context) validateWindowsContainer(context, here, check.out);
  });
}

/** `hostPID` and `hostIPC` are plain switches; everything else counts as soon as it is there. */
function isSet(value: unknown, field: string): boolean {
  if (field === 'hostPID' || field === 'hostIPC') return value === true;
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

function validateWindowsContainer(context: Record<string, unknown>, here: () => Path, out: Cause[]): void {
  for (const field of CONTAINER_FIELDS) {
    if (context[field] === undefined || context[field] === null) continue;
    out.push(forbiddenValue(here().child('securityContext').child(field), NOT_ON_WINDOWS));
  }
}
