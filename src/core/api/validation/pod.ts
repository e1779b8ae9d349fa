/** Pods on create (upstream `ValidatePodCreate`). */
import type { Pod } from '../../kube/objects.ts';
import type { Cause } from '../api-error.ts';
import { forbiddenValue } from './field-error.ts';
import { validateObjectMeta } from './metadata.ts';
import { METADATA, SPEC } from './path.ts';
import { compareProfiles, validatePodAnnotations } from './pod-spec/annotations.ts';
import { startCheck } from './pod-spec/check.ts';
import { validateImagePadding } from './pod-spec/container.ts';
import { validateOnlyForPods, validatePodSpec } from './pod-spec/pod-spec.ts';
import { specShape } from './pod-spec/shape.ts';

/** A new pod, after defaults and admission. */
export function validatePodCreate(pod: Pod): Cause[] {
  const spec = specShape(pod.spec);
  const out = validatePodContent(pod);
  if (spec.ephemeralContainers?.length) out.push(forbiddenValue(SPEC.child('ephemeralContainers'), 'cannot be set on create'));
  if (spec.nodeName && spec.schedulingGates?.length) {
    out.push(forbiddenValue(SPEC.child('nodeName'), 'cannot be set until all schedulingGates have been cleared'));
  }
  compareProfiles(pod.metadata.annotations, { at: SPEC, spec }, out);
  return out;
}

/** Metadata and spec, as they must be at any time. */
export function validatePodContent(pod: Pod): Cause[] {
  const spec = specShape(pod.spec);
  const out = validateObjectMeta(pod.metadata, { namespaced: true });
  validatePodAnnotations(pod.metadata.annotations, { at: METADATA.child('annotations'), spec }, out);
  const check = startCheck(spec, { isPod: true, name: pod.metadata.name });
  validatePodSpec(SPEC, check);
  validateOnlyForPods(SPEC, check);
  for (const list of ['containers', 'initContainers'] as const) {
    for (const [i, container] of (spec[list] ?? []).entries()) validateImagePadding(container, SPEC.child(list).index(i), check);
  }
  for (const cause of check.out) out.push(cause);
  return out;
}
