/** Conditions and gates: what must be true before a pod is ready, or may be scheduled. */
import { labelKeyProblems } from '../../../kube/labels.ts';
import { dns1123Label, dns1123Subdomain } from '../../../kube/names.ts';
import type { Cause } from '../../api-error.ts';
import { duplicate, forbiddenValue, invalidValue, pushProblems, required } from '../field-error.ts';
import { internalForm, POD_CLAIM } from '../internal-form.ts';
import type { Path } from '../path.ts';
import type { PodClaim, SpecShape } from './shape.ts';

export function validateReadinessGates(gates: SpecShape['readinessGates'], at: Path, out: Cause[]): void {
  for (const [i, { conditionType = '' }] of (gates ?? []).entries()) {
    pushProblems(out, at.index(i).child('conditionType'), { value: conditionType, problems: labelKeyProblems(conditionType) });
  }
}

export function validateSchedulingGates(gates: SpecShape['schedulingGates'], at: Path, out: Cause[]): void {
  const seen = new Set<string>();
  for (const [i, { name = '' }] of (gates ?? []).entries()) {
    pushProblems(out, at.index(i), { value: name, problems: labelKeyProblems(name) });
    if (seen.has(name)) out.push(duplicate(at.index(i), name));
    seen.add(name);
  }
}

/** Gates can only be taken away (KEP-3521). */
export function validateOnlyDeletedGates(
  next: readonly { name?: string }[],
  old: readonly { name?: string }[],
  to: { at: Path; out: Cause[] },
): void {
  for (const [i, { name = '' }] of next.entries()) {
    if (old.some((gate) => gate.name === name)) continue;
    const rule = `only deletion is allowed, but found new scheduling gate '${name}'`;
    to.out.push(forbiddenValue(to.at.index(i).child('name'), rule));
  }
}

/** `resourceClaims`: a claim that exists, or the template of one (KEP-4381). */
export function validatePodClaims(claims: readonly PodClaim[] | undefined, at: Path, out: Cause[]): void {
  const names = new Set<string>();
  for (const [i, claim] of (claims ?? []).entries()) {
    const one = at.index(i);
    if (!claim.name) out.push(required(one.child('name')));
    else if (names.has(claim.name)) out.push(duplicate(one.child('name'), claim.name));
    else pushProblems(out, one.child('name'), { value: claim.name, problems: dns1123Label(claim.name) });
    if (claim.name) names.add(claim.name);
    validateClaimSource(claim, one, out);
  }
}

function validateClaimSource(claim: PodClaim, at: Path, out: Cause[]): void {
  const { resourceClaimName: name, resourceClaimTemplateName: template } = claim;
  if (name !== undefined && template !== undefined) {
    const rule = 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified';
    out.push(invalidValue(at, internalForm(claim, POD_CLAIM), rule));
  }
  if (name === undefined && template === undefined) {
    const rule = 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`';
    out.push(invalidValue(at, internalForm(claim, POD_CLAIM), rule));
  }
  for (const field of ['resourceClaimName', 'resourceClaimTemplateName'] as const) {
    const value = claim[field];
    if (value !== undefined) pushProblems(out, at.child(field), { value, problems: dns1123Subdomain(value) });
  }
}
