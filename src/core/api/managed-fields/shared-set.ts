/** One set for many equal ones: thousands of objects of one kind are owned alike, and need not carry (or encode) a set each. */
import { type PathSet, pathSet } from './path-set.ts';

/** Levels remembered; beyond that all are forgotten, which costs sharing and nothing else. */
const LIMIT = 20_000;

let byText = new Map<string, PathSet>();
/** The numbers of the remembered levels: a parent's text names its children by them. Never given twice. */
let numbers = new WeakMap<PathSet, number>();
let next = 0;

/**
 * The set that stands for all that hold the same paths in the same order. What only one object can have (items keyed by a UID or an address) is
 * not worth remembering: such levels, and those above them, keep a set of their own over shared children.
 */
export function sharedSet(set: PathSet): PathSet {
  if (byText.size > LIMIT) {
    byText = new Map();
    numbers = new WeakMap();
  }
  return share(set);
}

function share(set: PathSet): PathSet {
  if (numbers.has(set)) return set;
  let text = set.member ? '.' : '';
  let children: Map<string, PathSet> | undefined;
  let unique = false;
  for (const [element, child] of set.children) {
    const one = share(child);
    if (one !== child) {
      children ??= new Map(set.children);
      children.set(element, one);
    }
    const number = numbers.get(one);
    unique ||= number === undefined || UNIQUE.test(element);
    text += `${JSON.stringify(element)}${number}`;
  }
  const whole = children ? pathSet(set.member, children) : set;
  if (unique) return whole;
  const known = byText.get(text);
  if (known) return known;
  byText.set(text, whole);
  numbers.set(whole, next++);
  return whole;
}

/** Items of `ownerReferences`, `podIPs` and `hostIPs`, and of sets such as `podCIDRs`. */
const UNIQUE = /^(?:k:\{"(?:uid|ip)":|v:)/;
