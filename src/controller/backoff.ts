/** Waits that grow with each failure and are spread by chance. */
import type { Instant, Millis } from '../core/kube/time.ts';

export interface BackoffRule {
  readonly first: Millis;
  readonly cap: Millis;
  /** Each wait is stretched by up to this share of itself, so that many who failed together do not come back together. */
  readonly jitter: number;
  /** After this long without a failure the next wait is the first again. */
  readonly reset: Millis;
}

/** client-go's reflector: 0.8 s doubling to 30 s, forgotten after two good minutes. */
export const WATCH_BACKOFF: BackoffRule = { first: 800, cap: 30_000, jitter: 1, reset: 120_000 };

export class Backoff {
  readonly #rule: BackoffRule;
  #failures = 0;
  #last: Instant = Number.NEGATIVE_INFINITY;

  constructor(rule: BackoffRule) {
    this.#rule = rule;
  }

  /** How long to wait after a failure at `now`; `luck` is uniform in [0, 1). */
  next(now: Instant, luck: number): Millis {
    const { first, cap, jitter, reset } = this.#rule;
    if (now - this.#last > reset) this.#failures = 0;
    this.#last = now;
    return Math.min(cap, first * 2 ** Math.min(this.#failures++, 30)) * (1 + jitter * luck);
  }
}
