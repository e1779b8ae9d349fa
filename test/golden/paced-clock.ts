/** A real clock that can be made to run faster, for what a cluster does only after a minute. */
import type { Instant } from '../../src/core/kube/time.ts';
import type { Clock } from '../../src/ports.ts';

interface Alarm {
  readonly at: Instant;
  readonly fn: () => void;
  timer: NodeJS.Timeout;
}

export class PacedClock implements Clock {
  readonly #alarms = new Set<Alarm>();
  #rate = 1;
  /** The wall time and the time of this clock when the rate last changed. */
  #since = { wall: Date.now(), own: Date.now() };

  now(): Instant {
    return Math.floor(this.#since.own + (Date.now() - this.#since.wall) * this.#rate);
  }

  at(at: Instant, fn: () => void): () => void {
    const alarm: Alarm = { at, fn, timer: this.#arm(() => this.#ring(alarm), at) };
    this.#alarms.add(alarm);
    return () => {
      clearTimeout(alarm.timer);
      this.#alarms.delete(alarm);
    };
  }

  /** From now on this clock runs `rate` times as fast as the wall's. */
  run(rate: number): void {
    this.#since = { wall: Date.now(), own: this.now() };
    this.#rate = rate;
    for (const alarm of this.#alarms) {
      clearTimeout(alarm.timer);
      alarm.timer = this.#arm(() => this.#ring(alarm), alarm.at);
    }
  }

  #ring(alarm: Alarm): void {
    this.#alarms.delete(alarm);
    alarm.fn();
  }

  #arm(ring: () => void, at: Instant): NodeJS.Timeout {
    return setTimeout(ring, Math.min(2 ** 31 - 1, Math.max(0, Math.ceil((at - this.now()) / this.#rate))));
  }
}
