/** `metav1.Condition` lists (upstream apis/meta/v1/validation, `ValidateConditions`). */
import { labelKeyProblems } from '../../kube/labels.ts';
import { byteLength, regexProblem } from '../../kube/names.ts';
import type { Condition } from '../../kube/objects.ts';
import type { Cause } from '../api-error.ts';
import { duplicate, invalidValue, notSupported, pushProblems, required, tooLong } from '../validation/field-error.ts';
import { NOT_NEGATIVE } from '../validation/formats.ts';
import { Path } from '../validation/path.ts';

const STATUSES = ['False', 'True', 'Unknown'];
const REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const REASON_FORM = new RegExp(`^${REASON}$`);
const REASON_LIMIT = 1024;
const MESSAGE_LIMIT = 32768;

/** Checks conditions that are unique by type; `at` is the list's path. */
export function conditionCauses(conditions: readonly Condition[], at: string): Cause[] {
  const out: Cause[] = [];
  const seen = new Set<string>();
  const list = new Path(at);
  for (const [i, condition] of conditions.entries()) {
    const one = list.index(i);
    if (seen.has(condition.type)) out.push(duplicate(one.child('type'), condition.type));
    seen.add(condition.type);
    validateCondition(condition, one, out);
  }
  return out;
}

function validateCondition(condition: Condition, at: Path, out: Cause[]): void {
  const { type = '', status, observedGeneration = 0, lastTransitionTime, reason = '', message = '' } = condition;
  pushProblems(out, at.child('type'), { value: type, problems: labelKeyProblems(type) });
  if (!STATUSES.includes(status)) out.push(notSupported(at.child('status'), status ?? '', STATUSES));
  if (observedGeneration < 0) out.push(invalidValue(at.child('observedGeneration'), observedGeneration, NOT_NEGATIVE));
  if (!lastTransitionTime) out.push(required(at.child('lastTransitionTime')));
  if (reason === '') out.push(required(at.child('reason')));
  else {
    if (!REASON_FORM.test(reason)) {
      const rule = `a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'`;
      out.push(
        invalidValue(
          at.child('reason'),
          reason,
          regexProblem(rule, REASON, ['my_name', 'MY_NAME', 'MyName', 'ReasonA,ReasonB', 'ReasonA:ReasonB']),
        ),
      );
    }
    if (byteLength(reason) > REASON_LIMIT) out.push(tooLong(at.child('reason'), REASON_LIMIT));
  }
  if (byteLength(message) > MESSAGE_LIMIT) out.push(tooLong(at.child('message'), MESSAGE_LIMIT));
}
