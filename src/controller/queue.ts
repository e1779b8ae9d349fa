/** The keyed work queue: one run in flight a key, bursts coalesced, failures retried with back-off, wake-ups in one heap. */
import type { Instant, Millis } from '../core/kube/time.ts';
import type { Clock } from '../ports.ts';
import { WakeHeap } from './wake-heap.ts';

/** client-go's `DefaultTypedItemBasedRateLimiter`: 5 ms doubling to 1000 s, per key. */
const FIRST_RETRY: Millis = 5;
const LONGEST_RETRY: Millis = 1_000_000;

export interface QueueOptions {
  clock: Clock;
  /** Keys worked on at once. */
  workers: number;
  /** Works on a key; resolves with the instant it must be worked on again whatever happens. A rejection is a failure. */
  work(key: string): Promise<Instant | undefined>;
  /** Hears of each failure and the wait before the next try. */
  failed(key: string, error: unknown, wait: Millis): void;
}

/**
 * What is added while its key is in flight runs once more afterwards. Adding takes effect in the next turn of the event loop, so
 * that everything one turn brings (a batch of a watch) makes one run. An addition does not wait for a failed key's back-off.
 */
export class WorkQueue {
  readonly #options: QueueOptions;
  readonly #waiting = new Set<string>();
  readonly #running = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #wakes = new WakeHeap();
  #pumping = false;
  #stopped = false;
  #armed: Instant | undefined;
  #disarm = (): void => {};

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Keys that wait to be worked on, without those in flight. */
  get depth(): number {
    return this.#waiting.size;
  }

  /** Keys in flight. */
  get running(): number {
    return this.#running.size;
  }

  add(key: string): void {
    if (this.#stopped) return;
    this.#waiting.add(key);
    this.#schedule();
  }

  /** Takes nothing on any more; what is in flight finishes. */
  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
    this.#disarm();
  }

  #schedule(): void {
    if (this.#pumping || this.#stopped) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    for (const key of this.#waiting) {
      if (this.#stopped || this.#running.size >= this.#options.workers) return;
      if (this.#running.has(key)) continue;
      this.#waiting.delete(key);
      this.#run(key);
    }
  }

  #run(key: string): void {
    this.#running.add(key);
    this.#wake(key, undefined);
    this.#options.work(key).then(
      (wakeAt) => {
        this.#failures.delete(key);
        this.#done(key, wakeAt);
      },
      (error) => {
        const failures = this.#failures.get(key) ?? 0;
        this.#failures.set(key, failures + 1);
        const wait = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** Math.min(failures, 30));
        this.#options.failed(key, error, wait);
        this.#done(key, this.#options.clock.now() + wait);
      },
    );
  }

  #done(key: string, wakeAt: Instant | undefined): void {
    this.#running.delete(key);
    if (this.#stopped) return;
    this.#wake(key, wakeAt);
    if (this.#waiting.size > 0) this.#schedule();
  }

  #wake(key: string, at: Instant | undefined): void {
    this.#wakes.set(key, at);
    this.#arm();
  }

  /** One timer, for the earliest wake-up. */
  #arm(): void {
    const next = this.#wakes.next();
    if (next === this.#armed) return;
    this.#disarm();
    this.#armed = next;
    if (next === undefined) return;
    this.#disarm = this.#options.clock.at(next, () => {
      this.#armed = undefined;
      for (const due of this.#wakes.due(this.#options.clock.now())) this.add(due);
      this.#arm();
    });
  }
}
