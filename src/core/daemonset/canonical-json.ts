/** JSON as Go's encoder writes it: compact, keys sorted, HTML characters escaped. */

const ESCAPED: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};
const TO_ESCAPE = /[<>&\u2028\u2029]/g;

/** The canonical bytes, as text: kubectl compares them with its own when it rolls back (semantics of `rollout undo`). */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sortKeys(value)).replace(TO_ESCAPE, (character) => ESCAPED[character] ?? character);
}

/** A copy whose objects have their keys in sorted order; absent values are left out. */
export function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const sorted: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value).sort(byKey)) {
    if (child !== undefined) sorted[key] = sortKeys(child);
  }
  return sorted;
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
