/** Deep equality of JSON values, quick where they share parts. */

/** Whether two JSON values are the same; the order of keys does not matter, a key holding `undefined` counts as absent. */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => jsonEqual(item, b[index]));
  }
  return !Array.isArray(b) && objectsEqual(a as Record<string, unknown>, b as Record<string, unknown>);
}

function objectsEqual(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  let present = 0;
  for (const key in a) {
    if (a[key] === undefined) continue;
    present++;
    if (!jsonEqual(a[key], b[key])) return false;
  }
  let others = 0;
  for (const key in b) if (b[key] !== undefined) others++;
  return present === others;
}
