/** The three lists of containers: regular, init, ephemeral. */
import { duplicate, forbiddenValue, notFoundValue, required } from '../field-error.ts';
import type { Path } from '../path.ts';
import type { Check } from './check.ts';
import { validateContainer, validateImagePadding, validateRestartRules } from './container.ts';
import { validateHostPorts } from './ports.ts';
import { refuseProbes, validateProbes } from './probes.ts';
import type { ContainerShape } from './shape.ts';

/** `containers`: at least one, with names of their own. */
export function validateContainers(at: Path, check: Check): void {
  const containers = check.spec.containers ?? [];
  if (containers.length === 0) {
    check.out.push(required(at));
    return;
  }
  const names = new Set<string>();
  for (const [i, container] of containers.entries()) {
    const one = at.index(i);
    validateContainer(container, one, check);
    takeName(container, { at: one, names }, check);
    validateProbes(container, one, check);
    validateRestartRules(container, one, check);
  }
  validateHostPorts(containers, at, check.out);
}

/** `initContainers`: names differ from the regular ones'; only sidecars have probes and hooks (KEP-753). */
export function validateInitContainers(at: Path, check: Check): void {
  const containers = check.spec.initContainers;
  if (!containers) return;
  const names = new Set<string>();
  for (const container of check.spec.containers ?? []) if (container.name) names.add(container.name);
  for (const [i, container] of containers.entries()) {
    const one = at.index(i);
    validateContainer(container, one, check);
    validateRestartRules(container, one, check);
    if (container.name) takeName(container, { at: one, names }, check);
    // Upstream hands over a list of one, so that the index in the refusal is always 0.
    validateHostPorts([container], at, check.out);
    if (container.restartPolicy === 'Always') validateProbes(container, one, check);
    else refuseProbes(container, one, check.out);
  }
}

function takeName(container: ContainerShape, where: { at: Path; names: Set<string> }, check: Check): void {
  const name = container.name ?? '';
  if (where.names.has(name)) check.out.push(duplicate(where.at.child('name'), name));
  else where.names.add(name);
}

const NOT_FOR_EPHEMERAL = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;

/** `ephemeralContainers`: for looking into a running pod only (KEP-277). */
export function validateEphemeralContainers(at: Path, check: Check): void {
  const containers = check.spec.ephemeralContainers;
  if (!containers || containers.length === 0) return;
  const others = new Set<string>();
  for (const list of [check.spec.containers, check.spec.initContainers]) {
    for (const container of list ?? []) others.add(container.name ?? '');
  }
  const names = new Set(others);
  for (const [i, container] of containers.entries()) {
    const one = at.index(i);
    validateContainer(container, one, check);
    validateImagePadding(container, one, check);
    takeName(container, { at: one, names }, check);
    const target = container.targetContainerName;
    if (target && !others.has(target)) check.out.push(notFoundValue(one.child('targetContainerName'), target));
    refuseFields(container, one, check);
  }
}

function refuseFields(container: ContainerShape, at: Path, check: Check): void {
  const rule = 'cannot be set for an Ephemeral Container';
  for (const field of NOT_FOR_EPHEMERAL) {
    const value = container[field];
    const empty = value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);
    if (!empty) check.out.push(forbiddenValue(at.child(field), rule));
  }
  for (const [i, mount] of (container.volumeMounts ?? []).entries()) {
    const here = at.child('volumeMounts').index(i);
    if (mount.subPath) check.out.push(forbiddenValue(here.child('subPath'), rule));
    if (mount.subPathExpr) check.out.push(forbiddenValue(here.child('subPathExpr'), rule));
  }
}
