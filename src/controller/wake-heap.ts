/** The one heap of everything that is to happen later: at most one instant a key, the earliest on top. */
import type { Instant } from '../core/kube/time.ts';

interface Entry {
  readonly key: string;
  readonly at: Instant;
}

/** Setting a key again replaces its instant; superseded entries stay in the heap until they surface. */
export class WakeHeap {
  readonly #current = new Map<string, Instant>();
  #heap: Entry[] = [];

  get size(): number {
    return this.#current.size;
  }

  /** `undefined` takes the key out. */
  set(key: string, at: Instant | undefined): void {
    if (this.#current.get(key) === at) return;
    if (at === undefined) {
      this.#current.delete(key);
      return;
    }
    this.#current.set(key, at);
    this.#heap.push({ key, at });
    this.#rise(this.#heap.length - 1);
    if (this.#heap.length > 64 && this.#heap.length > 4 * this.#current.size) this.#rebuild();
  }

  /** When the first key is due. */
  next(): Instant | undefined {
    for (let top = this.#heap[0]; top; top = this.#heap[0]) {
      if (this.#current.get(top.key) === top.at) return top.at;
      this.#pop();
    }
    return undefined;
  }

  /** Takes out all keys due at `now`, earliest first. */
  due(now: Instant): string[] {
    const keys: string[] = [];
    for (let at = this.next(); at !== undefined && at <= now; at = this.next()) {
      const { key } = this.#heap[0]!;
      this.#pop();
      this.#current.delete(key);
      keys.push(key);
    }
    return keys;
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (!last || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rebuild(): void {
    this.#heap = [...this.#current].map(([key, at]) => ({ key, at })).sort((a, b) => a.at - b.at);
  }

  #rise(from: number): void {
    for (let child = from; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (this.#heap[parent]!.at <= this.#heap[child]!.at) return;
      this.#swap(parent, child);
      child = parent;
    }
  }

  #sink(from: number): void {
    for (let parent = from; ; ) {
      let least = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < this.#heap.length && this.#heap[child]!.at < this.#heap[least]!.at) least = child;
      }
      if (least === parent) return;
      this.#swap(least, parent);
      parent = least;
    }
  }

  #swap(a: number, b: number): void {
    const held = this.#heap[a]!;
    this.#heap[a] = this.#heap[b]!;
    this.#heap[b] = held;
  }
}
