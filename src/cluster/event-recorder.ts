/**
 * Writes events the way upstream's recorder does, and never in anybody's way: a bounded queue, few writes in flight. Each object has its own
 * allowance (`core/kube/event-aggregation.ts`); all `Normal` events together get 50 a second after a burst of 1,000, so that starting
 * thousands of pods does not drown the API in `Pulled` and `Created`. Warnings have an allowance of the same size for themselves.
 */
import { ApiError } from '../core/api/api-error.ts';
import {
  EventCorrelator,
  type EventNote,
  type EventVerdict,
  eventObject,
  eventRepeatPatch,
} from '../core/kube/event-aggregation.ts';
import { EVENTS } from '../core/kube/resource.ts';
import type { Instant } from '../core/kube/time.ts';
import type { Clock, KubeApi, Log } from '../ports.ts';

const RECORDER_LIMITS = { perSecond: 50, burst: 1000, queue: 1000, inFlight: 8 } as const;

interface Entry {
  readonly note: EventNote;
  readonly verdict: Exclude<EventVerdict, { kind: 'drop' }>;
  readonly at: Instant;
}

export class EventRecorder {
  /** Events not written because of a bound. */
  dropped = 0;
  readonly #api: KubeApi;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #correlator = new EventCorrelator();
  readonly #tokens: Record<EventNote['type'], { left: number; at: Instant }>;
  readonly #queue: Entry[] = [];
  #inFlight = 0;
  #stopped = false;

  constructor({ api, clock, log }: { api: KubeApi; clock: Clock; log: Log }) {
    this.#api = api;
    this.#clock = clock;
    this.#log = log;
    const full = () => ({ left: RECORDER_LIMITS.burst, at: clock.now() });
    this.#tokens = { Normal: full(), Warning: full() };
  }

  record(note: EventNote): void {
    const now = this.#clock.now();
    if (this.#stopped || !this.#spend(note.type, now) || this.#queue.length >= RECORDER_LIMITS.queue) {
      this.dropped++;
      return;
    }
    const verdict = this.#correlator.correlate(note, now);
    if (verdict.kind === 'drop') {
      this.dropped++;
      return;
    }
    this.#queue.push({ note, verdict, at: now });
    this.#pump();
  }

  stop(): void {
    this.#stopped = true;
    this.#queue.length = 0;
  }

  #spend(type: EventNote['type'], now: Instant): boolean {
    const bucket = this.#tokens[type];
    bucket.left = Math.min(RECORDER_LIMITS.burst, bucket.left + ((now - bucket.at) / 1000) * RECORDER_LIMITS.perSecond);
    bucket.at = now;
    if (bucket.left < 1) return false;
    bucket.left--;
    return true;
  }

  #pump(): void {
    while (this.#inFlight < RECORDER_LIMITS.inFlight) {
      const entry = this.#queue.shift();
      if (!entry) return;
      this.#inFlight++;
      void this.#write(entry)
        .catch((error: unknown) => {
          this.dropped++;
          this.#log.debug('event not written', { reason: entry.note.reason, error: String(error) });
        })
        .finally(() => {
          this.#inFlight--;
          this.#pump();
        });
    }
  }

  async #write({ note, verdict, at }: Entry): Promise<void> {
    const object = eventObject(note, verdict, at);
    const key = { namespace: object.metadata.namespace, name: verdict.name };
    if (verdict.kind === 'repeat') {
      try {
        await this.#api.patch(EVENTS, key, { type: 'application/merge-patch+json', body: eventRepeatPatch(verdict, at) });
        return;
      } catch (error) {
        // It expired, or its creation failed: it is written whole.
        if (!(error instanceof ApiError && error.code === 404)) throw error;
      }
    }
    await this.#api.create(EVENTS, object);
  }
}
