/** Pod templates inside other kinds. */
import type { PodTemplateSpec } from '../../kube/objects.ts';
import type { Cause } from '../api-error.ts';
import { forbiddenValue } from './field-error.ts';
import { validateAnnotations, validateLabels } from './labels.ts';
import type { Path } from './path.ts';
import { compareProfiles, validatePodAnnotations } from './pod-spec/annotations.ts';
import { startCheck } from './pod-spec/check.ts';
import { validatePodSpec } from './pod-spec/pod-spec.ts';
import { specShape } from './pod-spec/shape.ts';

/** Labels and annotations are reported beside `spec`, not under `metadata` (upstream `ValidatePodTemplateSpec`). */
export function validatePodTemplate(template: PodTemplateSpec, at: Path, out: Cause[]): void {
  const spec = specShape(template.spec ?? {});
  const annotations = template.metadata?.annotations;
  validateLabels(template.metadata?.labels, at.child('labels'), out);
  validateAnnotations(annotations, at.child('annotations'), out);
  validatePodAnnotations(annotations, { at: at.child('annotations'), spec }, out);
  const check = startCheck(spec, { isPod: false });
  const here = at.child('spec');
  validatePodSpec(here, check);
  for (const cause of check.out) out.push(cause);
  compareProfiles(annotations, { at: here, spec }, out);
  if (spec.ephemeralContainers?.length) {
    out.push(forbiddenValue(here.child('ephemeralContainers'), 'ephemeral containers not allowed in pod template'));
  }
}
