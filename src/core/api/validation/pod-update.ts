/** What an update of a pod may change: images, deadline, tolerations, gates, and a little more while it is gated. */
import type { Affinity, Pod, PodSpec } from '../../kube/objects.ts';
import type { Cause } from '../api-error.ts';
import { semanticEqual } from './equality.ts';
import { forbiddenValue, invalidValue, required } from './field-error.ts';
import { INT32_MAX, rangeProblem } from './formats.ts';
import { validateObjectMetaUpdate } from './metadata.ts';
import { METADATA, type Path, SPEC } from './path.ts';
import { validatePodContent } from './pod.ts';
import { validateGatedAffinity, validateGatedSelector } from './pod-gated.ts';
import { validateAnnotationUpdate, validatePodAnnotations } from './pod-spec/annotations.ts';
import { validateOnlyDeletedGates } from './pod-spec/gates.ts';
import { type ContainerShape, specShape } from './pod-spec/shape.ts';
import { validateOnlyAddedTolerations } from './pod-spec/tolerations.ts';
import { specDiff } from './spec-diff.ts';

const UPDATABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

/** An update through the main resource (upstream `ValidatePodUpdate`). */
export function validatePodUpdate(next: Pod, old: Pod): Cause[] {
  const out = [...validateObjectMetaUpdate(next.metadata, old.metadata), ...validatePodContent(next)];
  validateAnnotations(next, old, out);
  const spec = specShape(next.spec);
  const was = specShape(old.spec);
  for (const list of ['containers', 'initContainers'] as const) {
    const stop = validateContainerList(spec[list] ?? [], { old: was[list] ?? [], at: SPEC.child(list) }, out);
    if (stop) return out;
  }
  if (!validateDeadline(spec.activeDeadlineSeconds, was.activeDeadlineSeconds, out)) return out;
  validateOnlyAddedTolerations(spec.tolerations ?? [], was.tolerations ?? [], { at: SPEC.child('tolerations'), out });
  validateOnlyDeletedGates(spec.schedulingGates ?? [], was.schedulingGates ?? [], { at: SPEC.child('schedulingGates'), out });
  if (semanticEqual(next.spec, old.spec)) return out;
  const munged = withAllowedChangesUndone(next, old, out);
  if (!semanticEqual(munged, old.spec)) {
    const rule = `pod updates may not change fields other than ${UPDATABLE}`;
    out.push(forbiddenValue(SPEC, `${rule}\n${specDiff(old.spec, munged)}`));
  }
  return out;
}

/** The annotations of a pod on every update, through whatever resource. */
export function validateAnnotations(next: Pod, old: Pod, out: Cause[]): void {
  const at = METADATA.child('annotations');
  validateAnnotationUpdate(next.metadata.annotations, old.metadata.annotations, { at, out });
  validatePodAnnotations(next.metadata.annotations, { at, spec: specShape(next.spec) }, out);
}

/** Whether to stop: lists of different lengths cannot be compared further. */
function validateContainerList(
  next: readonly ContainerShape[],
  was: { old: readonly ContainerShape[]; at: Path },
  out: Cause[],
): boolean {
  if (next.length !== was.old.length) {
    out.push(forbiddenValue(was.at, 'pod updates may not add or remove containers'));
    return true;
  }
  for (const [i, { image = '' }] of next.entries()) {
    const at = was.at.index(i).child('image');
    if (image === '') out.push(required(at));
    if (image.trim() !== image) out.push(invalidValue(at, image, 'must not have leading or trailing whitespace'));
  }
  return false;
}

/** A deadline may be set once, then only shortened. Returns whether to go on. */
function validateDeadline(next: number | undefined, old: number | undefined, out: Cause[]): boolean {
  const at = SPEC.child('activeDeadlineSeconds');
  if (next === undefined) {
    if (old !== undefined) out.push(invalidValue(at, null, 'must not update from a positive integer to nil value'));
    return true;
  }
  if (next < 0 || next > INT32_MAX) out.push(invalidValue(at, next, rangeProblem(0, INT32_MAX)));
  else if (old !== undefined && old < next) out.push(invalidValue(at, next, 'must be less than or equal to previous value'));
  else return true;
  return false;
}

function withAllowedChangesUndone(next: Pod, old: Pod, out: Cause[]): PodSpec {
  const munged: PodSpec = { ...next.spec };
  const was = old.spec;
  munged.containers = withImagesOf(next.spec.containers, was.containers);
  if (next.spec.initContainers) munged.initContainers = withImagesOf(next.spec.initContainers, was.initContainers ?? []);
  restore(munged, was, ['activeDeadlineSeconds', 'schedulingGates', 'tolerations']);
  if ((was.terminationGracePeriodSeconds ?? 0) < 0 && munged.terminationGracePeriodSeconds === 1) {
    restore(munged, was, ['terminationGracePeriodSeconds']);
  }
  if (!was.schedulingGates?.length) return munged;
  if (!semanticEqual(munged.nodeSelector, was.nodeSelector)) {
    validateGatedSelector(munged.nodeSelector ?? {}, was.nodeSelector ?? {}, out);
    restore(munged, was, ['nodeSelector']);
  }
  if (!semanticEqual(munged.affinity?.nodeAffinity, was.affinity?.nodeAffinity)) {
    validateGatedAffinity(munged.affinity?.nodeAffinity, was.affinity?.nodeAffinity, out);
    restoreNodeAffinity(munged, was);
  }
  return munged;
}

function withImagesOf<T extends { image?: string }>(next: readonly T[], old: readonly T[]): T[] {
  return next.map((container, i) => {
    const image = old[i]?.image;
    return image === undefined ? container : { ...container, image };
  });
}

function restore(next: PodSpec, old: PodSpec, fields: readonly string[]): void {
  for (const field of fields) {
    if (old[field] === undefined) delete next[field];
    else next[field] = old[field];
  }
}

/** Puts the old node affinity back, so that only other changes of the affinity remain. */
function restoreNodeAffinity(next: PodSpec, old: PodSpec): void {
  const { nodeAffinity: _changed, ...others } = next.affinity ?? {};
  const kept: Affinity = { ...others };
  if (old.affinity?.nodeAffinity) kept.nodeAffinity = old.affinity.nodeAffinity;
  if (Object.keys(kept).length === 0 && !old.affinity) delete next.affinity;
  else next.affinity = kept;
}
