/** `resource.Quantity`: exact amounts with SI, binary and exponent suffixes, in upstream's canonical form. */
import { compareScaled, rescale, roundAway } from './decimal.ts';

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/** The amount `value × 10^scale`, and the family of suffixes it is written with. */
export interface Quantity {
  readonly value: bigint;
  readonly scale: number;
  readonly format: QuantityFormat;
}

/** Thrown for a text that is no quantity; the message is upstream's. */
export class QuantityError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'QuantityError';
  }
}

const WRONG_FORM = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const WRONG_SUFFIX = "unable to parse quantity's suffix";
const WRONG_NUMBER = 'unable to parse numeric part of quantity';

const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const DECIMAL_NAMES = new Map(Object.entries(DECIMAL).map(([name, exponent]) => [exponent, name]));
const BINARY_NAMES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

const FORM = /^([+-]?)0*([0-9]*)(?:(\.)([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const NANO = -9;
const MAX = 2n ** 63n - 1n;
/** Digits that upstream's 64-bit fast path takes; larger and finer amounts are rounded and capped. */
const FAST_DIGITS = 18;

export const ZERO_QUANTITY: Quantity = { value: 0n, scale: 0, format: 'DecimalSI' };

/** Reads a quantity; numbers are what YAML makes of `cpu: 1`. Throws `QuantityError`. */
export function parseQuantity(text: string | number): Quantity {
  const written = typeof text === 'number' ? String(text) : text;
  const parts = written === '' ? null : FORM.exec(written);
  if (!parts) throw new QuantityError(WRONG_FORM);
  const [, sign, whole = '', , fraction = '', suffix = ''] = parts;
  const unit = readSuffix(suffix);
  if (!unit) throw new QuantityError(WRONG_SUFFIX);
  const digits = whole.length === 0 ? 1 : whole.length;
  const magnitude = BigInt(whole + fraction === '' ? '0' : whole + fraction);
  const value = sign === '-' ? -magnitude : magnitude;
  const scale = unit.format === 'BinarySI' ? -fraction.length : unit.exponent - fraction.length;
  const shifted = unit.format === 'BinarySI' ? value << BigInt(unit.exponent) : value;
  if (fitsFastPath(unit, digits, fraction.length) && scale >= NANO) return { value: shifted, scale, format: unit.format };
  // Upstream hands the digits to a decimal parser here, which wants at least one.
  if (whole === '' && fraction === '' && !/[0-9]/.test(written.slice(0, written.length - suffix.length))) {
    throw new QuantityError(WRONG_NUMBER);
  }
  return bounded({ value: shifted, scale, format: unit.format });
}

/** The same, `undefined` where the text is none. */
export function tryQuantity(text: string | number): Quantity | undefined {
  try {
    return parseQuantity(text);
  } catch (error) {
    if (error instanceof QuantityError) return undefined;
    throw error;
  }
}

interface Unit {
  readonly exponent: number;
  readonly format: QuantityFormat;
}

function readSuffix(suffix: string): Unit | undefined {
  const decimal = Object.hasOwn(DECIMAL, suffix) ? DECIMAL[suffix] : undefined;
  if (decimal !== undefined) return { exponent: decimal, format: 'DecimalSI' };
  const binary = Object.hasOwn(BINARY, suffix) ? BINARY[suffix] : undefined;
  if (binary !== undefined) return { exponent: binary, format: 'BinarySI' };
  if (!/^[eE][+-]?[0-9]+$/.test(suffix)) return undefined;
  const exponent = Number(suffix.slice(1));
  return Math.abs(exponent) > 2 ** 31 - 1 ? undefined : { exponent, format: 'DecimalExponent' };
}

function fitsFastPath({ exponent, format }: Unit, digits: number, fraction: number): boolean {
  if (format !== 'BinarySI') return digits + fraction <= FAST_DIGITS;
  return fraction === 0 && 15 - digits - Math.trunc((exponent * 3) / 10) - 1 >= 0;
}

/** Rounds away from zero to nano, caps at 2^63-1, as upstream does outside its fast path. */
function bounded(quantity: Quantity): Quantity {
  const { value, format } = quantity;
  const rounded = quantity.scale < NANO ? { value: roundAway(value, NANO - quantity.scale), scale: NANO } : quantity;
  const magnitude = { value: value < 0n ? -rounded.value : rounded.value, scale: rounded.scale };
  if (compareScaled(magnitude, { value: MAX, scale: 0 }) > 0) return { value: value < 0n ? -MAX : MAX, scale: 0, format };
  const small = format === 'BinarySI' && magnitude.value > 0n && compareScaled(magnitude, { value: 1n, scale: 0 }) < 0;
  return { value: rounded.value, scale: rounded.scale, format: small ? 'DecimalSI' : format };
}

/** The canonical text: no fraction, the largest fitting suffix of the quantity's family (upstream `CanonicalizeBytes`). */
export function formatQuantity(quantity: Quantity): string {
  if (quantity.value === 0n) return '0';
  if (quantity.format === 'BinarySI') {
    const text = formatBinary(quantity);
    if (text !== undefined) return text;
  }
  let { value, scale } = quantity;
  for (; value % 10n === 0n; scale++) value /= 10n;
  const excess = ((scale % 3) + 3) % 3;
  value *= 10n ** BigInt(excess);
  scale -= excess;
  if (quantity.format === 'DecimalExponent') return scale === 0 ? `${value}` : `${value}e${scale}`;
  return `${value}${DECIMAL_NAMES.get(scale) ?? ''}`;
}

/** `undefined` where the amount is no whole number or lies within ±1024: such are written with decimal suffixes. */
function formatBinary({ value, scale }: Quantity): string | undefined {
  let whole = rescale({ value, scale }, 0);
  if (whole === undefined || (whole > -1024n && whole < 1024n)) return undefined;
  let power = 0;
  for (; whole % 1024n === 0n; power++) whole /= 1024n;
  return `${whole}${BINARY_NAMES[power] ?? ''}`;
}

/** The sum, in the family of `a` (of `b` where `a` is zero). */
export function addQuantity(a: Quantity, b: Quantity): Quantity {
  const scale = Math.min(a.scale, b.scale);
  const format = a.value === 0n ? b.format : a.format;
  return { value: lowered(a, scale) + lowered(b, scale), scale, format };
}

/** The difference, in the family of `a` (of `b` where `a` is zero). */
export function subtractQuantity(a: Quantity, b: Quantity): Quantity {
  return addQuantity(a, { ...b, value: -b.value });
}

/** Negative, zero or positive as `a` is less than, equal to or more than `b`. */
export function compareQuantity(a: Quantity, b: Quantity): number {
  return compareScaled(a, b);
}

/** The amount in whole or thousandth units, rounded away from zero (upstream `Value()` and `MilliValue()`). */
export function quantityToNumber(quantity: Quantity, unit: 'whole' | 'milli'): number {
  const scale = unit === 'milli' ? -3 : 0;
  if (quantity.scale < scale) return Number(roundAway(quantity.value, scale - quantity.scale));
  return Number(quantity.value) * 10 ** (quantity.scale - scale);
}

function lowered({ value, scale }: Quantity, to: number): bigint {
  return value === 0n ? 0n : value * 10n ** BigInt(Math.min(scale - to, 4096));
}
