/** The causes of a 422, in the words of upstream's `util/validation/field`, and the `ApiError` they end up in. */
import { ApiError, type Cause } from '../api-error.ts';
import type { Path } from './path.ts';
import { printValue } from './print-value.ts';

/** A path, or its written form where there is no parent to hang it on. */
export type At = Path | string;

/** A value that breaks a rule. */
export function invalidValue(at: At, value: unknown, detail: string): Cause {
  return withValue('FieldValueInvalid', 'Invalid value', { at, value, detail });
}

/** A missing or empty value. */
export function required(at: At, detail = ''): Cause {
  return cause('FieldValueRequired', at, `Required value${tail(detail)}`);
}

/** A value that would be fine elsewhere. */
export function forbiddenValue(at: At, detail: string): Cause {
  return cause('FieldValueForbidden', at, `Forbidden${tail(detail)}`);
}

/** A value outside an enumeration; the supported ones are shown in the order given. */
export function notSupported(at: At, value: unknown, supported: readonly string[]): Cause {
  const shown = supported.map((one) => JSON.stringify(one)).join(', ');
  const detail = supported.length === 0 ? '' : `supported values: ${shown}`;
  return withValue('FieldValueNotSupported', 'Unsupported value', { at, value, detail });
}

/** A value that must be unique. */
export function duplicate(at: At, value: unknown, detail = ''): Cause {
  return withValue('FieldValueDuplicate', 'Duplicate value', { at, value, detail });
}

/** A reference to something that is not there. */
export function notFoundValue(at: At, value: unknown, detail = ''): Cause {
  return withValue('FieldValueNotFound', 'Not found', { at, value, detail });
}

/** A value above `max` bytes; it is not shown. */
export function tooLong(at: At, max: number): Cause {
  return cause('FieldValueTooLong', at, `Too long: may not be more than ${max} bytes`);
}

/** A list of `actual` items where only `max` are allowed. */
export function tooMany(at: At, actual: number, max: number): Cause {
  return cause('FieldValueTooMany', at, `Too many: ${actual}: must have at most ${max} items`);
}

/** Appends one invalid-value cause for each of `problems`. */
export function pushProblems(out: Cause[], at: Path, check: { value: unknown; problems: readonly string[] }): void {
  for (const problem of check.problems) out.push(invalidValue(at, check.value, problem));
}

/**
 * The 422 for an object: equal causes are named once in the message, all of them in the details
 * (upstream `errors.NewInvalid`). `name` may be empty.
 */
export function invalid(kind: { group: string; kind: string }, name: string, causes: readonly Cause[]): ApiError {
  const texts = [...new Set(causes.map((one) => `${one.field}: ${one.message}`))];
  const summary = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const qualified = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  return new ApiError(422, 'Invalid', `${qualified} "${name}" is invalid: ${summary}`, {
    ...(name === '' ? {} : { name }),
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.kind,
    causes: [...causes],
  });
}

function withValue(reason: string, words: string, shown: { at: At; value: unknown; detail: string }): Cause {
  return cause(reason, shown.at, `${words}: ${printValue(shown.value)}${tail(shown.detail)}`);
}

function cause(reason: string, at: At, message: string): Cause {
  return { reason, message, field: String(at) };
}

function tail(detail: string): string {
  return detail === '' ? '' : `: ${detail}`;
}
