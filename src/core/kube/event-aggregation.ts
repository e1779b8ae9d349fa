/**
 * What becomes of an event before it is written: dropped, created, counted up, or folded into one line for many alike.
 * Upstream `client-go/tools/record/events_cache.go`: 25 events at once per source and object, then one each 5 minutes;
 * from the tenth different message of one reason within 10 minutes on, they share one event; equal events are counted.
 */
import type { KubeObject } from './objects.ts';
import { formatTime, type Instant, type Millis } from './time.ts';

/** What an event is about (`involvedObject`). */
interface EventSubject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  /** `spec.containers{agent}` for events about one container. */
  readonly fieldPath?: string | undefined;
}

/** What a component wants recorded. */
export interface EventNote {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly subject: EventSubject;
  /** `source.component`, e.g. `kubelet`. */
  readonly component: string;
  /** `source.host`. */
  readonly host?: string | undefined;
}

/** What to write: nothing, a new event, or the newer count of the event `name`. */
export type EventVerdict =
  | { readonly kind: 'drop' }
  | { readonly kind: 'create'; readonly name: string; readonly message: string }
  | { readonly kind: 'repeat'; readonly name: string; readonly message: string; readonly count: number; readonly first: Instant };

/** Upstream's figures. */
const EVENT_LIMITS = {
  burst: 25,
  refill: 300_000 as Millis,
  similar: 10,
  window: 600_000 as Millis,
  remembered: 4096,
} as const;

interface Bucket {
  tokens: number;
  at: Instant;
}

interface Similar {
  messages: Set<string>;
  last: Instant;
}

interface Recorded {
  name: string;
  count: number;
  first: Instant;
}

/** The memory of one recorder; of each kind of entry the 4096 used last are kept. */
export class EventCorrelator {
  readonly #buckets = new Map<string, Bucket>();
  readonly #similar = new Map<string, Similar>();
  readonly #recorded = new Map<string, Recorded>();
  #sequence = 0;

  /** Decides on one note. Equal notes at equal instants give equal verdicts. */
  correlate(note: EventNote, now: Instant): EventVerdict {
    const source = sourceKey(note);
    if (!this.#spend(source, now)) return { kind: 'drop' };
    const alike = `${source}|${note.type}|${note.reason}`;
    const combined = this.#isMany(alike, note.message, now);
    const message = combined ? `(combined from similar events): ${note.message}` : note.message;
    const key = combined ? alike : `${alike}|${note.message}`;
    const known = this.#recorded.get(key);
    if (known) {
      known.count++;
      touch(this.#recorded, key, known);
      return { kind: 'repeat', name: known.name, message, count: known.count, first: known.first };
    }
    const name = eventName(note, now, this.#sequence++);
    touch(this.#recorded, key, { name, count: 1, first: now });
    return { kind: 'create', name, message };
  }

  #spend(source: string, now: Instant): boolean {
    const bucket = this.#buckets.get(source) ?? { tokens: EVENT_LIMITS.burst, at: now };
    bucket.tokens = Math.min(EVENT_LIMITS.burst, bucket.tokens + (now - bucket.at) / EVENT_LIMITS.refill);
    bucket.at = now;
    const allowed = bucket.tokens >= 1;
    if (allowed) bucket.tokens--;
    touch(this.#buckets, source, bucket);
    return allowed;
  }

  #isMany(alike: string, message: string, now: Instant): boolean {
    let entry = this.#similar.get(alike);
    if (!entry || now - entry.last > EVENT_LIMITS.window) entry = { messages: new Set(), last: now };
    entry.last = now;
    if (entry.messages.size < EVENT_LIMITS.similar) entry.messages.add(message);
    touch(this.#similar, alike, entry);
    return entry.messages.size >= EVENT_LIMITS.similar;
  }
}

/** The v1 `Event` for a verdict of kind `create` or `repeat`. Events about cluster-scoped objects live in `default`. */
export function eventObject(note: EventNote, verdict: Exclude<EventVerdict, { kind: 'drop' }>, now: Instant): KubeObject {
  const { subject } = note;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: verdict.name, namespace: subject.namespace ?? 'default' },
    involvedObject: Object.fromEntries(Object.entries(subject).filter(([, value]) => value !== undefined)),
    reason: note.reason,
    message: verdict.message,
    source: { component: note.component, ...(note.host ? { host: note.host } : {}) },
    firstTimestamp: formatTime(verdict.kind === 'repeat' ? verdict.first : now),
    lastTimestamp: formatTime(now),
    count: verdict.kind === 'repeat' ? verdict.count : 1,
    type: note.type,
    eventTime: null,
    reportingComponent: note.component,
    reportingInstance: note.host ?? '',
  };
}

/** The merge patch that counts a known event up. */
export function eventRepeatPatch(verdict: Extract<EventVerdict, { kind: 'repeat' }>, now: Instant): Record<string, unknown> {
  return { count: verdict.count, lastTimestamp: formatTime(now), message: verdict.message };
}

function sourceKey(note: EventNote): string {
  const { subject } = note;
  return [
    note.component,
    note.host ?? '',
    subject.kind,
    subject.namespace ?? '',
    subject.name,
    subject.uid ?? '',
    subject.apiVersion,
    subject.fieldPath ?? '',
  ].join('|');
}

/** How many components, and events of one of them, are told apart within a millisecond. */
const SLOTS = 1000;

/**
 * Upstream names events `<object>.<hex of nanoseconds>`. Component and sequence stand in for the nanoseconds a millisecond clock lacks:
 * recorders that start together would otherwise give one name to two events about an object.
 */
function eventName({ subject, component }: EventNote, now: Instant, sequence: number): string {
  let slot = 0;
  for (let i = 0; i < component.length; i++) slot = (slot * 31 + component.charCodeAt(i)) % SLOTS;
  return `${subject.name}.${(BigInt(Math.floor(now)) * 1_000_000n + BigInt(slot * SLOTS + (sequence % SLOTS))).toString(16)}`;
}

/** Puts an entry at the young end of the map and lets the oldest go beyond the bound. */
function touch<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= EVENT_LIMITS.remembered) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
