/** The paths a value holds (structured-merge-diff `typed.ToFieldSet`), and values without some of their paths (`RemoveItems`). */
import { indexItems } from './compare.ts';
import { fieldElement, keyElement, valueElement } from './path-element.ts';
import type { PathSet } from './path-set.ts';
import { EMPTY, isEmptySet, LEAF, pathSet, union } from './path-set.ts';
import type { Shape } from './shape.ts';

type JsonObject = Record<string, unknown>;

/** All paths of `value`: scalars and atomic values, list items, empty maps and nulls. */
export function fieldSet(shape: Shape, value: unknown): PathSet {
  if (shape.kind === 'leaf') return LEAF;
  if (value === null || value === undefined) return EMPTY;
  const children = new Map<string, PathSet>();
  if (shape.kind === 'list-map' || shape.kind === 'list-set') {
    for (const [element, items] of indexItems(shape, value as unknown[])) {
      const deep = shape.kind === 'list-map' && items.length === 1;
      children.set(element, deep ? union(LEAF, fieldSet(shape.items, items[0])) : LEAF);
    }
    return pathSet(false, children);
  }
  for (const [key, item] of Object.entries(value as JsonObject)) {
    const inner = shape.kind === 'map' ? shape.values : shape.fields.get(key);
    if (!inner || item === undefined) continue;
    const set = fieldSet(inner, item);
    const itself = shape.kind === 'map' || item === null || isEmptyMap(item);
    const whole = itself ? union(LEAF, set) : set;
    if (!isEmptySet(whole)) children.set(fieldElement(key), whole);
  }
  return pathSet(false, children);
}

function isEmptyMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

/** The same set with each named field above a path as a member itself (`EnsureNamedFieldsAreMembers`). */
export function withNamedFields(shape: Shape, set: PathSet): PathSet {
  if (set.children.size === 0 || shape.kind === 'leaf' || shape.kind === 'list-set') return set;
  const children = new Map<string, PathSet>();
  for (const [element, child] of set.children) {
    const inner = innerShape(shape, element);
    const deep = inner ? withNamedFields(inner, child) : child;
    const named = shape.kind === 'struct' && inner !== undefined;
    children.set(element, named ? union(LEAF, deep) : deep);
  }
  return pathSet(set.member, children);
}

function innerShape(shape: Shape, element: string): Shape | undefined {
  if (shape.kind === 'struct') return shape.fields.get(element.slice(2));
  if (shape.kind === 'map') return shape.values;
  return shape.kind === 'list-map' ? shape.items : undefined;
}

/** `value` without the paths of `gone`, `undefined` for a map or list that lost everything. What stays is shared. */
export function removePaths(shape: Shape, value: unknown, gone: PathSet): unknown {
  if (gone.children.size === 0 || shape.kind === 'leaf' || value === null || value === undefined) return value;
  if (shape.kind === 'list-map' || shape.kind === 'list-set') {
    const kept: unknown[] = [];
    for (const item of value as unknown[]) {
      const child = gone.children.get(shape.kind === 'list-map' ? keyElement(item, shape.keys) : valueElement(item));
      if (child?.member) continue;
      kept.push(child && shape.kind === 'list-map' ? removePaths(shape.items, item, child) : item);
    }
    return kept.length > 0 ? kept : undefined;
  }
  const kept: JsonObject = {};
  for (const [key, item] of Object.entries(value as JsonObject)) {
    const child = gone.children.get(fieldElement(key));
    if (child?.member) continue;
    const inner = shape.kind === 'map' ? shape.values : shape.fields.get(key);
    kept[key] = child && inner ? (removePaths(inner, item, child) ?? null) : item;
  }
  return Object.keys(kept).length > 0 ? kept : undefined;
}
