/** Strategic merge patch: maps merge key by key, lists by merge key, and directives steer both (upstream strategicpatch/patch.go). */
import { setOwn } from '../schema/json-syntax.ts';
import type { Definition, FieldType } from '../schema/schema.ts';
import { goValue } from './go-format.ts';
import { badPatch, internalPatchError } from './patch-error.ts';
import { type ListMerge, mergeLists, orderElements } from './strategic-list.ts';
import { badPatchType, DIRECTIVE, isObject, type JsonObject, type PatchField } from './strategic-shape.ts';

const RETAIN_KEYS = '$retainKeys';
const ELEMENT_ORDER = '$setElementOrder/';
const DELETE_FROM_LIST = '$deleteFromPrimitiveList/';

const UNKNOWN: PatchField = { type: undefined, topology: {} };

/**
 * What `patch` makes of `current`, which stays as it is; untouched parts are shared. Both are JSON of `definition`.
 * Throws `ApiError` 400 for malformed directives and 500 where upstream does.
 */
export function applyStrategicPatch(current: JsonObject, patch: JsonObject, definition: Definition): JsonObject {
  return mergeMaps(current, patch, { kind: 'object', definition });
}

/** Merges one level; `type` is the type of both values, `undefined` for raw JSON. */
function mergeMaps(original: JsonObject, patch: JsonObject, type: FieldType | undefined): JsonObject {
  const directive = patch[DIRECTIVE];
  if (directive === 'replace') return withoutKey(patch, DIRECTIVE);
  if (directive === 'delete') return {};
  if (directive !== undefined) throw badPatchType(directive, patch);
  const next = retainKeys(original, patch);
  const rest = withoutKey(patch, RETAIN_KEYS);
  applyElementOrders(next, rest, type);
  for (const [key, value] of Object.entries(rest)) mergeKey(next, { key, value, type });
  return next;
}

interface Entry {
  readonly key: string;
  readonly value: unknown;
  readonly type: FieldType | undefined;
}

function mergeKey(next: JsonObject, { key: given, value, type }: Entry): void {
  const deletes = given.startsWith(DELETE_FROM_LIST);
  const key = deletes ? directiveTarget(given, DELETE_FROM_LIST) : given;
  if (value === null) {
    delete next[key];
    return;
  }
  const before = Object.hasOwn(next, key) ? next[key] : undefined;
  const alike = (isObject(before) && isObject(value)) || (Array.isArray(before) && Array.isArray(value));
  if (!alike) {
    if (deletes) return;
    const added = withoutDirectives(value);
    if (added === undefined) delete next[key];
    else setOwn(next, key, added);
    return;
  }
  const field = fieldOf(type, key);
  if (isObject(before) && isObject(value)) {
    next[key] = strategyOf(field) === 'replace' ? value : mergeMaps(before, value, field.type);
  } else if (Array.isArray(before) && Array.isArray(value)) {
    const merges = strategyOf(field) === 'merge' || deletes;
    next[key] = merges ? mergeListsOf({ original: before, patch: value, field, deletes }) : value;
  }
}

/** Elements that are maps are merged as maps are. */
function mergeListsOf(lists: Omit<ListMerge, 'mergeElement'>): unknown[] {
  return mergeLists({ ...lists, mergeElement: mergeMaps });
}

/** The patch strategy besides `retainKeys`, which the directive alone announces. */
function strategyOf({ topology }: PatchField): string {
  return topology.patchStrategy?.split(',').find((strategy) => strategy !== 'retainKeys') ?? '';
}

function fieldOf(type: FieldType | undefined, key: string): PatchField {
  if (type?.kind === 'object') return type.definition.fields.get(key) ?? UNKNOWN;
  if (type?.kind === 'map') return { type: type.values, topology: {} };
  return UNKNOWN;
}

/** `$retainKeys`: a copy of the original with only these keys. */
function retainKeys(original: JsonObject, patch: JsonObject): JsonObject {
  const kept = patch[RETAIN_KEYS];
  if (kept === undefined) return { ...original };
  const bad = () => badPatch('invalid patch format of retainKeys');
  if (!Array.isArray(kept)) throw bad();
  const keys = new Set<unknown>(kept);
  for (const [key, value] of Object.entries(patch)) {
    if (key === RETAIN_KEYS || value === null || key.startsWith(DELETE_FROM_LIST) || key.startsWith(ELEMENT_ORDER)) continue;
    if (!keys.has(key)) throw bad();
  }
  return Object.fromEntries(Object.entries(original).filter(([key]) => keys.has(key)));
}

/** `$setElementOrder/<list>`: merges that list and orders it; takes both out of `patch`. */
function applyElementOrders(next: JsonObject, patch: JsonObject, type: FieldType | undefined): void {
  for (const directive of Object.keys(patch)) {
    if (!directive.startsWith(ELEMENT_ORDER)) continue;
    const order = patch[directive];
    delete patch[directive];
    const key = directiveTarget(directive, ELEMENT_ORDER);
    const before = next[key];
    const change = patch[key];
    if (!Array.isArray(order) || !isListOrAbsent(before) || !isListOrAbsent(change)) {
      throw badPatch('invalid patch format of setElementOrder list');
    }
    const field = fieldOf(type, key);
    checkOrder(change ?? [], order, field.topology.mergeKey);
    if (before === undefined && change === undefined) continue;
    const merged = mergedList(before, change, field);
    next[key] = orderElements({ merged, order, original: before ?? [], mergeKey: field.topology.mergeKey });
    delete patch[key];
  }
}

function isListOrAbsent(value: unknown): value is unknown[] | undefined {
  return value === undefined || Array.isArray(value);
}

function mergedList(before: unknown[] | undefined, change: unknown[] | undefined, field: PatchField): unknown[] {
  if (change === undefined) return before ?? [];
  if (before === undefined) return withoutDirectives(change) as unknown[];
  return strategyOf(field) === 'merge' ? mergeListsOf({ original: before, patch: change, field, deletes: false }) : change;
}

/** The patched elements must appear in the order list, in its order. */
function checkOrder(patch: readonly unknown[], order: readonly unknown[], mergeKey: string | undefined): void {
  const keyOf = (item: unknown): unknown => (mergeKey !== undefined && isObject(item) ? item[mergeKey] : item);
  const wanted = patch.filter((item) => !(mergeKey !== undefined && isObject(item) && item[DIRECTIVE] === 'delete'));
  if (patch.length === 0 || order.length === 0) return;
  let found = 0;
  for (const item of order) if (found < wanted.length && keyOf(item) === keyOf(wanted[found])) found++;
  if (found === wanted.length) return;
  throw internalPatchError(
    `The order in patch list:\n${goValue(patch)}\n doesn't match $setElementOrder list:\n${goValue(order)}\n`,
  );
}

function directiveTarget(directive: string, prefix: string): string {
  const key = directive.slice(prefix.length);
  if (key !== '' && !key.includes('/')) return key;
  throw badPatch(
    prefix === ELEMENT_ORDER ? 'invalid patch format of setElementOrder list' : 'invalid patch format of primitive list',
  );
}

function withoutKey(object: JsonObject, key: string): JsonObject {
  const { [key]: _, ...rest } = object;
  return rest;
}

/** A value as it enters where nothing was: without nulls, and without the maps that any `$patch` marks (`undefined` where it is one). */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  if (Object.hasOwn(value, DIRECTIVE)) return undefined;
  const out: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const kept = item === null ? undefined : withoutDirectives(item);
    if (kept !== undefined) setOwn(out, key, kept);
  }
  return out;
}
