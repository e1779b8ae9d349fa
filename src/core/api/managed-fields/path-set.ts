/** Immutable sets of field paths as tries, with structural sharing (structured-merge-diff `fieldpath.Set`). */

/**
 * One level of a set. Keys of `children` are path elements as fieldsV1 writes them: `f:spec`, `k:{"name":"c"}`, `v:"x"`.
 * `member` says whether the path that leads here is itself in the set.
 */
export interface PathSet {
  readonly member: boolean;
  readonly children: ReadonlyMap<string, PathSet>;
}

const NO_CHILDREN: ReadonlyMap<string, PathSet> = new Map();

/** The empty set. */
export const EMPTY: PathSet = { member: false, children: NO_CHILDREN };
/** A path that ends here. */
export const LEAF: PathSet = { member: true, children: NO_CHILDREN };

/** A level with these children; the empty ones must have been left out. */
export function pathSet(member: boolean, children: ReadonlyMap<string, PathSet> | undefined): PathSet {
  if (!children || children.size === 0) return member ? LEAF : EMPTY;
  return { member, children };
}

export function isEmptySet(set: PathSet): boolean {
  return !set.member && set.children.size === 0;
}

/** The paths of both; `a` itself where `b` adds nothing. */
export function union(a: PathSet, b: PathSet): PathSet {
  if (a === b || isEmptySet(b)) return a;
  if (isEmptySet(a)) return b;
  let children: Map<string, PathSet> | undefined;
  for (const [key, theirs] of b.children) {
    const ours = a.children.get(key);
    const both = ours ? union(ours, theirs) : theirs;
    if (both === ours) continue;
    children ??= new Map(a.children);
    children.set(key, both);
  }
  if (!children && (a.member || !b.member)) return a;
  return { member: a.member || b.member, children: children ?? a.children };
}

/** The paths of `a` that are not in `b`; what lies below a path of `b` stays. `a` itself where nothing goes. */
export function difference(a: PathSet, b: PathSet): PathSet {
  return without(a, b, false);
}

/** The paths of `a` that are neither in `b` nor below one of its paths. */
export function recursiveDifference(a: PathSet, b: PathSet): PathSet {
  return without(a, b, true);
}

function without(a: PathSet, b: PathSet, recursive: boolean): PathSet {
  if (isEmptySet(b)) return a;
  if (recursive && b.member) return EMPTY;
  let children: Map<string, PathSet> | undefined;
  const shorter = a.children.size < b.children.size ? a.children : b.children;
  for (const key of shorter.keys()) {
    const ours = a.children.get(key);
    const theirs = b.children.get(key);
    if (!ours || !theirs) continue;
    const rest = without(ours, theirs, recursive);
    if (rest === ours) continue;
    children ??= new Map(a.children);
    if (isEmptySet(rest)) children.delete(key);
    else children.set(key, rest);
  }
  const member = a.member && !b.member;
  return !children && member === a.member ? a : pathSet(member, children ?? a.children);
}

/** The paths that are in both. */
export function intersection(a: PathSet, b: PathSet): PathSet {
  if (a === b) return a;
  let children: Map<string, PathSet> | undefined;
  const [small, large] = a.children.size < b.children.size ? [a, b] : [b, a];
  for (const [key, one] of small.children) {
    const other = large.children.get(key);
    const both = other ? intersection(one, other) : EMPTY;
    if (isEmptySet(both)) continue;
    children ??= new Map();
    children.set(key, both);
  }
  return pathSet(a.member && b.member, children);
}

/** Whether both hold the same paths. */
export function equalSets(a: PathSet, b: PathSet): boolean {
  if (a === b) return true;
  if (a.member !== b.member || a.children.size !== b.children.size) return false;
  for (const [key, ours] of a.children) {
    const theirs = b.children.get(key);
    if (!theirs || !equalSets(ours, theirs)) return false;
  }
  return true;
}
