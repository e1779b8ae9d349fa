/**
 * Which pod is tried next: the highest priority first, then whoever waits longest. A pod that fits nowhere waits for an event that may
 * help it and for its back-off (upstream `scheduling_queue.go`). Time comes as an argument.
 */
import { OrderedSet } from '../daemonset/ordered-set.ts';
import type { Instant } from '../kube/time.ts';
import type { ClusterEvent } from './cluster-event.ts';
import type { PodInfo } from './pod-info.ts';
import type { FilterName } from './rejection.ts';
import { WaitingRoom } from './waiting-room.ts';

/** Milliseconds: the back-off doubles from `first` to `last`; who waits `longest` is tried again whatever happened. */
const QUEUE_TIMES = { first: 1000, last: 10_000, longest: 300_000 } as const;

interface Ticket {
  readonly uid: string;
  readonly priority: number;
  /** When it was queued, or last failed. */
  readonly since: Instant;
  /** When its back-off ends. */
  readonly ready: Instant;
  readonly order: number;
}

interface Known {
  info: PodInfo;
  attempts: number;
  ticket: Ticket;
}

const byTurn = (a: Ticket, b: Ticket) => b.priority - a.priority || a.since - b.since || a.order - b.order;
const byReady = (a: Ticket, b: Ticket) => a.ready - b.ready || a.order - b.order;

export class SchedulingQueue {
  readonly #known = new Map<string, Known>();
  readonly #active = new OrderedSet<Ticket>(byTurn);
  readonly #backingOff = new OrderedSet<Ticket>(byReady);
  readonly #waiting = new WaitingRoom();
  #order = 0;

  /** The pod as it was last heard of, in whatever part of the queue or in work. */
  info(uid: string): PodInfo | undefined {
    return this.#known.get(uid)?.info;
  }

  /** Pods that fit nowhere for now. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** A pod that is new, or a newer state of one that is known; `changed` says that it may fit where it did not before. */
  put(info: PodInfo, now: Instant, changed = false): void {
    const known = this.#known.get(info.uid);
    if (!known) {
      const ticket = this.#ticket(info, now, now);
      this.#known.set(info.uid, { info, attempts: 0, ticket });
      this.#active.add(ticket);
      return;
    }
    known.info = info;
    if (changed && this.#waiting.remove(info.uid)) this.#requeue(known, now);
  }

  /** Forgets a pod. */
  remove(uid: string): void {
    const known = this.#known.get(uid);
    if (!known) return;
    this.#active.delete(known.ticket);
    this.#backingOff.delete(known.ticket);
    this.#waiting.remove(uid);
    this.#known.delete(uid);
  }

  /** Takes the next pod to try; it is in work until `failed`, `retry` or `remove` says what became of it. */
  pop(now: Instant): PodInfo | undefined {
    this.#flush(now);
    const [ticket] = this.#active.first(1);
    const known = ticket && this.#known.get(ticket.uid);
    if (!known) return undefined;
    this.#active.delete(ticket);
    known.attempts++;
    return known.info;
  }

  /** The pod fits nowhere: it waits for what may change that. */
  failed(uid: string, refusers: ReadonlySet<FilterName>, now: Instant): void {
    const known = this.#known.get(uid);
    if (!known) return;
    known.ticket = this.#ticket(known.info, now, now + backOff(known.attempts));
    this.#waiting.add(known.info, refusers, now);
  }

  /** The pod would have fitted, but something else failed: it is tried again after its back-off. */
  retry(uid: string, now: Instant): void {
    const known = this.#known.get(uid);
    if (!known) return;
    this.#waiting.remove(uid);
    this.#active.delete(known.ticket);
    this.#backingOff.delete(known.ticket);
    known.ticket = this.#ticket(known.info, now, now + backOff(known.attempts));
    this.#requeue(known, now);
  }

  /** Lets those try again whom the event may help. */
  wake(event: ClusterEvent, now: Instant): void {
    if (this.#waiting.size === 0) return;
    for (const uid of this.#waiting.helped(event)) this.#leaveWaiting(uid, now);
  }

  /** When there is something to `pop` again if nothing happens; `undefined` where nothing is queued. */
  nextDue(now: Instant): Instant | undefined {
    if (this.#active.size > 0) return now;
    const [backingOff] = this.#backingOff.first(1);
    const oldest = this.#waiting.oldest;
    const due = [...(backingOff ? [backingOff.ready] : []), ...(oldest === undefined ? [] : [oldest + QUEUE_TIMES.longest])];
    return due.length > 0 ? Math.max(now, Math.min(...due)) : undefined;
  }

  #flush(now: Instant): void {
    for (let [first] = this.#backingOff.first(1); first && first.ready <= now; [first] = this.#backingOff.first(1)) {
      this.#backingOff.delete(first);
      this.#active.add(first);
    }
    for (const uid of this.#waiting.older(now - QUEUE_TIMES.longest + 1)) this.#leaveWaiting(uid, now);
  }

  #leaveWaiting(uid: string, now: Instant): void {
    const known = this.#known.get(uid);
    if (known && this.#waiting.remove(uid)) this.#requeue(known, now);
  }

  #requeue({ ticket }: Known, now: Instant): void {
    if (ticket.ready > now) this.#backingOff.add(ticket);
    else this.#active.add(ticket);
  }

  #ticket({ uid, priority }: PodInfo, since: Instant, ready: Instant): Ticket {
    return { uid, priority, since, ready, order: this.#order++ };
  }
}

function backOff(attempts: number): number {
  return Math.min(QUEUE_TIMES.last, QUEUE_TIMES.first * 2 ** (attempts - 1));
}
