/** Request bodies: a JSON text or a parsed value becomes an object of the wanted kind, or the refusal upstream's decoder gives. */
import type { KubeObject } from '../../kube/objects.ts';
import { apiVersionOf } from '../../kube/resource.ts';
import { ApiError } from '../api-error.ts';
import { decodeTyped } from './decode.ts';
import { DecodeError, jsonKind } from './decode-context.ts';
import type { ParsedJson } from './json.ts';
import { parseJson } from './json.ts';
import { JsonSyntaxError } from './json-syntax.ts';
import { convertsTo, isRegistered } from './registered-kinds.ts';

/** The kind a body must be of; every `Kind` is one. */
export interface DecodeTarget {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** OpenAPI name of the definition. */
  readonly schema: string;
  /** Older API versions of the same form that are taken as well. */
  readonly formerly?: readonly string[];
}

/** The query parameter `fieldValidation`; absent means `Warn`. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export interface DecodedBody {
  /** Private: may be mutated. */
  readonly object: KubeObject;
  /** What `Warn` has to say, without the `299 - ` frame. */
  readonly warnings: readonly string[];
}

/**
 * Decodes a JSON body. Missing `apiVersion` and `kind` take the target's. Throws 400 with upstream's message for malformed
 * JSON, another kind or version, a wrong type, and, where `mode` is `Strict`, for unknown and repeated fields.
 */
export function decodeBody(text: string, target: DecodeTarget, mode: FieldValidation): DecodedBody {
  let parsed: ParsedJson;
  try {
    parsed = parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw unrecognized(target, `json parse error: ${error.message}`, text);
    throw error;
  }
  return decodeParsed(parsed, target, { mode, text });
}

/** The same for a value that was parsed elsewhere (YAML); `earlier` are strict errors found on the way, `text` the body as sent. */
export function decodeValue(
  value: unknown,
  target: DecodeTarget,
  options: { mode: FieldValidation; earlier?: readonly string[]; text?: string },
): DecodedBody {
  return decodeParsed({ value }, target, options);
}

/** 400 for a body whose kind cannot be told; `why` follows `couldn't get version/kind; ` and is e.g. `json parse error: …`. */
export function unrecognized(target: DecodeTarget, why: string, text: string): ApiError {
  const message = `the object provided is unrecognized (must be of type ${target.kind}): couldn't get version/kind; ${why} (${summary(text)})`;
  return new ApiError(400, 'BadRequest', message);
}

function decodeParsed(
  { value, repeats }: ParsedJson,
  target: DecodeTarget,
  { mode, earlier = [], text }: { mode: FieldValidation; earlier?: readonly string[]; text?: string },
): DecodedBody {
  const { apiVersion, kind } = versionAndKind(value, target, text);
  checkKind(apiVersion, kind, target);
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  const refuse = (why: string): ApiError =>
    new ApiError(
      400,
      'BadRequest',
      `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${target.kind}: ${why}`,
    );
  try {
    const { object, strict } = decodeTyped(value, target.schema, { strict: mode !== 'Ignore', repeats });
    const errors = [...earlier, ...strict];
    if (mode === 'Strict' && errors.length > 0) throw refuse(`strict decoding error: ${errors.join(', ')}`);
    object.kind = kind;
    object.apiVersion = apiVersion;
    return { object, warnings: mode === 'Warn' ? errors : [] };
  } catch (error) {
    if (error instanceof DecodeError) throw refuse(error.message);
    throw error;
  }
}

/** What the body says it is, the target's where it says nothing (upstream `gvkWithDefaults`). */
function versionAndKind(value: unknown, target: DecodeTarget, text: string | undefined): { apiVersion: string; kind: string } {
  const wanted = apiVersionOf(target);
  const refuse = (what: unknown, into: string): ApiError => {
    const why = `json parse error: json: cannot unmarshal ${jsonKind(what)} into Go ${into}`;
    return unrecognized(target, why, text ?? JSON.stringify(value) ?? '');
  };
  if (value === null || value === undefined) return { apiVersion: wanted, kind: target.kind };
  if (typeof value !== 'object' || Array.isArray(value)) {
    const struct = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`;
    throw refuse(value, `value of type ${struct}`);
  }
  const given = value as Record<string, unknown>;
  for (const key of Object.keys(given)) {
    const found = given[key];
    if ((key !== 'kind' && key !== 'apiVersion') || found === null || typeof found === 'string') continue;
    throw refuse(found, `struct field .${key} of type string`);
  }
  return {
    apiVersion: (given.apiVersion as string | null | undefined) || wanted,
    kind: (given.kind as string | null | undefined) || target.kind,
  };
}

function checkKind(apiVersion: string, kind: string, target: DecodeTarget): void {
  const wanted = apiVersionOf(target);
  if (kind === target.kind && (apiVersion === wanted || target.formerly?.includes(apiVersion))) return;
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const version = apiVersion.slice(slash + 1);
  const refuse = (why: string): ApiError =>
    new ApiError(
      400,
      'BadRequest',
      `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${target.kind}: ${why}`,
    );
  if (!isRegistered(group, version, kind) || !convertsTo({ group, kind }, target)) {
    throw refuse(conversionRefusal(apiVersion, kind, target));
  }
  throw new ApiError(
    400,
    'BadRequest',
    `the API version in the data (${apiVersion}) does not match the expected API version (${wanted})`,
  );
}

/** Why an object that says it is `kind` cannot become one of the target's: the scheme does not know it, or cannot convert it. */
export function conversionRefusal(apiVersion: string, kind: string, target: DecodeTarget): string {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const version = apiVersion.slice(slash + 1);
  if (!isRegistered(group, version, kind)) {
    return `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`;
  }
  return `converting (${version}.${kind}) to (${internalPackage(target.group)}.${target.kind}): unknown conversion`;
}

/** The Go package of a group's internal types: `core`, `apps`, `rbac`, … */
function internalPackage(group: string): string {
  if (group === '' || group === 'events.k8s.io') return 'core';
  return group.split('.')[0] ?? group;
}

/** The beginning of a body as upstream prints it: JSON objects as text, anything else in hex. */
function summary(text: string): string {
  if (text === '') return '<empty>';
  const bytes = utf8(text, 31);
  const shown = text.startsWith('{')
    ? decodeURIComponent(
        bytes
          .slice(0, 30)
          .map((byte) => `%${byte}`)
          .join('')
          .replace(/(?:%[89a-f].)+$/, (tail) => wholeRunes(tail)),
      )
    : bytes.slice(0, 30).join('');
  return bytes.length > 30 ? `${shown} ...` : shown;
}

/** The first `limit` bytes of a text in UTF-8, each as two hex digits. */
function utf8(text: string, limit: number): string[] {
  const out: string[] = [];
  for (const char of text.slice(0, limit)) {
    const escaped = encodeURIComponent(/[\ud800-\udfff]/.test(char) && char.length === 1 ? '\ufffd' : char);
    if (escaped.startsWith('%')) out.push(...escaped.toLowerCase().slice(1).split('%'));
    else out.push(char.charCodeAt(0).toString(16).padStart(2, '0'));
  }
  return out.slice(0, limit);
}

/** Percent-encoded bytes that may end inside a character: the incomplete tail is dropped. */
function wholeRunes(encoded: string): string {
  for (let end = encoded.length; end > 0; end -= 3) {
    try {
      decodeURIComponent(encoded.slice(0, end));
      return encoded.slice(0, end);
    } catch {
      // One byte less.
    }
  }
  return '';
}
