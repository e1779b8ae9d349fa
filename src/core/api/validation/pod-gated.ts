/** What may still be narrowed while a pod waits behind scheduling gates (KEP-3838). */
import type { Affinity, LabelSelectorRequirement, NodeSelectorTerm } from '../../kube/objects.ts';
import type { Cause } from '../api-error.ts';
import { semanticEqual } from './equality.ts';
import { invalidValue } from './field-error.ts';
import { internalForm, NODE_SELECTOR_TERM } from './internal-form.ts';
import { SPEC } from './path.ts';
import { sortedMap } from './print-value.ts';

type Selector = Readonly<Record<string, string>>;
type NodeAffinity = Affinity['nodeAffinity'];

/** Keys may be added to `spec.nodeSelector`. */
export function validateGatedSelector(next: Selector, old: Selector, out: Cause[]): void {
  if (Object.entries(old).every(([key, value]) => next[key] === value)) return;
  const rule = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
  out.push(invalidValue(SPEC.child('nodeSelector'), sortedMap(next), rule));
}

/** Requirements may be added to each required term; where there were none, anything goes. */
export function validateGatedAffinity(next: NodeAffinity, old: NodeAffinity, out: Cause[]): void {
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const oldTerms = old?.[required]?.nodeSelectorTerms ?? [];
  const newTerms = next?.[required]?.nodeSelectorTerms ?? [];
  if (oldTerms.length === 0) return;
  const at = SPEC.child('affinity').child('nodeAffinity').child(required).child('nodeSelectorTerms');
  if (newTerms.length !== oldTerms.length) {
    const rule = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed';
    out.push(invalidValue(at, internalForm(newTerms, NODE_SELECTOR_TERM), rule));
    return;
  }
  for (const [i, term] of newTerms.entries()) {
    if (onlyAdds(term, oldTerms[i] ?? {})) continue;
    const rule = 'only additions are allowed (no mutations or deletions)';
    out.push(invalidValue(at.index(i), internalForm(term, NODE_SELECTOR_TERM), rule));
  }
}

function onlyAdds(next: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const was = { expressions: old.matchExpressions ?? [], fields: old.matchFields ?? [] };
  const is = { expressions: next.matchExpressions ?? [], fields: next.matchFields ?? [] };
  // An empty term matches nothing: adding to it would let the pod run where it could not.
  if (was.expressions.length === 0 && was.fields.length === 0) return is.expressions.length === 0 && is.fields.length === 0;
  return startsWith(is.expressions, was.expressions) && startsWith(is.fields, was.fields);
}

function startsWith(list: readonly LabelSelectorRequirement[], head: readonly LabelSelectorRequirement[]): boolean {
  return semanticEqual(list.slice(0, head.length), head);
}
