/** `spec.tolerations`. */
import { labelValueProblems } from '../../../kube/labels.ts';
import type { Toleration } from '../../../kube/objects.ts';
import type { Cause } from '../../api-error.ts';
import { semanticEqual } from '../equality.ts';
import { forbiddenValue, invalidValue, notSupported } from '../field-error.ts';
import { validateLabelName } from '../labels.ts';
import type { Path } from '../path.ts';

/** The effects a taint or toleration may have, in upstream's order. */
const TAINT_EFFECTS: readonly string[] = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export function validateTolerations(tolerations: readonly Toleration[] | undefined, at: Path, out: Cause[]): void {
  if (!tolerations) return;
  for (const [i, toleration] of tolerations.entries()) validateToleration(toleration, at.index(i), out);
}

function validateToleration(toleration: Toleration, at: Path, out: Cause[]): void {
  const { key = '', operator = '', effect = '' } = toleration as Partial<Record<string, string>>;
  if (key !== '') validateLabelName(key, at.child('key'), out);
  if (key === '' && operator !== 'Exists') {
    const rule = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    out.push(invalidValue(at.child('operator'), operator, rule));
  }
  if (toleration.tolerationSeconds !== undefined && effect !== 'NoExecute') {
    out.push(invalidValue(at.child('effect'), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
  }
  validateValue(operator, toleration.value ?? '', { at: at.child('operator'), out });
  if (effect !== '' && !TAINT_EFFECTS.includes(effect)) out.push(notSupported(at.child('effect'), effect, TAINT_EFFECTS));
}

/** Refusals of the value are reported at the operator, as upstream does. */
function validateValue(operator: string, value: string, to: { at: Path; out: Cause[] }): void {
  switch (operator) {
    case '':
    case 'Equal': {
      const problems = labelValueProblems(value);
      if (problems.length > 0) to.out.push(invalidValue(to.at, value, problems.join(';')));
      break;
    }
    case 'Exists':
      if (value !== '') to.out.push(invalidValue(to.at, value, "value must be empty when `operator` is 'Exists'"));
      break;
    default:
      to.out.push(notSupported(to.at, operator, ['Equal', 'Exists']));
  }
}

/** Updates of a pod may add tolerations and change seconds, nothing else. */
export function validateOnlyAddedTolerations(
  next: readonly Toleration[],
  old: readonly Toleration[],
  to: { at: Path; out: Cause[] },
): void {
  const kept = old.every((was) =>
    next.some((is) => semanticEqual({ ...was, tolerationSeconds: undefined }, { ...is, tolerationSeconds: undefined })),
  );
  if (kept) validateTolerations(next, to.at, to.out);
  else to.out.push(forbiddenValue(to.at, 'existing toleration can not be modified except its tolerationSeconds'));
}
