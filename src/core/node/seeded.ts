/** Chance without a dice: numbers that depend on a text alone, so that equal seeds give equal runs whatever the order of events. */

/** A 32-bit hash of a text (FNV-1a, then a final mix so that near texts give far numbers). */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A number in [0, 1) that belongs to the text. */
export function fraction(text: string): number {
  return hash32(text) / 4294967296;
}

/** `length` hex digits that belong to the text: container ids, image digests, machine ids. */
export function hexDigits(text: string, length: number): string {
  let digits = '';
  for (let part = 0; digits.length < length; part++) digits += hash32(`${part}:${text}`).toString(16).padStart(8, '0');
  return digits.slice(0, length);
}

/** A UUID-shaped text that belongs to the text: machine and boot ids, the UIDs of static pods. */
export function uuidOf(text: string): string {
  const hex = hexDigits(text, 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
