/** Lists in a strategic merge patch: merged by key or value, then put in order. */

import type { FieldType } from '../schema/schema.ts';
import { goValue } from './go-format.ts';
import { internalPatchError, unprocessable } from './patch-error.ts';
import { badPatchType, DIRECTIVE, isObject, type JsonObject, type PatchField } from './strategic-shape.ts';

export interface ListMerge {
  readonly original: readonly unknown[];
  readonly patch: readonly unknown[];
  readonly field: PatchField;
  /** The patch lists what is to be removed (`$deleteFromPrimitiveList`). */
  readonly deletes: boolean;
  /** Merges an element that both lists have. */
  readonly mergeElement: (before: JsonObject, patch: JsonObject, type: FieldType | undefined) => JsonObject;
}

/** The merged list in its final order. Throws 422 for lists of lists and 500 for elements without the merge key. */
export function mergeLists({ original, patch, field, deletes, mergeElement }: ListMerge): unknown[] {
  if (original.length === 0 && patch.length === 0) return [];
  if ([...original, ...patch].some(Array.isArray)) throw unprocessable();
  const { mergeKey } = field.topology;
  if (!isObject(original[0] ?? patch[0])) {
    if (deletes) return original.filter((item) => !patch.includes(item));
    return orderElements({ merged: [...new Set([...original, ...patch])], order: patch, original, mergeKey: undefined });
  }
  if (!mergeKey) throw internalPatchError('cannot merge lists without merge key');
  const special = applySpecialElements(original, patch, mergeKey);
  const merged = [...special.original];
  for (const item of special.patch) {
    const key = keyOf(item, mergeKey);
    const at = merged.findIndex((one) => isObject(one) && one[mergeKey] === key);
    const before = merged[at];
    const items = field.type?.kind === 'list' ? field.type.items : undefined;
    if (isObject(before)) merged[at] = mergeElement(before, item, items);
    else merged.push(item);
  }
  return orderElements({ merged, order: special.patch, original: special.original, mergeKey });
}

function keyOf(item: JsonObject, mergeKey: string): unknown {
  if (Object.hasOwn(item, mergeKey)) return item[mergeKey];
  throw internalPatchError(`map: ${goValue(item)} does not contain declared merge key: ${mergeKey}`);
}

/** Elements that carry `$patch`: deletions of others, or the order to replace the whole list. */
function applySpecialElements(original: readonly unknown[], patch: readonly unknown[], mergeKey: string) {
  let kept = original;
  let replaces = false;
  const plain: JsonObject[] = [];
  for (const item of patch) {
    if (!isObject(item)) throw internalPatchError(`expected map[string]interface {}, got ${goValue(item)}`);
    const directive = item[DIRECTIVE];
    if (directive === undefined) plain.push(item);
    else if (directive === 'delete') {
      const key = keyOf(item, mergeKey);
      kept = kept.filter((one) => !(isObject(one) && one[mergeKey] === key));
    } else if (directive === 'replace') replaces = true;
    else if (directive === 'merge') throw internalPatchError('merging lists cannot yet be specified in the patch');
    else throw badPatchType(directive, item);
  }
  return replaces ? { original: plain as readonly unknown[], patch: [] } : { original: kept, patch: plain };
}

export interface Ordering {
  readonly merged: readonly unknown[];
  /** Elements, or only their keys, in the order the patch wants. */
  readonly order: readonly unknown[];
  /** The list before, whose order the elements unknown to the patch keep. */
  readonly original: readonly unknown[];
  readonly mergeKey: string | undefined;
}

/** Puts what the patch names in its order, the rest in the order it had, and interleaves both where the old order tells how. */
export function orderElements({ merged, order, original, mergeKey }: Ordering): unknown[] {
  const key = (item: unknown): unknown => (mergeKey !== undefined && isObject(item) ? item[mergeKey] : item);
  const ranks = (list: readonly unknown[]): Map<unknown, number> => {
    const map = new Map<unknown, number>();
    for (const [i, item] of list.entries()) if (!map.has(key(item))) map.set(key(item), i);
    return map;
  };
  const wanted = ranks(order);
  const server = ranks(original);
  const rank = (map: Map<unknown, number>, item: unknown): number => map.get(key(item)) ?? -1;
  const named = merged.filter((item) => wanted.has(key(item))).sort((a, b) => rank(wanted, a) - rank(wanted, b));
  const others = merged.filter((item) => !wanted.has(key(item))).sort((a, b) => rank(server, a) - rank(server, b));
  const out: unknown[] = [];
  for (let left = 0, right = 0; left < others.length || right < named.length; ) {
    const before = rank(server, others[left]);
    const after = rank(server, named[right]);
    const takeLeft = right >= named.length || (left < others.length && before >= 0 && after >= 0 && before < after);
    out.push(takeLeft ? others[left++] : named[right++]);
  }
  return out;
}
