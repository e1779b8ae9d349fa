/** What both halves of a strategic merge patch know: directives, fields, and what is wrong with a directive. */
import type { Topology } from '../schema/overlay.ts';
import type { FieldType } from '../schema/schema.ts';
import { goValue } from './go-format.ts';
import { internalPatchError } from './patch-error.ts';

export type JsonObject = Record<string, unknown>;

/** The key whose value steers how a map or list element is merged. */
export const DIRECTIVE = '$patch';
/** A field as a patch sees it. */
export interface PatchField {
  readonly type: FieldType | undefined;
  readonly topology: Topology;
}

/** A JSON object: no list, no null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A `$patch` that is none of `replace`, `delete`, `merge`. */
export function badPatchType(directive: unknown, patch: JsonObject): Error {
  return internalPatchError(`unknown patch type: ${goValue(directive)} in map: ${goValue(patch)}`);
}
