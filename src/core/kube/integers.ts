/** Integers written in texts, read as Go reads them. */

const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;
const SIGNED = /^[+-]?[0-9]+$/;
const CANONICAL = /^(0|-?[1-9][0-9]*)$/;

/** The 64-bit integer that Go's `strconv.ParseInt(text, 10, 64)` reads, `undefined` where it fails. */
export function parseInt64(text: string): bigint | undefined {
  if (!SIGNED.test(text)) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return value < MIN || value > MAX ? undefined : value;
}

/** The same for the canonical decimal form only (no plus sign, no leading zeros), as taint values need it. */
export function parseCanonicalInt64(text: string): bigint | undefined {
  return CANONICAL.test(text) ? parseInt64(text) : undefined;
}
