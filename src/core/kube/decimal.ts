/** Exact decimals: whole numbers times a power of ten. */

export interface Scaled {
  readonly value: bigint;
  readonly scale: number;
}

/** `value / 10^places`, rounded away from zero. */
export function roundAway(value: bigint, places: number): bigint {
  const magnitude = value < 0n ? -value : value;
  if (places > magnitude.toString().length) return value === 0n ? 0n : value < 0n ? -1n : 1n;
  const divisor = 10n ** BigInt(places);
  const up = (magnitude + divisor - 1n) / divisor;
  return value < 0n ? -up : up;
}

/** The whole number that gives the same amount at `scale`; `undefined` where there is none. */
export function rescale(amount: Scaled, scale: number): bigint | undefined {
  const places = amount.scale - scale;
  if (places >= 0) return amount.value * 10n ** BigInt(places);
  const divisor = 10n ** BigInt(-places);
  return amount.value % divisor === 0n ? amount.value / divisor : undefined;
}

/** Negative, zero or positive as `a` is less than, equal to or more than `b`. Cheap for any exponent. */
export function compareScaled(a: Scaled, b: Scaled): number {
  const left = Math.sign(Number(a.value));
  const right = Math.sign(Number(b.value));
  if (left !== right || left === 0) return left - right;
  const order = digits(a.value) + a.scale - (digits(b.value) + b.scale);
  if (order !== 0) return order > 0 ? left : -left;
  const scale = Math.min(a.scale, b.scale);
  const x = a.value * 10n ** BigInt(a.scale - scale);
  const y = b.value * 10n ** BigInt(b.scale - scale);
  return x < y ? -1 : x > y ? 1 : 0;
}

function digits(value: bigint): number {
  return (value < 0n ? -value : value).toString().length;
}
