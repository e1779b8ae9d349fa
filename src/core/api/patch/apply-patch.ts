/** PATCH of the three classic types: from the stored object and the patch document to a decoded object (upstream handlers/patch.go). */
import type { KubeObject } from '../../kube/objects.ts';
import { apiVersionOf } from '../../kube/resource.ts';
import type { DecodedBody, DecodeTarget, FieldValidation } from '../schema/body.ts';
import { conversionRefusal } from '../schema/body.ts';
import type { Typed } from '../schema/decode.ts';
import { decodeOver, decodeTyped } from '../schema/decode.ts';
import { DecodeError, jsonKind } from '../schema/decode-context.ts';
import type { ParsedJson } from '../schema/json.ts';
import { duplicateErrors, parseJson } from '../schema/json.ts';
import { JsonSyntaxError } from '../schema/json-syntax.ts';
import { definitionOf } from '../schema/registered-kinds.ts';
import { definition } from '../schema/schema.ts';
import { goValue } from './go-format.ts';
import { applyJsonPatch, readJsonPatch } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';
import { badPatch, invalidPatch } from './patch-error.ts';

import { applyStrategicPatch } from './strategic.ts';
import { isObject, type JsonObject } from './strategic-shape.ts';

export type ClassicPatchType =
  | 'application/json-patch+json'
  | 'application/merge-patch+json'
  | 'application/strategic-merge-patch+json';

/** A patch document that was read and checked for form; it can be applied any number of times. */
export interface ReadPatch {
  /** What the patch makes of an object; the object stays as it is. */
  readonly apply: (current: KubeObject, target: DecodeTarget) => unknown;
  /** Strict errors of the document itself. */
  readonly strict: readonly string[];
  readonly strategic: boolean;
  readonly document: unknown;
}

/** Reads a patch as it came over the wire. Throws 400 with upstream's message where it cannot be read. */
export function readPatch(type: ClassicPatchType, text: string): ReadPatch {
  try {
    return readParsed(type, parseJson(text));
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw badPatch(`${prefixOf(type)}${error.message}`);
    throw error;
  }
}

/** The same for a document that needs no parsing (callers within the process). */
export function readPatchValue(type: ClassicPatchType, value: unknown): ReadPatch {
  return readParsed(type, { value });
}

/**
 * The object that the patch makes of `current`, decoded and private but for the top-level fields in `shared`, which stay those of
 * `current` where the patch left them alone, with the warnings of `mode`. Throws 422 where the patch does not apply or its result is no such object, 400 and 500 as upstream does.
 */
export function applyPatch(
  current: KubeObject,
  patch: ReadPatch,
  options: { target: DecodeTarget; mode: FieldValidation; shared?: readonly string[] },
): DecodedBody {
  const { target, mode, shared = [] } = options;
  const next = patch.apply(current, target);
  const shown = (): string => (patch.strategic ? goValue(patch.document) : (JSON.stringify(sortKeys(next)) ?? 'null'));
  let typed: Typed;
  try {
    if (!patch.strategic) checkType(next, target);
    const strict = mode !== 'Ignore';
    typed = isObject(next)
      ? decodeOver(next, target.schema, { stored: current, shared, strict })
      : decodeTyped(next, target.schema, { strict });
  } catch (error) {
    if (error instanceof DecodeError) throw invalidPatch(shown(), patch.strategic ? converterMessage(error) : error.message);
    throw error;
  }
  const { object } = typed;
  const errors = mode === 'Ignore' ? [] : [...patch.strict, ...typed.strict];
  if (mode === 'Strict' && errors.length > 0) throw invalidPatch(shown(), `strict decoding error: ${errors.join(', ')}`);
  object.kind = target.kind;
  object.apiVersion = apiVersionOf(target);
  return { object, warnings: errors };
}

const STRATEGIC = 'application/strategic-merge-patch+json';

function prefixOf(type: ClassicPatchType): string {
  return type === STRATEGIC ? '' : 'error decoding patch: ';
}

function readParsed(type: ClassicPatchType, parsed: ParsedJson): ReadPatch {
  const { value } = parsed;
  if (type === 'application/json-patch+json') {
    const read = readJsonPatch(value);
    const strict = [...read.strict, ...duplicateErrors(parsed).map((error) => `json patch ${error}`)];
    return { apply: (current) => applyJsonPatch(current, read), strict, strategic: false, document: value };
  }
  if (value !== null && !isObject(value)) {
    throw badPatch(`${prefixOf(type)}json: cannot unmarshal ${jsonKind(value)} into Go value of type map[string]interface {}`);
  }
  const strict = duplicateErrors(parsed);
  if (type === STRATEGIC) {
    const patch = value ?? {};
    const apply = (current: KubeObject, target: DecodeTarget): unknown => {
      const type = definition(target.schema);
      return sortRaw(applyStrategicPatch(current, patch, type), type.fields);
    };
    return { apply, strict, strategic: true, document: patch };
  }
  if (value === null) throw badPatch('Invalid JSON Patch');
  return { apply: (current) => applyMergePatch(current, value), strict, strategic: false, document: value };
}

/** Raw JSON passes through Go maps on this way and comes out with its keys sorted. */
function sortRaw(object: JsonObject, fields: ReadonlyMap<string, { name: string; type: { kind: string } }>): JsonObject {
  for (const field of fields.values()) {
    if (field.type.kind === 'any' && object[field.name] !== undefined) object[field.name] = sortKeys(object[field.name]);
  }
  return object;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortKeys(value[key])]),
  );
}

/** The result may name another kind: it is decoded as that, and then cannot be converted back. */
function checkType(next: unknown, target: DecodeTarget): void {
  if (!isObject(next)) throw new DecodeError(`json: cannot unmarshal ${jsonKind(next)} into Go value of type v1.${target.kind}`);
  const wanted = apiVersionOf(target);
  const apiVersion = typeof next.apiVersion === 'string' && next.apiVersion !== '' ? next.apiVersion : wanted;
  const kind = typeof next.kind === 'string' && next.kind !== '' ? next.kind : target.kind;
  if (apiVersion === wanted && kind === target.kind) return;
  const other = definitionOf(apiVersion, kind);
  if (other) decodeTyped(next, other);
  throw new DecodeError(conversionRefusal(apiVersion, kind, target));
}

/** Strategic patches are converted without JSON, and upstream's converter words a wrong type in its own way. */
function converterMessage(error: DecodeError): string {
  if (!error.mismatch) return error.message;
  const { found, goType } = error.mismatch;
  const kind = CONVERTER_KINDS[found] ?? found;
  if (goType.startsWith('[]')) return `cannot restore slice from ${kind}`;
  if (goType.startsWith('map[') || goType === 'v1.ResourceList') return `cannot restore map from ${kind}`;
  if (/^v1\.[A-Z]/.test(goType) && kind !== 'int64' && kind !== 'bool') return `cannot restore struct from: ${kind}`;
  if (kind === 'int64' && !/^u?int|^float/.test(goType)) return `cannot convert int64 to ${goType}`;
  return `unrecognized type: ${goType}`;
}

const CONVERTER_KINDS: Readonly<Record<string, string>> = { number: 'int64', array: 'slice', object: 'map' };
