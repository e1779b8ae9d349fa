/** References to the pod's own fields and resources, in environment variables and volumes. */
import { labelKeyProblems } from '../../../kube/labels.ts';
import { formatQuantity, parseQuantity } from '../../../kube/quantity.ts';
import type { Cause } from '../../api-error.ts';
import { invalidValue, notSupported, pushProblems, required } from '../field-error.ts';
import type { Path } from '../path.ts';
import type { FieldRef, ResourceFieldRef } from './shape.ts';

/** What an environment variable may show, in the order refusals list it. */
export const ENV_FIELDS: readonly string[] = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

/** What a volume file may show. */
export const VOLUME_FIELDS: readonly string[] = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];

/** Fields that exist but may be shown nowhere. */
const KNOWN = new Set([...ENV_FIELDS, ...VOLUME_FIELDS, 'spec.restartPolicy', 'spec.schedulerName', 'status.phase']);
const SUBSCRIPTED = /^(.+?)\['(.*)'\]$/s;

/** `metadata.name`, `metadata.labels['key']`, … */
export function validateFieldRef(ref: FieldRef, rule: { at: Path; allowed: readonly string[] }, out: Cause[]): void {
  const { at, allowed } = rule;
  if (!ref.apiVersion) {
    out.push(required(at.child('apiVersion')));
    return;
  }
  if (!ref.fieldPath) {
    out.push(required(at.child('fieldPath')));
    return;
  }
  const split = SUBSCRIPTED.exec(ref.fieldPath);
  const problem = conversionProblem(ref, split?.[1]);
  if (problem) {
    out.push(invalidValue(at.child('fieldPath'), ref.fieldPath, `error converting fieldPath: ${problem}`));
    return;
  }
  if (split) {
    const key = split[2] ?? '';
    const name = split[1] === 'metadata.annotations' ? key.toLowerCase() : key;
    pushProblems(out, at, { value: name, problems: labelKeyProblems(name) });
    return;
  }
  const field = ref.fieldPath === 'spec.host' ? 'spec.nodeName' : ref.fieldPath;
  if (!allowed.includes(field)) out.push(notSupported(at.child('fieldPath'), field, allowed));
}

function conversionProblem(ref: FieldRef, subscripted: string | undefined): string | undefined {
  if (ref.apiVersion !== 'v1') return `unsupported pod version: ${ref.apiVersion}`;
  if (subscripted === 'metadata.annotations' || subscripted === 'metadata.labels') return undefined;
  if (subscripted !== undefined) return `field label does not support subscript: ${ref.fieldPath}`;
  if (KNOWN.has(ref.fieldPath ?? '') || ref.fieldPath === 'spec.host') return undefined;
  return `field label not supported: ${ref.fieldPath}`;
}

const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const BYTES = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];
const HUGE_PAGES = /^(requests|limits)\.hugepages-/;

/** `limits.cpu`, `requests.hugepages-2Mi`, … with an optional divisor. */
export function validateResourceFieldRef(ref: ResourceFieldRef, rule: { at: Path; inVolume: boolean }, out: Cause[]): void {
  const { at } = rule;
  const resource = ref.resource ?? '';
  if (rule.inVolume && !ref.containerName) out.push(required(at.child('containerName')));
  else if (resource === '') out.push(required(at.child('resource')));
  else if (!RESOURCES.includes(resource) && !HUGE_PAGES.test(resource)) {
    out.push(notSupported(at.child('resource'), resource, RESOURCES));
  }
  validateDivisor(resource, ref.divisor, { at: at.child('divisor'), out });
}

function validateDivisor(resource: string, divisor: string | number | undefined, to: { at: Path; out: Cause[] }): void {
  if (divisor === undefined) return;
  const amount = parseQuantity(divisor);
  if (amount.value === 0n) return;
  const rule = divisorRule(resource);
  if (!rule || rule.allowed.includes(formatQuantity(amount))) return;
  to.out.push(invalidValue(to.at, resource, rule.words));
}

function divisorRule(resource: string): { allowed: readonly string[]; words: string } | undefined {
  if (HUGE_PAGES.test(resource)) return byteDivisors('hugepages');
  switch (resource.slice(resource.indexOf('.') + 1)) {
    case 'cpu':
      return { allowed: ['1m', '1'], words: "only divisor's values 1m and 1 are supported with the cpu resource" };
    case 'memory':
      return byteDivisors('memory');
    case 'ephemeral-storage':
      return byteDivisors('local ephemeral storage');
    default:
      return undefined;
  }
}

function byteDivisors(what: string): { allowed: readonly string[]; words: string } {
  return { allowed: BYTES, words: `only divisor's values ${BYTES.join(', ')} are supported with the ${what} resource` };
}
