/** Pods that fit nowhere, found by the events that may help them: those that name their nodes cost other nodes' events nothing. */
import type { Instant } from '../kube/time.ts';
import { type ClusterEvent, mayHelp, SOCIAL } from './cluster-event.ts';
import { namedNodes } from './filters/node-affinity.ts';
import type { PodInfo } from './pod-info.ts';
import type { FilterName } from './rejection.ts';

interface Waiting {
  readonly uid: string;
  readonly refusers: ReadonlySet<FilterName>;
  readonly since: Instant;
  readonly named: ReadonlySet<string> | undefined;
}

export class WaitingRoom {
  /** In the order of coming, hence of `since`. */
  readonly #all = new Map<string, Waiting>();
  readonly #byName = new Map<string, Set<Waiting>>();
  /** Those that name no node. */
  readonly #free = new Set<Waiting>();
  /** Those that other pods keep out. */
  readonly #social = new Set<Waiting>();

  get size(): number {
    return this.#all.size;
  }

  add(info: PodInfo, refusers: ReadonlySet<FilterName>, since: Instant): void {
    this.remove(info.uid);
    const waiting = { uid: info.uid, refusers, since, named: namedNodes(info.pod) };
    this.#all.set(info.uid, waiting);
    if (!waiting.named) this.#free.add(waiting);
    for (const name of waiting.named ?? []) {
      const there = this.#byName.get(name);
      if (there) there.add(waiting);
      else this.#byName.set(name, new Set([waiting]));
    }
    if (SOCIAL.some((filter) => refusers.has(filter))) this.#social.add(waiting);
  }

  /** Whether it was there. */
  remove(uid: string): boolean {
    const waiting = this.#all.get(uid);
    if (!waiting) return false;
    this.#all.delete(uid);
    this.#free.delete(waiting);
    this.#social.delete(waiting);
    for (const name of waiting.named ?? []) {
      const there = this.#byName.get(name);
      there?.delete(waiting);
      if (there?.size === 0) this.#byName.delete(name);
    }
    return true;
  }

  /** The UIDs of those whom the event may help. */
  helped(event: ClusterEvent): string[] {
    const uids = new Set<string>();
    for (const waiting of this.#concerned(event)) if (mayHelp(event, waiting.refusers)) uids.add(waiting.uid);
    return [...uids];
  }

  /** The UIDs of those who came before `before`. */
  older(before: Instant): string[] {
    const uids: string[] = [];
    for (const { uid, since } of this.#all.values()) {
      if (since >= before) break;
      uids.push(uid);
    }
    return uids;
  }

  /** When the one that has been here longest came. */
  get oldest(): Instant | undefined {
    const first = this.#all.values().next();
    return first.done ? undefined : first.value.since;
  }

  *#concerned(event: ClusterEvent): Iterable<Waiting> {
    if ('node' in event) {
      yield* this.#byName.get(event.node) ?? [];
      yield* this.#free;
    }
    if (!('node' in event) || event.kind === 'pod-gone') yield* this.#social;
  }
}
