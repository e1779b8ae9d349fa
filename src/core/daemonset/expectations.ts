/** What was asked of the API and is not seen yet, by node and by pod UID, never as a counter. */
import type { Instant, Millis } from '../kube/time.ts';

/** How long an unseen effect is believed (upstream's expectation lifetime). */
const LIFETIME: Millis = 5 * 60_000;

export interface Expired {
  readonly nodes: readonly string[];
  readonly deletes: readonly string[];
  readonly unconfirmed: readonly string[];
}

const NONE: Expired = { nodes: [], deletes: [], unconfirmed: [] };

/** All deadlines lie one lifetime after their asking, so each map is ordered by deadline. */
export class Expectations {
  readonly #creates = new Map<string, Instant>();
  readonly #deletes = new Map<string, Instant>();
  readonly #unconfirmed = new Map<string, Instant>();
  readonly #gone = new Set<string>();
  #answersDue = 0;

  /** How many creates and deletes are not seen yet. */
  get outstanding(): number {
    return this.#creates.size + this.#deletes.size;
  }

  create(node: string, now: Instant): void {
    this.#creates.delete(node);
    this.#creates.set(node, now + LIFETIME);
    this.#answersDue++;
  }

  createSeen(node: string): void {
    this.#creates.delete(node);
  }

  /** The API has answered a create. When none is due any more, the names of the dead are forgotten. */
  answered(): void {
    this.#answersDue = Math.max(0, this.#answersDue - 1);
    if (this.#answersDue === 0) this.#gone.clear();
  }

  delete(uid: string, now: Instant): void {
    this.#deletes.delete(uid);
    this.#deletes.set(uid, now + LIFETIME);
  }

  deleteSeen(uid: string): void {
    this.#deletes.delete(uid);
  }

  /** A pod is known from the answer to its create only. */
  unconfirmed(uid: string, now: Instant): void {
    this.#unconfirmed.set(uid, now + LIFETIME);
  }

  confirmed(uid: string): void {
    this.#unconfirmed.delete(uid);
  }

  /** The watch showed the end of a pod. While creates are unanswered it is remembered, so that a late answer cannot revive it. */
  podGone(uid: string): void {
    this.#deletes.delete(uid);
    this.#unconfirmed.delete(uid);
    if (this.#answersDue > 0) this.#gone.add(uid);
  }

  isGone(uid: string): boolean {
    return this.#gone.has(uid);
  }

  /** Takes out what has not come in time. */
  expire(now: Instant): Expired {
    const next = this.next();
    if (next === undefined || next > now) return NONE;
    return {
      nodes: take(this.#creates, now),
      deletes: take(this.#deletes, now),
      unconfirmed: take(this.#unconfirmed, now),
    };
  }

  /** The earliest deadline. */
  next(): Instant | undefined {
    let least: Instant | undefined;
    for (const map of [this.#creates, this.#deletes, this.#unconfirmed]) {
      const first = map.values().next();
      if (!first.done && (least === undefined || first.value < least)) least = first.value;
    }
    return least;
  }
}

function take(map: Map<string, Instant>, now: Instant): string[] {
  const found: string[] = [];
  for (const [name, at] of map) {
    if (at > now) break;
    found.push(name);
    map.delete(name);
  }
  return found;
}
