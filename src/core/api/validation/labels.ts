/** Labels, annotations and label selectors in objects, as causes (upstream `apis/meta/v1/validation`). */
import { labelKeyProblems, labelValueProblems } from '../../kube/labels.ts';
import { byteLength } from '../../kube/names.ts';
import type { LabelSelector, LabelSelectorRequirement } from '../../kube/objects.ts';
import type { Cause } from '../api-error.ts';
import { forbiddenValue, invalidValue, pushProblems, required, tooLong } from './field-error.ts';
import type { Path } from './path.ts';

/** All annotations of an object together, keys and values, in bytes. */
const ANNOTATIONS_LIMIT = 262144;

type Texts = Readonly<Record<string, string>> | undefined;

/** A label key, also used for taint, toleration and topology keys. */
export function validateLabelName(key: string, at: Path, out: Cause[]): void {
  pushProblems(out, at, { value: key, problems: labelKeyProblems(key) });
}

/** Keys and values of a label map; both are reported at the map itself. */
export function validateLabels(labels: Texts, at: Path, out: Cause[]): void {
  for (const key in labels) {
    pushProblems(out, at, { value: key, problems: labelKeyProblems(key) });
    const value = labels[key] ?? '';
    pushProblems(out, at, { value, problems: labelValueProblems(value) });
  }
}

/** Keys may be written in any case; the size of all together is limited. */
export function validateAnnotations(annotations: Texts, at: Path, out: Cause[]): void {
  let size = 0;
  for (const key in annotations) {
    pushProblems(out, at, { value: key, problems: labelKeyProblems(key.toLowerCase()) });
    size += byteLength(key) + byteLength(annotations[key] ?? '');
  }
  if (size > ANNOTATIONS_LIMIT) out.push(tooLong(at, ANNOTATIONS_LIMIT));
}

/** An absent selector is valid. */
export function validateLabelSelector(selector: LabelSelector | undefined, at: Path, out: Cause[]): void {
  if (!selector) return;
  if (selector.matchLabels) validateLabels(selector.matchLabels, at.child('matchLabels'), out);
  const expressions = selector.matchExpressions;
  if (!expressions) return;
  const list = at.child('matchExpressions');
  for (const [i, one] of expressions.entries()) validateRequirement(one, list.index(i), out);
}

function validateRequirement(one: LabelSelectorRequirement, at: Path, out: Cause[]): void {
  const values = one.values ?? [];
  switch (one.operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) out.push(required(at.child('values'), "must be specified when `operator` is 'In' or 'NotIn'"));
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        out.push(forbiddenValue(at.child('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
      }
      break;
    default:
      out.push(invalidValue(at.child('operator'), one.operator ?? '', 'not a valid selector operator'));
  }
  validateLabelName(one.key ?? '', at.child('key'), out);
  for (const [i, value] of values.entries()) {
    pushProblems(out, at.child('values').index(i), { value, problems: labelValueProblems(value) });
  }
}
