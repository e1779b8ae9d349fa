/** Node selector terms: labels, and the one node field there is. */
import { labelValueProblems } from '../../../kube/labels.ts';
import { dns1123Subdomain } from '../../../kube/names.ts';
import type { LabelSelectorRequirement, NodeSelector, NodeSelectorTerm } from '../../../kube/objects.ts';
import type { Cause } from '../../api-error.ts';
import { forbiddenValue, invalidValue, pushProblems, required } from '../field-error.ts';
import { validateLabelName } from '../labels.ts';
import type { Path } from '../path.ts';

const UNKNOWN_OPERATOR = 'not a valid selector operator';

/** A required selector: at least one term; label values are checked too. */
export function validateNodeSelector(selector: NodeSelector, at: Path, out: Cause[]): void {
  const terms = selector.nodeSelectorTerms ?? [];
  const list = at.child('nodeSelectorTerms');
  if (terms.length === 0) out.push(required(list, 'must have at least one node selector term'));
  for (const [i, term] of terms.entries()) validateNodeSelectorTerm(term, { at: list.index(i), values: true }, out);
}

/** One term; `values` says whether label values must be well formed (preferences may name any). */
export function validateNodeSelectorTerm(term: NodeSelectorTerm, rule: { at: Path; values: boolean }, out: Cause[]): void {
  for (const [i, one] of (term.matchExpressions ?? []).entries()) {
    const at = rule.at.child('matchExpressions').index(i);
    validateExpression(one, at, out);
    if (!rule.values) continue;
    for (const [j, value] of (one.values ?? []).entries()) {
      pushProblems(out, at.child('values').index(j), { value, problems: labelValueProblems(value) });
    }
  }
  for (const [i, one] of (term.matchFields ?? []).entries()) {
    validateField(one, rule.at.child('matchFields').index(i), out);
  }
}

function validateExpression(one: LabelSelectorRequirement, at: Path, out: Cause[]): void {
  const count = one.values?.length ?? 0;
  const values = at.child('values');
  switch (one.operator) {
    case 'In':
    case 'NotIn':
      if (count === 0) out.push(required(values, "must be specified when `operator` is 'In' or 'NotIn'"));
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (count > 0) out.push(forbiddenValue(values, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
      break;
    case 'Gt':
    case 'Lt':
      if (count !== 1) out.push(required(values, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
      break;
    default:
      out.push(invalidValue(at.child('operator'), one.operator ?? '', UNKNOWN_OPERATOR));
  }
  validateLabelName(one.key ?? '', at.child('key'), out);
}

function validateField(one: LabelSelectorRequirement, at: Path, out: Cause[]): void {
  const values = one.values ?? [];
  if (one.operator !== 'In' && one.operator !== 'NotIn') {
    out.push(invalidValue(at.child('operator'), one.operator ?? '', UNKNOWN_OPERATOR));
  } else if (values.length !== 1) {
    const rule = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    out.push(required(at.child('values'), rule));
  }
  if (one.key !== 'metadata.name') {
    out.push(invalidValue(at.child('key'), one.key ?? '', 'not a valid field selector key'));
    return;
  }
  for (const [i, value] of values.entries()) {
    pushProblems(out, at.child('values').index(i), { value, problems: dns1123Subdomain(value) });
  }
}
