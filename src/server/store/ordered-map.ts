/** A map in key order with prefix ranges: leaves of a few hundred keys, found by bisection, split when they grow. */

/** Keys a leaf may hold; an insert moves at most so many slots. */
const LEAF = 512;

interface Leaf<V> {
  readonly keys: string[];
  readonly values: V[];
}

/** Keys are compared by UTF-16 unit, which for the ASCII names of the API is byte order, as in etcd. */
export class OrderedMap<V> {
  #leaves: Leaf<V>[] = [];
  readonly #byKey = new Map<string, V>();

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): V | undefined {
    return this.#byKey.get(key);
  }

  /** O(log n), and one move of at most a leaf. */
  set(key: string, value: V): void {
    const known = this.#byKey.has(key);
    this.#byKey.set(key, value);
    if (this.#leaves.length === 0) {
      this.#leaves.push({ keys: [key], values: [value] });
      return;
    }
    const index = this.#leafOf(key);
    const leaf = this.#leaves[index]!;
    const at = lowerBound(leaf.keys, key);
    if (known) {
      leaf.values[at] = value;
      return;
    }
    leaf.keys.splice(at, 0, key);
    leaf.values.splice(at, 0, value);
    if (leaf.keys.length > LEAF) this.#split(index);
  }

  delete(key: string): boolean {
    if (!this.#byKey.delete(key)) return false;
    const index = this.#leafOf(key);
    const leaf = this.#leaves[index]!;
    const at = lowerBound(leaf.keys, key);
    leaf.keys.splice(at, 1);
    leaf.values.splice(at, 1);
    if (leaf.keys.length === 0) this.#leaves.splice(index, 1);
    return true;
  }

  /** The values whose key starts with `prefix`, in key order; costs what it returns and O(log n). */
  range(prefix: string): V[] {
    const out: V[] = [];
    if (this.#leaves.length === 0) return out;
    const end = successor(prefix);
    for (let index = this.#leafOf(prefix); index < this.#leaves.length; index++) {
      const { keys, values } = this.#leaves[index]!;
      const from = keys[0]! >= prefix ? 0 : lowerBound(keys, prefix);
      const whole = end === undefined || keys[keys.length - 1]! < end;
      const to = whole ? keys.length : lowerBound(keys, end);
      for (let at = from; at < to; at++) out.push(values[at]!);
      if (!whole) break;
    }
    return out;
  }

  /** The last leaf whose first key is not above `key`, or the first leaf. */
  #leafOf(key: string): number {
    let low = 0;
    let high = this.#leaves.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#leaves[middle]!.keys[0]! <= key) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Cuts a leaf that grew too long in half. */
  #split(index: number): void {
    const leaf = this.#leaves[index]!;
    const cut = LEAF >>> 1;
    this.#leaves.splice(index + 1, 0, { keys: leaf.keys.splice(cut), values: leaf.values.splice(cut) });
  }
}

/** The first position whose key is not below `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The least text above every text that starts with `prefix`; none for the empty prefix. */
function successor(prefix: string): string | undefined {
  const last = prefix.length - 1;
  return last < 0 ? undefined : prefix.slice(0, last) + String.fromCharCode(prefix.charCodeAt(last) + 1);
}
