/** What ConfigMaps and Secrets share: the limit of their contents, and the words for frozen ones. */

/** All values of one object together, decoded (upstream `MaxSecretSize`). */
export const MAX_DATA_BYTES = 1048576;

/** Why contents may not change. */
export const WHEN_IMMUTABLE = 'field is immutable when `immutable` is set';

/** Keys in a fixed order, so that refusals are stable. */
export function sortedKeys(map: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(map).sort();
}
