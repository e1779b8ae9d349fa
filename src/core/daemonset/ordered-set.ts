/** A set kept in a defined order: adding and removing cost about the square root of its size, taking the first few is free. */

const CHUNK = 256;

/**
 * Items are ordered by `compare`, under which no two different items may be equal. An item must be removed while it
 * still compares as it did when it was added, so items are immutable records.
 */
export class OrderedSet<T> {
  readonly #compare: (a: T, b: T) => number;
  /** Sorted, none empty; each chunk is sorted and lies wholly before the next. */
  readonly #chunks: T[][] = [];
  #size = 0;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#size;
  }

  add(item: T): void {
    const at = Math.min(this.#chunkOf(item), Math.max(0, this.#chunks.length - 1));
    const chunk = this.#chunks[at] ?? this.#begin();
    const index = this.#indexIn(chunk, item);
    const there = chunk[index];
    if (there !== undefined && this.#compare(there, item) === 0) return;
    chunk.splice(index, 0, item);
    this.#size++;
    if (chunk.length > CHUNK) this.#chunks.splice(at + 1, 0, chunk.splice(CHUNK / 2));
  }

  delete(item: T): void {
    const at = this.#chunkOf(item);
    const chunk = this.#chunks[at];
    if (!chunk) return;
    const index = this.#indexIn(chunk, item);
    const there = chunk[index];
    if (there === undefined || this.#compare(there, item) !== 0) return;
    chunk.splice(index, 1);
    this.#size--;
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#size = 0;
  }

  /** The first `count` items in order. */
  first(count: number): T[] {
    const found: T[] = [];
    for (const chunk of this.#chunks) {
      for (const item of chunk) {
        if (found.length >= count) return found;
        found.push(item);
      }
    }
    return found;
  }

  #begin(): T[] {
    const chunk: T[] = [];
    this.#chunks.push(chunk);
    return chunk;
  }

  /** The first chunk whose last item is not before `item`. */
  #chunkOf(item: T): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const chunk = this.#chunks[middle] as T[];
      if (this.#compare(chunk[chunk.length - 1] as T, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #indexIn(chunk: readonly T[], item: T): number {
    let low = 0;
    let high = chunk.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(chunk[middle] as T, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Order of texts by code unit, the same everywhere. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
