/** `spec.topologySpreadConstraints`. */
import type { Cause } from '../../api-error.ts';
import { duplicate, forbiddenValue, invalidValue, notSupported, required } from '../field-error.ts';
import { NOT_POSITIVE } from '../formats.ts';
import { validateLabelName, validateLabelSelector } from '../labels.ts';
import type { Path } from '../path.ts';
import type { SpreadConstraint } from './shape.ts';

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];
const INCLUSIONS = ['Honor', 'Ignore'];

export function validateTopologySpread(constraints: readonly SpreadConstraint[] | undefined, at: Path, out: Cause[]): void {
  if (!constraints) return;
  for (const [i, constraint] of constraints.entries()) {
    validateConstraint(constraint, { at: at.index(i), rest: constraints.slice(i + 1) }, out);
  }
}

function validateConstraint(one: SpreadConstraint, where: { at: Path; rest: readonly SpreadConstraint[] }, out: Cause[]): void {
  const { at } = where;
  const { maxSkew = 0, topologyKey = '', whenUnsatisfiable = '' } = one;
  if (maxSkew <= 0) out.push(invalidValue(at.child('maxSkew'), maxSkew, NOT_POSITIVE));
  if (topologyKey === '') out.push(required(at.child('topologyKey'), 'can not be empty'));
  if (!ACTIONS.includes(whenUnsatisfiable)) {
    out.push(notSupported(at.child('whenUnsatisfiable'), whenUnsatisfiable, ACTIONS));
  }
  if (where.rest.some((other) => other.topologyKey === one.topologyKey && other.whenUnsatisfiable === one.whenUnsatisfiable)) {
    out.push(duplicate(at.child('{topologyKey, whenUnsatisfiable}'), `{${topologyKey}, ${whenUnsatisfiable}}`));
  }
  validateMinDomains(one, at.child('minDomains'), out);
  for (const field of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
    const policy = one[field];
    if (policy !== undefined && !INCLUSIONS.includes(policy)) out.push(notSupported(at.child(field), policy, INCLUSIONS));
  }
  validateKeys(one, at.child('matchLabelKeys'), out);
  validateLabelSelector(one.labelSelector, at.child('labelSelector'), out);
}

function validateMinDomains(one: SpreadConstraint, at: Path, out: Cause[]): void {
  const domains = one.minDomains;
  if (domains === undefined) return;
  if (domains <= 0) out.push(invalidValue(at, domains, NOT_POSITIVE));
  const action = one.whenUnsatisfiable ?? '';
  if (action !== 'DoNotSchedule') {
    out.push(invalidValue(at, domains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`));
  }
}

function validateKeys(one: SpreadConstraint, at: Path, out: Cause[]): void {
  const keys = one.matchLabelKeys ?? [];
  if (keys.length === 0) return;
  const selector = one.labelSelector;
  if (!selector) out.push(forbiddenValue(at, 'must not be specified when labelSelector is not set'));
  const selected = new Set(Object.keys(selector?.matchLabels ?? {}));
  for (const { key } of selector?.matchExpressions ?? []) selected.add(key);
  for (const [i, key] of keys.entries()) {
    validateLabelName(key, at.index(i), out);
    if (selected.has(key)) out.push(invalidValue(at.index(i), key, 'exists in both matchLabelKeys and labelSelector'));
  }
}
