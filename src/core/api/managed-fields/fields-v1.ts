/** `fieldsV1`: path sets as the API writes them. Decoded sets are remembered by the identity of their JSON. */
import type { PathSet } from './path-set.ts';
import { EMPTY, LEAF, pathSet } from './path-set.ts';
import { sharedSet } from './shared-set.ts';

export type FieldsV1 = Record<string, unknown>;

const decoded = new WeakMap<object, PathSet>();
const encoded = new WeakMap<PathSet, FieldsV1>();

/** The set that `fields` writes; `undefined` where it is malformed. */
export function decodeFields(fields: unknown): PathSet | undefined {
  if (fields === undefined || fields === null) return EMPTY;
  if (typeof fields !== 'object' || Array.isArray(fields)) return undefined;
  const known = decoded.get(fields);
  if (known) return known;
  const set = decodeLevel(fields as FieldsV1, true);
  if (!set) return undefined;
  decoded.set(fields, set);
  if (!encoded.has(set) && set !== EMPTY && set !== LEAF) encoded.set(set, fields as FieldsV1);
  return set;
}

/**
 * The JSON of a set, keys in order; the very object it was decoded from where there is one, and one object for many equal
 * sets. It must not be changed.
 */
export function encodeFields(set: PathSet): FieldsV1 {
  const known = encoded.get(set);
  if (known) return known;
  const shared = sharedSet(set);
  const fields = encodeLevel(shared);
  encoded.set(set, fields);
  if (!decoded.has(fields)) decoded.set(fields, shared);
  return fields;
}

const ELEMENT = /^[fkvi]:/;

function decodeLevel(fields: FieldsV1, root: boolean): PathSet | undefined {
  let member = false;
  const children = new Map<string, PathSet>();
  for (const [key, value] of Object.entries(fields)) {
    if (key === '.') {
      member = true;
      continue;
    }
    if (!ELEMENT.test(key) || typeof value !== 'object' || value === null) return undefined;
    const child = decodeLevel(value as FieldsV1, false);
    if (!child) return undefined;
    children.set(normalKey(key), child);
  }
  return pathSet(member || (!root && children.size === 0), children);
}

/** Keys of list items may come in any order and spacing. */
function normalKey(key: string): string {
  if (!key.startsWith('k:') || !/\s|","/.test(key)) return key;
  try {
    const parts = JSON.parse(key.slice(2)) as Record<string, unknown>;
    return `k:${JSON.stringify(Object.fromEntries(Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1))))}`;
  } catch {
    return key;
  }
}

function encodeLevel(set: PathSet): FieldsV1 {
  const known = encoded.get(set);
  if (known) return known;
  const fields: FieldsV1 = {};
  if (set.member && set.children.size > 0) fields['.'] = NOTHING;
  for (const key of [...set.children.keys()].sort()) {
    const child = set.children.get(key);
    if (child) fields[key] = child.children.size === 0 ? NOTHING : encodeLevel(child);
  }
  encoded.set(set, fields);
  return fields;
}

/** `{}`, one for all. */
const NOTHING: FieldsV1 = {};
