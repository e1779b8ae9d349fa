/** What a status update of a pod may not do (upstream `ValidatePodStatusUpdate`). */
import { labelKeyProblems } from '../../kube/labels.ts';
import { dns1123Subdomain } from '../../kube/names.ts';
import type { Condition, ContainerStatus, Pod } from '../../kube/objects.ts';
import type { Cause } from '../api-error.ts';
import { duplicate, forbiddenValue, invalidValue, pushProblems } from './field-error.ts';
import { IMMUTABLE } from './formats.ts';
import { internalForm, POD_IP } from './internal-form.ts';
import { ipProblems, isDualStack } from './ip.ts';
import { validateObjectMetaUpdate } from './metadata.ts';
import { METADATA, type Path, STATUS } from './path.ts';
import { validateAnnotations } from './pod-update.ts';

/** The lists of container statuses, and the lists in the spec that they belong to. */
const LISTS = [
  ['containerStatuses', 'containers'],
  ['initContainerStatuses', 'initContainers'],
  ['ephemeralContainerStatuses', 'ephemeralContainers'],
] as const;

export function validatePodStatusUpdate(next: Pod, old: Pod): Cause[] {
  const out = validateObjectMetaUpdate(next.metadata, old.metadata);
  validateAnnotations(next, old, out);
  validateConditions(next.status?.conditions ?? [], METADATA.child('conditions'), out);
  if ((next.spec.nodeName ?? '') !== (old.spec.nodeName ?? '')) {
    out.push(forbiddenValue(STATUS.child('nodeName'), 'may not be changed directly'));
  }
  const nominated = next.status?.nominatedNodeName;
  if (nominated && nominated !== old.status?.nominatedNodeName) {
    pushProblems(out, STATUS.child('nominatedNodeName'), { value: nominated, problems: dns1123Subdomain(nominated) });
  }
  const qos = next.status?.qosClass ?? '';
  if (qos !== (old.status?.qosClass ?? '')) out.push(invalidValue(STATUS.child('qosClass'), qos, IMMUTABLE));
  for (const [list, specs] of LISTS) refuseRevivals({ next, old, list, specs }, out);
  validateAddresses(next.status?.podIPs ?? [], STATUS.child('podIPs'), out);
  validateHostAddresses(next, out);
  return out;
}

const SYSTEM = new Set(['PodScheduled', 'Ready', 'Initialized']);

function validateConditions(conditions: readonly Condition[], at: Path, out: Cause[]): void {
  for (const [i, { type }] of conditions.entries()) {
    if (!SYSTEM.has(type)) pushProblems(out, at.index(i).child('Type'), { value: type, problems: labelKeyProblems(type) });
  }
}

interface Revival {
  readonly next: Pod;
  readonly old: Pod;
  readonly list: (typeof LISTS)[number][0];
  readonly specs: (typeof LISTS)[number][1];
}

/** A container that has ended for good may not run again. */
function refuseRevivals({ next, old, list, specs }: Revival, out: Cause[]): void {
  const before = (old.status as Partial<Record<string, ContainerStatus[]>> | undefined)?.[list] ?? [];
  const after = (next.status as Partial<Record<string, ContainerStatus[]>> | undefined)?.[list] ?? [];
  for (const [i, was] of before.entries()) {
    const ended = was.state?.terminated;
    if (!ended || mayRestart(old, { name: was.name, specs, exitCode: ended.exitCode })) continue;
    if (after.some((is) => is.name === was.name && !is.state?.terminated)) {
      out.push(forbiddenValue(STATUS.child(list).index(i).child('state'), 'may not be transitioned to non-terminated state'));
    }
  }
}

interface Ended {
  readonly name: string;
  readonly specs: Revival['specs'];
  readonly exitCode: number;
}

interface Restarting {
  name?: string;
  restartPolicy?: string;
  restartPolicyRules?: { exitCodes?: { operator?: string; values?: number[] } }[];
}

/** The container's own policy and rules come before the pod's; ephemeral containers never restart. */
function mayRestart(pod: Pod, { name, specs, exitCode }: Ended): boolean {
  if (specs === 'ephemeralContainers') return false;
  const container = (pod.spec[specs] as Restarting[] | undefined)?.find((one) => one.name === name);
  for (const { exitCodes } of container?.restartPolicyRules ?? []) {
    const listed = exitCodes?.values?.includes(exitCode) ?? false;
    if (listed === (exitCodes?.operator === 'In')) return true;
  }
  const policy = container?.restartPolicy ?? pod.spec.restartPolicy;
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

function validateHostAddresses(pod: Pod, out: Cause[]): void {
  const addresses = pod.status?.hostIPs ?? [];
  const first = addresses[0];
  if (!first) return;
  const at = STATUS.child('hostIPs');
  if ((pod.status?.hostIP ?? '') !== first.ip) {
    out.push(invalidValue(at.index(0).child('ip'), first.ip, 'must be equal to `hostIP`'));
  }
  validateAddresses(addresses, at, out);
}

/** At most one address of each family. */
function validateAddresses(addresses: readonly { ip?: string }[], at: Path, out: Cause[]): void {
  for (const [i, { ip = '' }] of addresses.entries()) pushProblems(out, at.index(i), { value: ip, problems: ipProblems(ip) });
  if (addresses.length < 2) return;
  const texts = addresses.map(({ ip = '' }) => ip);
  if (texts.length > 2 || !isDualStack(texts)) {
    out.push(invalidValue(at, internalForm(addresses, POD_IP), 'may specify no more than one IP for each IP family'));
  }
  for (const [i, text] of texts.entries()) {
    if (texts.indexOf(text) < i) out.push(duplicate(at.index(i), internalForm(addresses[i], POD_IP)));
  }
}
