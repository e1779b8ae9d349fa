/** Which names want to be looked at again, and when: a binary heap in which a later wish replaces the earlier one. */
import type { Instant } from '../kube/time.ts';

interface Wish {
  readonly at: Instant;
  readonly name: string;
}

/** At most one wish a name counts; replaced ones stay in the heap until they surface. */
export class WakeQueue {
  readonly #heap: Wish[] = [];
  readonly #wanted = new Map<string, Instant>();

  /** Wakes `name` at that instant instead of any earlier wish; `undefined` withdraws it. */
  set(name: string, at: Instant | undefined): void {
    if (this.#wanted.get(name) === at) return;
    if (at === undefined) {
      this.#wanted.delete(name);
      return;
    }
    this.#wanted.set(name, at);
    this.#push({ at, name });
  }

  /** The earliest wish. */
  next(): Instant | undefined {
    this.#dropStale();
    return this.#heap[0]?.at;
  }

  /** Takes out every name whose instant has come. */
  due(now: Instant): string[] {
    const found: string[] = [];
    for (;;) {
      this.#dropStale();
      const first = this.#heap[0];
      if (!first || first.at > now) return found;
      this.#wanted.delete(first.name);
      found.push(first.name);
    }
  }

  clear(): void {
    this.#heap.length = 0;
    this.#wanted.clear();
  }

  #dropStale(): void {
    for (;;) {
      const first = this.#heap[0];
      if (!first || this.#wanted.get(first.name) === first.at) return;
      this.#pop();
    }
  }

  #push(wish: Wish): void {
    const heap = this.#heap;
    let at = heap.push(wish) - 1;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      const above = heap[parent] as Wish;
      if (above.at <= wish.at) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = wish;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right && right.at < (heap[child] as Wish).at) child++;
      const below = heap[child] as Wish;
      if (below.at >= last.at) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
  }
}
