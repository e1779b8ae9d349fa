/** `spec.affinity`: to nodes, to pods, and away from pods. */
import { labelNameProblems } from '../../../kube/names.ts';
import type { LabelSelector } from '../../../kube/objects.ts';
import type { Cause } from '../../api-error.ts';
import { forbiddenValue, invalidValue, pushProblems, required } from '../field-error.ts';
import { validateLabelName, validateLabelSelector } from '../labels.ts';
import type { Path } from '../path.ts';
import { validateNodeSelector, validateNodeSelectorTerm } from './node-selector.ts';
import type { AffinityShape, PodAffinityShape, PodAffinityTerm } from './shape.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

export function validateAffinity(affinity: AffinityShape | undefined, at: Path, out: Cause[]): void {
  if (!affinity) return;
  if (affinity.nodeAffinity) validateNodeAffinity(affinity.nodeAffinity, at.child('nodeAffinity'), out);
  if (affinity.podAffinity) validatePodAffinity(affinity.podAffinity, at.child('podAffinity'), out);
  if (affinity.podAntiAffinity) validatePodAffinity(affinity.podAntiAffinity, at.child('podAntiAffinity'), out);
}

function validateNodeAffinity(affinity: NonNullable<AffinityShape['nodeAffinity']>, at: Path, out: Cause[]): void {
  const selector = affinity[REQUIRED];
  if (selector) validateNodeSelector(selector, at.child(REQUIRED), out);
  for (const [i, term] of (affinity[PREFERRED] ?? []).entries()) {
    const one = at.child(PREFERRED).index(i);
    validateWeight(term.weight, one.child('weight'), out);
    validateNodeSelectorTerm(term.preference ?? {}, { at: one.child('preference'), values: false }, out);
  }
}

function validatePodAffinity(affinity: PodAffinityShape, at: Path, out: Cause[]): void {
  for (const [i, term] of (affinity[REQUIRED] ?? []).entries()) validateTerm(term, at.child(REQUIRED).index(i), out);
  for (const [i, weighted] of (affinity[PREFERRED] ?? []).entries()) {
    const one = at.child(PREFERRED).index(i);
    validateWeight(weighted.weight, one.child('weight'), out);
    validateTerm(weighted.podAffinityTerm ?? {}, one.child('podAffinityTerm'), out);
  }
}

function validateWeight(weight: number | undefined, at: Path, out: Cause[]): void {
  const value = weight ?? 0;
  if (value <= 0 || value > 100) out.push(invalidValue(at, value, 'must be in the range 1-100'));
}

function validateTerm(term: PodAffinityTerm, at: Path, out: Cause[]): void {
  validateLabelSelector(term.labelSelector, at.child('labelSelector'), out);
  validateLabelSelector(term.namespaceSelector, at.child('namespaceSelector'), out);
  for (const name of term.namespaces ?? []) {
    pushProblems(out, at.child('namespace'), { value: name, problems: labelNameProblems(name, false) });
  }
  validateLabelKeys(term, at, out);
  const key = term.topologyKey ?? '';
  if (key === '') out.push(required(at.child('topologyKey'), 'can not be empty'));
  validateLabelName(key, at.child('topologyKey'), out);
}

/** Keys whose values are taken from the pod itself (KEP-3633). */
function validateLabelKeys(term: PodAffinityTerm, at: Path, out: Cause[]): void {
  const { matchLabelKeys: match = [], mismatchLabelKeys: mismatch = [], labelSelector } = term;
  for (const [field, keys] of [
    ['matchLabelKeys', match],
    ['mismatchLabelKeys', mismatch],
  ] as const) {
    if (keys.length === 0) continue;
    if (!labelSelector) {
      out.push(forbiddenValue(at.child(field), 'must not be specified when labelSelector is not set'));
    } else for (const [i, key] of keys.entries()) validateLabelName(key, at.child(field).index(i), out);
  }
  if (labelSelector && match.length > 0) refuseRepeatedKeys(match, { at, labelSelector }, out);
  for (const [i, key] of match.entries()) {
    if (!mismatch.includes(key)) continue;
    const rule = 'exists in both matchLabelKeys and mismatchLabelKeys';
    out.push(invalidValue(at.child('matchLabelKeys').index(i), key, rule));
  }
}

/** A key named twice over: by the selector itself and by what was made of `matchLabelKeys`. */
function refuseRepeatedKeys(keys: readonly string[], of: { at: Path; labelSelector: LabelSelector }, out: Cause[]): void {
  const seen = new Set(Object.keys(of.labelSelector.matchLabels ?? {}));
  for (const { key } of of.labelSelector.matchExpressions ?? []) {
    const i = keys.lastIndexOf(key);
    if (i >= 0 && seen.has(key)) out.push(invalidValue(of.at.index(i), key, 'exists in both matchLabelKeys and labelSelector'));
    seen.add(key);
  }
}
