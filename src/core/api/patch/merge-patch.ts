/** JSON Merge Patch (RFC 7386). */
import { setOwn } from '../schema/json-syntax.ts';

type JsonObject = Record<string, unknown>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What `patch` makes of `current`, which stays as it is; untouched parts are shared. */
export function applyMergePatch(current: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const next: JsonObject = isObject(current) ? { ...current } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete next[key];
    else setOwn(next, key, applyMergePatch(Object.hasOwn(next, key) ? next[key] : undefined, value));
  }
  return next;
}
