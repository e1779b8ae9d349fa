/** A clock that stands still until a test moves it, and a seeded source of randomness to go with it. */
import type { Instant, Millis } from '../../src/core/kube/time.ts';
import type { Clock, Random } from '../../src/ports.ts';

interface Timer {
  at: Instant;
  order: number;
  fn: () => void;
}

/** How many turns of the event loop count as "settled": enough for a chain of awaits through a store's group commit. */
const SETTLE_TURNS = 8;

/** Lets promises, microtasks and immediates that are under way finish; no time passes on a virtual clock. */
export async function settle(turns = SETTLE_TURNS): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** `Clock` for tests: timers run only inside `advance`, in the order of their instants, then of their making. */
export class VirtualClock implements Clock {
  #now: Instant;
  #order = 0;
  #timers: Timer[] = [];

  /** Starts at 2026-01-01T00:00:00Z unless told otherwise. */
  constructor(start: Instant = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): Instant {
    return this.#now;
  }

  at(at: Instant, fn: () => void): () => void {
    const timer: Timer = { at, order: this.#order++, fn };
    this.#timers.push(timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Moves time by `ms`, running every timer that falls due on the way and letting promises settle after each instant. */
  async advance(ms: Millis): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#first(end); next; next = this.#first(end)) {
      this.#now = Math.max(this.#now, next.at);
      for (let due: Timer | undefined = next; due; due = this.#first(this.#now)) {
        this.#timers.splice(this.#timers.indexOf(due), 1);
        due.fn();
      }
      await settle();
    }
    this.#now = end;
    await settle();
  }

  /** Advances in steps of `step` until `done()` holds; throws when it does not within `limit` of virtual time. */
  async until(done: () => boolean | Promise<boolean>, limit: Millis = 600_000, step: Millis = 100): Promise<void> {
    const end = this.#now + limit;
    while (!(await done())) {
      if (this.#now >= end) throw new Error(`not reached within ${limit} ms of virtual time`);
      await this.advance(step);
    }
  }

  #first(until: Instant): Timer | undefined {
    let best: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at > until) continue;
      if (!best || timer.at < best.at || (timer.at === best.at && timer.order < best.order)) best = timer;
    }
    return best;
  }
}

/** `Random` for tests: equal seeds give equal sequences (mulberry32). */
export class SeededRandom implements Random {
  #state: number;

  constructor(seed = 1) {
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  uuid(): string {
    const hex = Array.from({ length: 32 }, () => Math.floor(this.next() * 16).toString(16)).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}
