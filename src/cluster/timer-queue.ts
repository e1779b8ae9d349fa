/** One timer for any number of due times: a binary heap of keys over a `Clock`. */
import type { Instant } from '../core/kube/time.ts';
import type { Clock } from '../ports.ts';

interface Slot<K> {
  at: Instant;
  key: K;
}

/** Calls `due(key)` at or soon after the last instant set for the key. A key has one due time; setting it again moves it. */
export class TimerQueue<K> {
  readonly #clock: Clock;
  readonly #due: (key: K) => void;
  readonly #wanted = new Map<K, Instant>();
  readonly #heap: Slot<K>[] = [];
  #cancel: (() => void) | undefined;
  #armed: Instant | undefined;
  #stopped = false;

  constructor(clock: Clock, due: (key: K) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  /** Keys that wait. */
  get size(): number {
    return this.#wanted.size;
  }

  set(key: K, at: Instant | undefined): void {
    if (at === undefined) {
      this.#wanted.delete(key);
      return;
    }
    if (this.#wanted.get(key) === at) return;
    this.#wanted.set(key, at);
    push(this.#heap, { at, key });
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#wanted.clear();
    this.#heap.length = 0;
  }

  #arm(): void {
    const first = this.#heap[0];
    if (!first || this.#stopped || (this.#armed !== undefined && this.#armed <= first.at)) return;
    this.#cancel?.();
    this.#armed = first.at;
    this.#cancel = this.#clock.at(first.at, () => this.#fire());
  }

  #fire(): void {
    this.#armed = undefined;
    this.#cancel = undefined;
    const now = this.#clock.now();
    for (let first = this.#heap[0]; first && first.at <= now; first = this.#heap[0]) {
      pop(this.#heap);
      // An entry that was moved or dropped since is stale.
      if (this.#wanted.get(first.key) !== first.at) continue;
      this.#wanted.delete(first.key);
      this.#due(first.key);
      if (this.#stopped) return;
    }
    this.#arm();
  }
}

function push<K>(heap: Slot<K>[], slot: Slot<K>): void {
  let index = heap.push(slot) - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent] as Slot<K>;
    if (above.at <= slot.at) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = slot;
}

function pop<K>(heap: Slot<K>[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && (heap[child + 1] as Slot<K>).at < (heap[child] as Slot<K>).at) child++;
    if ((heap[child] as Slot<K>).at >= last.at) break;
    heap[index] = heap[child] as Slot<K>;
    index = child;
  }
  heap[index] = last;
}
