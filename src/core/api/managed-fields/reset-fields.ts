/** The paths an endpoint never owns, as sets. */
import type { PathSet } from './path-set.ts';
import { EMPTY, LEAF, union } from './path-set.ts';

const sets = new WeakMap<readonly string[], PathSet>();

/** The set of such paths: `f:status`, `f:metadata.f:ownerReferences`. */
export function resetSet(paths: readonly string[]): PathSet {
  const known = sets.get(paths);
  if (known) return known;
  const set = paths.map(pathOf).reduce(union, EMPTY);
  sets.set(paths, set);
  return set;
}

function pathOf(path: string): PathSet {
  const elements = path.split(/[./](?=f:)/);
  return elements.reduceRight<PathSet>((inner, element) => ({ member: false, children: new Map([[element, inner]]) }), LEAF);
}
