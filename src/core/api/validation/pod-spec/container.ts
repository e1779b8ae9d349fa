/** The rules that all kinds of containers share. */
import { dns1123Label } from '../../../kube/names.ts';
import { duplicate, invalidValue, notSupported, pushProblems, required, tooMany } from '../field-error.ts';
import type { Path } from '../path.ts';
import type { Check } from './check.ts';
import { validateEnv, validateEnvFrom } from './env.ts';
import { validateDevices, validateMounts } from './mounts.ts';
import { validatePorts } from './ports.ts';
import { validatePullPolicy } from './pull-policy.ts';
import { validateResources } from './resources.ts';
import { validateSecurityContext } from './security-context.ts';
import type { ContainerShape, RestartRule } from './shape.ts';

const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];

export function validateContainer(container: ContainerShape, at: Path, check: Check): void {
  const { out } = check;
  if (!container.name) out.push(required(at.child('name')));
  else pushProblems(out, at.child('name'), { value: container.name, problems: dns1123Label(container.name) });
  if (!container.image) out.push(required(at.child('image')));
  const policy = container.terminationMessagePolicy;
  if (!policy) out.push(required(at.child('terminationMessagePolicy')));
  else if (!MESSAGE_POLICIES.includes(policy)) {
    out.push(notSupported(at.child('terminationMessagePolicy'), policy, MESSAGE_POLICIES));
  }
  validatePorts(container.ports, at.child('ports'), check);
  validateEnv(container.env, at.child('env'), check);
  validateEnvFrom(container.envFrom, at.child('envFrom'), check);
  validateMounts(container, at.child('volumeMounts'), check);
  validateDevices(container, at.child('volumeDevices'), check);
  validatePullPolicy(container.imagePullPolicy, at.child('imagePullPolicy'), out);
  validateResources(container.resources, { at: at.child('resources') }, check);
  if (container.resizePolicy) validateResizePolicy(container.resizePolicy, at.child('resizePolicy'), check);
  validateSecurityContext(container.securityContext, at.child('securityContext'), check);
}

/** Images of pods may not be padded; templates may (origin#14659). */
export function validateImagePadding(container: ContainerShape, at: Path, check: Check): void {
  const image = container.image ?? '';
  if (image.trim() !== image) {
    check.out.push(invalidValue(at.child('image'), image, 'must not have leading or trailing whitespace'));
  }
}

const RESIZABLE = ['cpu', 'memory'];
const RESIZE_RESTARTS = ['NotRequired', 'RestartContainer'];

function validateResizePolicy(
  policies: readonly { resourceName?: string; restartPolicy?: string }[],
  at: Path,
  check: Check,
): void {
  const seen = new Set<string>();
  for (const [i, { resourceName = '', restartPolicy = '' }] of policies.entries()) {
    if (seen.has(resourceName)) check.out.push(duplicate(at.index(i), resourceName));
    seen.add(resourceName);
    if (resourceName === '') check.out.push(required(at));
    else if (!RESIZABLE.includes(resourceName)) check.out.push(notSupported(at, resourceName, RESIZABLE));
    if (restartPolicy === '') check.out.push(required(at));
    else if (!RESIZE_RESTARTS.includes(restartPolicy)) check.out.push(notSupported(at, restartPolicy, RESIZE_RESTARTS));
    if (check.spec.restartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      const rule = "must be 'NotRequired' when `restartPolicy` is 'Never'";
      check.out.push(invalidValue(at, restartPolicy, rule));
    }
  }
}

const RESTART_POLICIES = ['Always', 'Never', 'OnFailure'];
const MAX_RULES = 20;
const MAX_EXIT_CODES = 255;

/** A container's own restart policy and the exit codes that override it (KEP-5307). */
export function validateRestartRules(container: ContainerShape, at: Path, check: Check): void {
  const { restartPolicy: policy, restartPolicyRules: rules = [] } = container;
  if (policy !== undefined && !RESTART_POLICIES.includes(policy)) {
    check.out.push(notSupported(at.child('restartPolicy'), policy, RESTART_POLICIES));
  }
  if (rules.length === 0) return;
  if (policy === undefined) {
    check.out.push(required(at.child('restartPolicy'), 'must specify restartPolicy when restart rules are used'));
  }
  const list = at.child('restartPolicyRules');
  if (rules.length > MAX_RULES) check.out.push(tooMany(list, rules.length, MAX_RULES));
  for (const [i, rule] of rules.entries()) validateRestartRule(rule, list.index(i), check);
}

function validateRestartRule(rule: RestartRule, at: Path, check: Check): void {
  if (rule.action !== 'Restart') check.out.push(notSupported(at.child('action'), rule.action ?? '', ['Restart']));
  const codes = rule.exitCodes;
  const here = at.child('exitCodes');
  if (!codes) {
    check.out.push(required(here, 'must be specified'));
    return;
  }
  if (codes.operator !== 'In' && codes.operator !== 'NotIn') {
    check.out.push(notSupported(here.child('operator'), codes.operator ?? '', ['In', 'NotIn']));
  }
  const count = codes.values?.length ?? 0;
  if (count > MAX_EXIT_CODES) check.out.push(tooMany(here.child('values'), count, MAX_EXIT_CODES));
}
