/** The whole pod spec, in upstream's order (`ValidatePodSpec`). */
import { dns1123Subdomain } from '../../../kube/names.ts';
import { forbiddenValue, invalidValue, notSupported, pushProblems, required } from '../field-error.ts';
import { INT32_MAX, rangeProblem } from '../formats.ts';
import { validateLabels } from '../labels.ts';
import type { Path } from '../path.ts';
import { validateAffinity } from './affinity.ts';
import type { Check } from './check.ts';
import { validateContainers, validateEphemeralContainers, validateInitContainers } from './containers.ts';
import { validateDnsConfig, validateDnsPolicy, validateHostAliases, validateHostNames, validateHostnameOverride } from './dns.ts';
import { validatePodClaims, validateReadinessGates, validateSchedulingGates } from './gates.ts';
import { validateOs } from './os.ts';
import { validatePodLevelResources } from './pod-level-resources.ts';
import { validateHostNetworkPorts } from './ports.ts';
import { validateResources } from './resources.ts';
import { validateHostUsers, validatePodSecurity } from './security-context.ts';
import { validateTolerations } from './tolerations.ts';
import { validateTopologySpread } from './topology-spread.ts';
import { validateVolumes } from './volumes.ts';
import { validateHostProcess } from './windows-options.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never'];

/** Checks `check.spec`, which lies at `at`, after defaults; the causes are in `check.out`. */
export function validatePodSpec(at: Path, check: Check): void {
  const { spec, out } = check;
  if (spec.terminationGracePeriodSeconds === undefined) out.push(required(at.child('terminationGracePeriodSeconds')));
  validateVolumes(spec.volumes, at.child('volumes'), check);
  validatePodClaims(spec.resourceClaims, at.child('resourceClaims'), out);
  validateContainers(at.child('containers'), check);
  validateInitContainers(at.child('initContainers'), check);
  validateEphemeralContainers(at.child('ephemeralContainers'), check);
  validatePodLevelResources(at.child('resources'), check);
  validateHostNetworkPorts(spec, at, check);
  validateRestartPolicy(at.child('restartPolicy'), check);
  validateDnsPolicy(spec.dnsPolicy, at.child('dnsPolicy'), out);
  if (spec.nodeSelector) validateLabels(spec.nodeSelector, at.child('nodeSelector'), out);
  validatePodSecurity(spec.securityContext, at.child('securityContext'), check);
  validateAffinity(spec.affinity, at.child('affinity'), out);
  validateDnsConfig(spec, at.child('dnsConfig'), out);
  validateReadinessGates(spec.readinessGates, at.child('readinessGates'), out);
  validateSchedulingGates(spec.schedulingGates, at.child('schedulingGates'), out);
  validateTopologySpread(spec.topologySpreadConstraints, at.child('topologySpreadConstraints'), out);
  validateHostProcess(at, check);
  validateHostUsers(at, check);
  validateHostnameOverride(spec, at, out);
  validateNames(['serviceAccountName', 'nodeName'], at, check);
  validateDeadline(at.child('activeDeadlineSeconds'), check);
  validateHostNames(spec, at, out);
  validateTolerations(spec.tolerations, at.child('tolerations'), out);
  validateHostAliases(spec.hostAliases, at.child('hostAliases'), out);
  validateNames(['priorityClassName', 'runtimeClassName'], at, check);
  validatePreemption(at.child('preemptionPolicy'), check);
  if (spec.overhead) validateResources({ limits: spec.overhead }, { at: at.child('overhead') }, check);
  validateOs(at, check);
}

function validateRestartPolicy(at: Path, check: Check): void {
  const policy = check.spec.restartPolicy;
  if (!policy) check.out.push(required(at));
  else if (!RESTART_POLICIES.includes(policy)) check.out.push(notSupported(at, policy, RESTART_POLICIES));
}

function validateNames(
  fields: readonly ('serviceAccountName' | 'nodeName' | 'priorityClassName' | 'runtimeClassName')[],
  at: Path,
  check: Check,
): void {
  for (const field of fields) {
    const name = check.spec[field];
    // An empty runtimeClassName is a name like any other: it is a pointer upstream.
    if (name === undefined || (name === '' && field !== 'runtimeClassName')) continue;
    const problems = dns1123Subdomain(name);
    if (problems.length > 0) pushProblems(check.out, at.child(field), { value: name, problems });
  }
}

function validateDeadline(at: Path, check: Check): void {
  const seconds = check.spec.activeDeadlineSeconds;
  if (seconds === undefined || (seconds >= 1 && seconds <= INT32_MAX)) return;
  check.out.push(invalidValue(at, seconds, rangeProblem(1, INT32_MAX)));
}

function validatePreemption(at: Path, check: Check): void {
  const policy = check.spec.preemptionPolicy;
  if (policy === undefined) return;
  if (policy === '') check.out.push(required(at));
  else if (!PREEMPTION_POLICIES.includes(policy)) check.out.push(notSupported(at, policy, PREEMPTION_POLICIES));
}

/** What only a pod, not a template, must meet besides. */
export function validateOnlyForPods(at: Path, check: Check): void {
  if (check.spec.serviceAccountName) return;
  for (const [i, volume] of (check.spec.volumes ?? []).entries()) {
    const sources = (volume.projected as { sources?: { serviceAccountToken?: unknown }[] } | undefined)?.sources ?? [];
    for (const [j, source] of sources.entries()) {
      if (!source.serviceAccountToken) continue;
      const field = at.child('volumes').index(i).child('projected').child('sources').index(j).child('serviceAccountToken');
      check.out.push(forbiddenValue(field, 'must not be specified when serviceAccountName is not set'));
    }
  }
}
