/** Names of compute resources: which are native, extended, huge pages, or may be overcommitted (upstream `core/helper`). */
import { labelKeyProblems } from '../../../kube/labels.ts';
import { compareQuantity, parseQuantity, type Quantity } from '../../../kube/quantity.ts';
import type { Cause } from '../../api-error.ts';
import { invalidValue, notSupported, pushProblems } from '../field-error.ts';
import type { Path } from '../path.ts';

const CONTAINER = new Set(['cpu', 'memory', 'ephemeral-storage']);
const QUOTA = [
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'storage',
  'requests.storage',
  'services.nodeports',
  'services.loadbalancers',
];
const STANDARD = new Set(QUOTA);
const INTEGER = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);

/** `hugepages-2Mi` and the like. */
export function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

/** Unprefixed, or of a `kubernetes.io/` domain. */
function isNative(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

/** A resource of someone else's domain, such as `nvidia.com/gpu`. */
function isExtended(name: string): boolean {
  if (isNative(name) || name.startsWith('requests.')) return false;
  return labelKeyProblems(`requests.${name}`).length === 0;
}

/** Requests may stay below limits only for native resources that are no huge pages. */
export function allowsOvercommit(name: string): boolean {
  return isNative(name) && !isHugePages(name);
}

/** Whether only whole numbers of it exist. */
export function isInteger(name: string): boolean {
  return INTEGER.has(name) || isExtended(name);
}

/** Whether an amount is a multiple of the page size in the name. */
export function isWholePages(name: string, amount: Quantity): boolean {
  const size = parseQuantity(name.slice('hugepages-'.length));
  if (compareQuantity(size, { value: 0n, scale: 0, format: 'DecimalSI' }) === 0) return false;
  const scale = Math.min(size.scale, amount.scale);
  const pages = amount.value * 10n ** BigInt(amount.scale - scale);
  return pages % (size.value * 10n ** BigInt(size.scale - scale)) === 0n;
}

/** A name that a container may request or limit. */
export function validateContainerResourceName(name: string, at: Path, out: Cause[]): void {
  if (CONTAINER.has(name)) return;
  validateName(name, at, out);
  if (!name.includes('/')) {
    if (!isHugePages(name)) out.push(invalidValue(at, name, 'must be a standard resource for containers'));
  } else if (!isNative(name) && !isExtended(name)) {
    out.push(invalidValue(at, name, "doesn't follow extended resource name standard"));
  }
}

const POD_LEVEL = ['cpu', 'hugepages-', 'memory'];

/** Whether the resource can be set for the pod as a whole. */
export function isPodLevel(name: string): boolean {
  return name === 'cpu' || name === 'memory' || isHugePages(name);
}

/** A name that may be set for the pod as a whole (KEP-2837). */
export function validatePodResourceName(name: string, at: Path, out: Cause[]): void {
  if (name === 'cpu' || name === 'memory') return;
  if (!validateName(name, at, out) || isHugePages(name)) return;
  out.push(notSupported(at, name, POD_LEVEL));
}

/** Whether the name is well formed; unprefixed names must be standard. */
function validateName(name: string, at: Path, out: Cause[]): boolean {
  const problems = labelKeyProblems(name);
  if (problems.length > 0) {
    pushProblems(out, at, { value: name, problems });
    return false;
  }
  if (name.includes('/') || STANDARD.has(name) || isHugePages(name)) return true;
  out.push(invalidValue(at, name, 'must be a standard resource type or fully qualified'));
  return false;
}
