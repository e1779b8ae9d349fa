/** `spec.resources`: what the pod as a whole requests and may use, against its containers (KEP-2837). */
import type { PodSpec } from '../../../kube/objects.ts';
import { podRequests } from '../../../kube/pod-resources.ts';
import { compareQuantity, formatQuantity, parseQuantity, tryQuantity, ZERO_QUANTITY } from '../../../kube/quantity.ts';
import { forbiddenValue, invalidValue } from '../field-error.ts';
import type { Path } from '../path.ts';
import type { Check } from './check.ts';
import { isPodLevel, validatePodResourceName } from './resource-names.ts';
import { validateResources } from './resources.ts';

export function validatePodLevelResources(at: Path, check: Check): void {
  const resources = check.spec.resources;
  if (!resources) return;
  if (resources.claims) check.out.push(forbiddenValue(at.child('claims'), 'claims cannot be set for Resources at pod-level'));
  validateResources(resources, { at, nameRule: validatePodResourceName }, check);
  compareRequests(at.child('requests'), check);
  compareLimits(at, check);
}

/** The pod's requests cover those of its containers together. */
function compareRequests(at: Path, check: Check): void {
  const { resources: _own, overhead: _extra, ...containersOnly } = check.spec as unknown as PodSpec;
  for (const [name, amount] of podRequests(containersOnly as PodSpec)) {
    const text = check.spec.resources?.requests?.[name];
    if (text === undefined && !isPodLevel(name)) continue;
    const own = text === undefined ? ZERO_QUANTITY : (tryQuantity(text) ?? ZERO_QUANTITY);
    if (compareQuantity(amount, own) <= 0) continue;
    const rule = `must be greater than or equal to aggregate container requests of ${formatQuantity(amount)}`;
    check.out.push(invalidValue(at.key(name), formatQuantity(own), rule));
  }
}

/** No container may use more than the pod. */
function compareLimits(at: Path, check: Check): void {
  const limits = check.spec.resources?.limits ?? {};
  for (const [i, container] of (check.spec.containers ?? []).entries()) {
    for (const [name, text] of Object.entries(container.resources?.limits ?? {})) {
      const limit = limits[name];
      if (limit === undefined || compareQuantity(parseQuantity(text), parseQuantity(limit)) <= 0) continue;
      const field = at.child('containers').index(i).key(name).child('limits');
      const rule = `must be less than or equal to pod limits of ${formatQuantity(parseQuantity(limit))}`;
      check.out.push(invalidValue(field, formatQuantity(parseQuantity(text)), rule));
    }
  }
}
