/** Decoding of single values: type checks with Go's messages, and the canonical forms Go writes back. */
import { formatQuantity, parseQuantity, QuantityError } from '../../kube/quantity.ts';
import type { DecodeContext } from './decode-context.ts';
import { DecodeError } from './decode-context.ts';
import { canonicalMicroTime, canonicalTime, TimeError } from './go-time.ts';
import type { ScalarKind } from './schema.ts';

/** Decodes a value that is not `null`. */
export type ScalarDecoder = (value: unknown, context: DecodeContext, goType: string) => unknown;

const MAX_INT32 = 2 ** 31 - 1;
const MAX_INT64 = 2 ** 63;
/** Texts seen as quantities, with their canonical form: manifests repeat a few dozen of them for ever. */
const QUANTITIES = new Map<string, string>();
const QUANTITY_MEMORY = 10_000;

function integer(value: unknown, context: DecodeContext, goType: string, max: number): number {
  if (typeof value !== 'number') return context.mismatch(value, goType);
  if (!Number.isInteger(value) || value > max || value < -max - 1) return context.mismatch(value, goType, ` ${value}`);
  return value;
}

function quantity(value: unknown): string {
  // Go hands the raw JSON of anything else to the parser, which cannot read it.
  const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '{';
  const known = QUANTITIES.get(text);
  if (known !== undefined) return known;
  try {
    const canonical = formatQuantity(parseQuantity(text));
    if (QUANTITIES.size >= QUANTITY_MEMORY) QUANTITIES.clear();
    QUANTITIES.set(text, canonical);
    return canonical;
  } catch (error) {
    if (error instanceof QuantityError) throw new DecodeError(error.message);
    throw error;
  }
}

function time(value: unknown, context: DecodeContext, parse: (text: string) => string): string | null {
  if (typeof value !== 'string') return context.mismatch(value, 'string');
  try {
    const canonical = parse(value);
    return canonical.startsWith('0001-01-01T00:00:00') ? null : canonical;
  } catch (error) {
    if (error instanceof TimeError) throw new DecodeError(error.message);
    throw error;
  }
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Base64 as Go's standard decoder takes it: line breaks are skipped. */
function bytes(value: unknown, context: DecodeContext, goType: string): string {
  if (typeof value !== 'string') return context.mismatch(value, goType);
  const text = value.replace(/[\r\n]/g, '');
  if (!BASE64.test(text)) throw new DecodeError(`illegal base64 data at input byte ${corruptByte(text)}`);
  return text;
}

function corruptByte(text: string): number {
  const bad = text.search(/[^A-Za-z0-9+/]/);
  if (bad < 0) return text.length - (text.length % 4);
  const inQuantum = bad % 4;
  if (text[bad] !== '=' || inQuantum < 2) return bad;
  const padding = text.slice(bad).match(/^=+/)?.[0].length ?? 0;
  const wanted = 4 - inQuantum;
  return padding < wanted ? bad + padding : bad + wanted;
}

/** One decoder a scalar kind. */
export const SCALAR_DECODERS: Readonly<Record<ScalarKind, ScalarDecoder>> = {
  string: (value, context, goType) => (typeof value === 'string' ? value : context.mismatch(value, goType)),
  boolean: (value, context, goType) => (typeof value === 'boolean' ? value : context.mismatch(value, goType)),
  int32: (value, context, goType) => integer(value, context, goType, MAX_INT32),
  int64: (value, context, goType) => integer(value, context, goType, MAX_INT64),
  double: (value, context, goType) => (typeof value === 'number' ? value : context.mismatch(value, goType)),
  'int-or-string': (value, context) => (typeof value === 'string' ? value : integer(value, context, 'int32', MAX_INT32)),
  quantity: (value) => quantity(value),
  time: (value, context) => time(value, context, canonicalTime),
  microtime: (value, context) => time(value, context, canonicalMicroTime),
  bytes,
  any: (value) => value,
};

/** What Go writes for an unset value without `omitempty`. */
export const SCALAR_ZEROS: Readonly<Record<ScalarKind, unknown>> = {
  string: '',
  boolean: false,
  int32: 0,
  int64: 0,
  double: 0,
  'int-or-string': 0,
  quantity: '0',
  time: null,
  microtime: null,
  bytes: '',
  any: null,
};
