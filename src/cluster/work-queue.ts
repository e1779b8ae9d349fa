/** Keyed work: a key is worked on by one at a time, again if it came up meanwhile, and with growing delay after failures. */
import { ApiError } from '../core/api/api-error.ts';
import type { Millis } from '../core/kube/time.ts';
import type { Clock, Log } from '../ports.ts';
import { TimerQueue } from './timer-queue.ts';

export interface WorkQueueOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Keys in work at once. */
  readonly workers: number;
  /** First delay after a failure (doubles to `maxDelay`). */
  readonly delay?: Millis;
  readonly maxDelay?: Millis;
  /** Does one key's work; a number asks to be called again after that many milliseconds. */
  work(key: string): Promise<Millis | undefined>;
}

/** The queue. A failure is logged and tried again; nothing is dropped. */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #waiting = new Set<string>();
  readonly #busy = new Map<string, boolean>();
  readonly #failures = new Map<string, number>();
  readonly #later: TimerQueue<string>;
  #stopped = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#later = new TimerQueue(options.clock, (key) => this.add(key));
  }

  add(key: string): void {
    if (this.#stopped) return;
    if (this.#busy.has(key)) this.#busy.set(key, true);
    else {
      this.#waiting.add(key);
      this.#pump();
    }
  }

  /** Nothing waits and nothing is in work (delayed keys aside). */
  get idle(): boolean {
    return this.#waiting.size === 0 && this.#busy.size === 0;
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
    this.#later.stop();
  }

  #pump(): void {
    for (const key of this.#waiting) {
      if (this.#busy.size >= this.#options.workers) return;
      this.#waiting.delete(key);
      this.#busy.set(key, false);
      void this.#run(key);
    }
  }

  async #run(key: string): Promise<void> {
    const { clock, log, work, delay = 50, maxDelay = 30_000 } = this.#options;
    try {
      const again = await work(key);
      this.#failures.delete(key);
      if (again !== undefined) this.#later.set(key, clock.now() + again);
    } catch (error) {
      const failures = this.#failures.get(key) ?? 0;
      this.#failures.set(key, failures + 1);
      if (!this.#stopped) {
        // That somebody else wrote first is the ordinary course of things.
        const say = error instanceof ApiError && error.reason === 'Conflict' ? log.debug : log.warn;
        say.call(log, 'will try again', { key, error: error instanceof Error ? error.message : String(error) });
        this.#later.set(key, clock.now() + Math.min(maxDelay, delay * 2 ** failures));
      }
    }
    const again = this.#busy.get(key);
    this.#busy.delete(key);
    if (this.#stopped) return;
    if (again) this.#waiting.add(key);
    this.#pump();
  }
}
