/** What changed between two objects, path by path (structured-merge-diff `typed.Compare`). Shared parts cost nothing. */
import { fieldElement, keyElement, valueElement } from './path-element.ts';
import type { PathSet } from './path-set.ts';
import { EMPTY, isEmptySet, LEAF, pathSet } from './path-set.ts';
import type { Shape } from './shape.ts';

export interface Changes {
  readonly added: PathSet;
  readonly modified: PathSet;
  readonly removed: PathSet;
}

const ADDED: Changes = { added: LEAF, modified: EMPTY, removed: EMPTY };
const MODIFIED: Changes = { added: EMPTY, modified: LEAF, removed: EMPTY };
const REMOVED: Changes = { added: EMPTY, modified: EMPTY, removed: LEAF };

/** The changes from `old` to `next`, `undefined` where there are none. `undefined` stands for an absent value. */
export function compare(shape: Shape, old: unknown, next: unknown): Changes | undefined {
  if (old === next) return undefined;
  if (shape.kind === 'leaf') return compareLeaf(old, next);
  if (shape.kind === 'struct' || shape.kind === 'map') return compareMaps(shape, old, next);
  return compareLists(shape, old, next);
}

function compareLeaf(old: unknown, next: unknown): Changes | undefined {
  if (old === undefined) return ADDED;
  if (next === undefined) return REMOVED;
  return jsonEqual(old, next) ? undefined : MODIFIED;
}

type JsonObject = Record<string, unknown>;

function compareMaps(shape: Shape & { kind: 'struct' | 'map' }, old: unknown, next: unknown): Changes | undefined {
  const left = (old ?? undefined) as JsonObject | undefined;
  const right = (next ?? undefined) as JsonObject | undefined;
  if (isEmptyMap(left) && isEmptyMap(right)) return compareLeaf(old, next);
  const found = new Collector();
  const visit = (key: string): void => {
    const child = shape.kind === 'map' ? shape.values : shape.fields.get(key);
    if (child) found.add(fieldElement(key), compare(child, left?.[key], right?.[key]));
  };
  for (const key in left) visit(key);
  for (const key in right) if (left?.[key] === undefined) visit(key);
  return found.changes(old === undefined, next === undefined);
}

function compareLists(shape: Shape & { kind: 'list-map' | 'list-set' }, old: unknown, next: unknown): Changes | undefined {
  const left = (old ?? []) as readonly unknown[];
  const right = (next ?? []) as readonly unknown[];
  if (left.length === 0 && right.length === 0) return compareLeaf(old, next);
  const before = indexItems(shape, left);
  const after = indexItems(shape, right);
  const found = new Collector();
  const visit = (element: string): void =>
    found.add(element, compareItems(shape, before.get(element) ?? NO_ITEMS, after.get(element) ?? NO_ITEMS));
  for (const element of before.keys()) visit(element);
  for (const element of after.keys()) if (!before.has(element)) visit(element);
  return found.changes(old === undefined, next === undefined);
}

const NO_ITEMS: readonly unknown[] = [];

/** The items of a list by their path element; items that share one stand together. */
export function indexItems(shape: Shape & { kind: 'list-map' | 'list-set' }, list: readonly unknown[]): Map<string, unknown[]> {
  const index = new Map<string, unknown[]>();
  for (const item of list) {
    const element = shape.kind === 'list-map' ? keyElement(item, shape.keys) : valueElement(item);
    const known = index.get(element);
    if (known) known.push(item);
    else index.set(element, [item]);
  }
  return index;
}

/** Items that appear more than once are owned as one value. */
function compareItems(
  shape: Shape & { kind: 'list-map' | 'list-set' },
  left: readonly unknown[],
  right: readonly unknown[],
): Changes | undefined {
  if (left.length > 1 || right.length > 1) {
    return compareLeaf(left.length > 0 ? left : undefined, right.length > 0 ? right : undefined);
  }
  return shape.kind === 'list-map' ? compare(shape.items, left[0], right[0]) : compareLeaf(left[0], right[0]);
}

/** Gathers the changes of the children of one level. */
class Collector {
  private added: Map<string, PathSet> | undefined;
  private modified: Map<string, PathSet> | undefined;
  private removed: Map<string, PathSet> | undefined;

  add(element: string, changes: Changes | undefined): void {
    if (!changes) return;
    if (!isEmptySet(changes.added)) this.added = put(this.added, element, changes.added);
    if (!isEmptySet(changes.modified)) this.modified = put(this.modified, element, changes.modified);
    if (!isEmptySet(changes.removed)) this.removed = put(this.removed, element, changes.removed);
  }

  changes(isNew: boolean, isGone: boolean): Changes | undefined {
    if (!this.added && !this.modified && !this.removed && !isNew && !isGone) return undefined;
    return {
      added: pathSet(isNew, this.added),
      modified: pathSet(false, this.modified),
      removed: pathSet(isGone, this.removed),
    };
  }
}

function put(map: Map<string, PathSet> | undefined, element: string, set: PathSet): Map<string, PathSet> {
  return (map ?? new Map<string, PathSet>()).set(element, set);
}

function isEmptyMap(map: JsonObject | undefined): boolean {
  for (const _ in map) return false;
  return true;
}

/** Deep equality of JSON values; `undefined` members do not count. */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, i) => jsonEqual(item, b[i]));
  }
  for (const key in a) if (!jsonEqual((a as JsonObject)[key], (b as JsonObject)[key])) return false;
  for (const key in b) if ((a as JsonObject)[key] === undefined && (b as JsonObject)[key] !== undefined) return false;
  return true;
}
