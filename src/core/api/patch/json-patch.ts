/** JSON Patch (RFC 6902), with the leniencies of the Go library that upstream uses (evanphx/json-patch): negative indices. */
import type { Operation } from 'rfc6902';
import { applyPatch, Pointer } from 'rfc6902';
import { jsonKind } from '../schema/decode-context.ts';
import { badPatch, tooManyOperations, unprocessable } from './patch-error.ts';

/** Upstream's limit (handlers/patch.go `maxJSONPatchOperations`). */
const MAX_OPERATIONS = 10_000;

const FIELDS = new Set(['op', 'path', 'from', 'value']);
const OPERATIONS = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test']);

/** Operations that passed upstream's first look. */
export interface ReadJsonPatch {
  readonly operations: readonly Operation[];
  /** Strict errors: `json patch unknown field "[0].x"`. */
  readonly strict: readonly string[];
}

/** Checks the form of a patch document. Throws 400 where it is no list of operations, 413 where it is too long. */
export function readJsonPatch(patch: unknown): ReadJsonPatch {
  const refuse = (value: unknown, where: string): never => {
    throw badPatch(`error decoding patch: json: cannot unmarshal ${jsonKind(value)} into Go ${where}`);
  };
  if (patch === null || patch === undefined) return { operations: [], strict: [] };
  if (!Array.isArray(patch)) return refuse(patch, 'value of type []handlers.jsonPatchOp');
  const strict: string[] = [];
  for (const [i, operation] of patch.entries()) {
    if (operation === null) continue;
    if (typeof operation !== 'object' || Array.isArray(operation)) refuse(operation, 'value of type handlers.jsonPatchOp');
    for (const [key, value] of Object.entries(operation as object)) {
      if (!FIELDS.has(key)) strict.push(`json patch unknown field ${JSON.stringify(`[${i}].${key}`)}`);
      else if (key !== 'value' && value !== null && typeof value !== 'string')
        refuse(value, `struct field jsonPatchOp.${key} of type string`);
    }
  }
  if (patch.length > MAX_OPERATIONS) throw tooManyOperations(MAX_OPERATIONS, patch.length);
  return { operations: patch as Operation[], strict };
}

/** What the operations make of `current`, which stays as it is. Throws 422 where one of them fails. */
export function applyJsonPatch(current: object, { operations }: ReadJsonPatch): unknown {
  const next: Record<string, unknown> = { ...current };
  const copied = new Set<string>();
  /** The library changes in place: the top-level fields it will touch are copied first. */
  const own = (pointer: string): void => {
    const top = pointerOf(pointer).tokens[1];
    if (top === undefined || copied.has(top)) return;
    copied.add(top);
    if (Object.hasOwn(next, top)) next[top] = copyJson(next[top]);
  };
  for (const operation of operations) {
    if (!operation || !OPERATIONS.has(operation.op) || typeof operation.path !== 'string') throw unprocessable();
    own(operation.path);
    if ('from' in operation) own(operation.from);
    applyOne(next, operation);
  }
  return next;
}

function applyOne(document: Record<string, unknown>, operation: Operation): void {
  const path = positive(document, operation.path, operation.op === 'add' || operation.op === 'copy' || operation.op === 'move');
  if (operation.op === 'test' && operation.value === null && pointerOf(path).evaluate(document).value === undefined) return;
  const resolved = { ...operation, path };
  if ('from' in resolved) resolved.from = positive(document, resolved.from, false);
  if ((operation.op === 'copy' || operation.op === 'move') && beyondEnd(document, path)) throw unprocessable();
  if (operation.op !== 'test' && path === '') throw unprocessable();
  const [failure] = applyPatch(document, [resolved]);
  if (failure) throw unprocessable();
}

/** The same pointer with negative list positions counted from the end; `inserts` where it may lie one beyond it. */
function positive(document: unknown, pointer: string, inserts: boolean): string {
  const { tokens } = pointerOf(pointer);
  let node: unknown = document;
  for (let i = 1; i < tokens.length; i++) {
    const token = tokens[i] ?? '';
    if (Array.isArray(node) && /^-\d+$/.test(token)) {
      const length = node.length + (inserts && i === tokens.length - 1 ? 1 : 0);
      const index = length + Number(token);
      if (index < 0) throw unprocessable();
      tokens[i] = String(index);
    } else if (Array.isArray(node) && token !== '-' && !/^\d+$/.test(token)) {
      throw unprocessable();
    }
    node = typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[tokens[i] ?? ''] : undefined;
  }
  return new Pointer(tokens).toString();
}

function beyondEnd(document: unknown, pointer: string): boolean {
  const { parent, key } = pointerOf(pointer).evaluate(document);
  return Array.isArray(parent) && key !== '-' && Number(key) > parent.length;
}

function pointerOf(text: string): Pointer {
  try {
    return Pointer.fromJSON(text);
  } catch {
    throw unprocessable();
  }
}

function copyJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyJson);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) copy[key] = copyJson(item);
  return copy;
}
