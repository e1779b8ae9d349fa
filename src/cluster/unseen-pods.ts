/** Pods that a controller made or deleted and whose watch event has not come yet: until then it must not count pods again. */
import type { Pod } from '../core/kube/objects.ts';
import type { Instant } from '../core/kube/time.ts';
import { keyOf, type Mirror } from './mirror.ts';

/** Milliseconds after which an event counts as lost (upstream `ExpectationsTimeout`). */
const TIMEOUT = 300_000;

interface Awaited {
  readonly key: string;
  readonly uid: string;
  readonly since: Instant;
  readonly what: 'created' | 'deleted';
}

/** By UID and not by number: nobody else's events are taken for the awaited ones. */
export class UnseenPods {
  readonly #pods: Mirror<Pod>;
  readonly #awaited = new Map<string, Awaited[]>();

  constructor(pods: Mirror<Pod>) {
    this.#pods = pods;
  }

  /** Notes what the API has just confirmed. */
  add(owner: string, pod: Pod, { what, since }: Pick<Awaited, 'what' | 'since'>): void {
    const list = this.#awaited.get(owner) ?? [];
    this.#awaited.set(owner, list);
    list.push({ key: keyOf(pod), uid: pod.metadata.uid ?? '', since, what });
  }

  forget(owner: string): void {
    this.#awaited.delete(owner);
  }

  /** When the owner may count again, though events are missing; `undefined` where none is. */
  until(owner: string, now: Instant): Instant | undefined {
    const list = this.#awaited.get(owner);
    if (!list) return undefined;
    const left = list.filter((one) => one.since + TIMEOUT > now && !this.#isSeen(one));
    if (left.length > 0) this.#awaited.set(owner, left);
    else this.#awaited.delete(owner);
    return left.length > 0 ? Math.max(...left.map(({ since }) => since + TIMEOUT)) : undefined;
  }

  #isSeen({ key, uid, what }: Awaited): boolean {
    const pod = this.#pods.get(key);
    const there = pod?.metadata.uid === uid;
    return what === 'created' ? there : !there || pod?.metadata.deletionTimestamp !== undefined;
  }
}
