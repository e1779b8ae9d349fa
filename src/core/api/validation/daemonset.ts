/** DaemonSets on create, update and status update (upstream `pkg/apis/apps/validation`). */
import type { DaemonSet, DaemonSetStatus, IntOrString } from '../../kube/objects.ts';
import { compileSelector } from '../../kube/selector.ts';
import type { Cause } from '../api-error.ts';
import { semanticEqual } from './equality.ts';
import { forbiddenValue, invalidValue, notSupported, pushProblems, required } from './field-error.ts';
import { IMMUTABLE, NOT_NEGATIVE, percentProblems } from './formats.ts';
import { internalForm, UPDATE_STRATEGY } from './internal-form.ts';
import { validateLabelSelector } from './labels.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata.ts';
import { type Path, SPEC, STATUS } from './path.ts';
import { validatePodTemplate } from './pod-template.ts';
import { sortedMap } from './print-value.ts';

export function validateDaemonSet(daemonSet: DaemonSet): Cause[] {
  const out = validateObjectMeta(daemonSet.metadata, { namespaced: true });
  validateSpec(daemonSet, out);
  return out;
}

/** The whole spec must hold again, and the selector stays. */
export function validateDaemonSetUpdate(next: DaemonSet, old: DaemonSet): Cause[] {
  const out = validateObjectMetaUpdate(next.metadata, old.metadata);
  validateSpec(next, out);
  if (!semanticEqual(next.spec.selector, old.spec.selector)) {
    out.push(invalidValue(SPEC.child('selector'), next.spec.selector, IMMUTABLE));
  }
  return out;
}

const COUNTS = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
] as const;

/** Counts are not negative, and collisions only add up. */
export function validateDaemonSetStatusUpdate(next: DaemonSet, old: DaemonSet): Cause[] {
  const out = validateObjectMetaUpdate(next.metadata, old.metadata);
  const status: Partial<DaemonSetStatus> = next.status ?? {};
  for (const field of COUNTS) {
    const count = status[field] ?? 0;
    if (count < 0) out.push(invalidValue(STATUS.child(field), count, NOT_NEGATIVE));
  }
  const before = old.status?.collisionCount;
  const after = status.collisionCount;
  if (before !== undefined && (after === undefined || after < before)) {
    out.push(invalidValue(STATUS.child('collisionCount'), after ?? 0, 'cannot be decremented'));
  }
  return out;
}

function validateSpec(daemonSet: DaemonSet, out: Cause[]): void {
  const { spec } = daemonSet;
  const before = out.length;
  validateLabelSelector(spec.selector, SPEC.child('selector'), out);
  const labels = spec.template?.metadata?.labels;
  if (out.length === before && !compileSelector(spec.selector)(labels ?? {})) {
    const shown = labels ? sortedMap(labels) : null;
    const rule = '`selector` does not match template `labels`';
    out.push(invalidValue(SPEC.child('template').child('metadata').child('labels'), shown, rule));
  }
  if (spec.selector && selects(spec.selector) === 0) {
    out.push(invalidValue(SPEC.child('selector'), {}, 'empty selector is invalid for daemonset'));
  }
  validatePodTemplate(spec.template, SPEC.child('template'), out);
  validateForever(daemonSet, SPEC.child('template').child('spec'), out);
  notNegative(spec.minReadySeconds, SPEC.child('minReadySeconds'), out);
  validateStrategy(spec.updateStrategy, SPEC.child('updateStrategy'), out);
  notNegative(spec.revisionHistoryLimit, SPEC.child('revisionHistoryLimit'), out);
}

function selects(selector: DaemonSet['spec']['selector']): number {
  return Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length;
}

/** Daemon pods run until they are deleted. */
function validateForever(daemonSet: DaemonSet, at: Path, out: Cause[]): void {
  const pod = daemonSet.spec.template.spec;
  if (pod.restartPolicy !== 'Always') out.push(notSupported(at.child('restartPolicy'), pod.restartPolicy ?? '', ['Always']));
  if (pod.activeDeadlineSeconds !== undefined) {
    out.push(forbiddenValue(at.child('activeDeadlineSeconds'), 'activeDeadlineSeconds in DaemonSet is not Supported'));
  }
}

function notNegative(value: number | undefined, at: Path, out: Cause[]): void {
  if (value !== undefined && value < 0) out.push(invalidValue(at, value, NOT_NEGATIVE));
}

function validateStrategy(strategy: DaemonSet['spec']['updateStrategy'], at: Path, out: Cause[]): void {
  if (strategy?.type === 'OnDelete') return;
  if (strategy?.type !== 'RollingUpdate') {
    out.push(notSupported(at, internalForm({ type: '', ...strategy }, UPDATE_STRATEGY), ['RollingUpdate', 'OnDelete']));
    return;
  }
  const rolling = strategy.rollingUpdate;
  const here = at.child('rollingUpdate');
  if (!rolling) {
    out.push(required(here));
    return;
  }
  const { maxUnavailable = 0, maxSurge = 0 } = rolling;
  const fields = [
    { value: maxUnavailable, at: here.child('maxUnavailable') },
    { value: maxSurge, at: here.child('maxSurge') },
  ] as const;
  for (const field of fields) validateAmount(field.value, field.at, out);
  for (const field of fields) {
    if (percentOf(field.value) > 100) out.push(invalidValue(field.at, field.value, 'must not be greater than 100%'));
  }
  const unavailable = amountOf(maxUnavailable) !== 0;
  const surge = amountOf(maxSurge) !== 0;
  if (unavailable && surge) out.push(invalidValue(fields[1].at, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  if (!unavailable && !surge) out.push(required(fields[0].at, 'cannot be 0 when maxSurge is 0'));
}

function validateAmount(value: IntOrString, at: Path, out: Cause[]): void {
  if (typeof value === 'string') pushProblems(out, at, { value, problems: percentProblems(value) });
  else if (value < 0) out.push(invalidValue(at, value, NOT_NEGATIVE));
}

function percentOf(value: IntOrString): number {
  return typeof value === 'string' && percentProblems(value).length === 0 ? Number(value.slice(0, -1)) : 0;
}

/** The bare number; texts that are neither a percentage nor a number count for nothing. */
function amountOf(value: IntOrString): number {
  if (typeof value === 'number') return value;
  const digits = value.endsWith('%') ? value.slice(0, -1) : value;
  return /^[+-]?[0-9]+$/.test(digits) ? Number(digits) : 0;
}
