/** The watchers of a store: which of them an event concerns, each served the past first, then every commit as one batch. */
import type { Revision, StoreEvent } from '../../ports.ts';
import type { History } from './history.ts';

/** Receives the events of one commit; `revision` is the store's after it. */
export type Sink = (batch: readonly StoreEvent[], revision: Revision) => void;

interface Watcher {
  readonly prefix: string;
  /** Only events newer than this concern the watcher. */
  readonly after: Revision;
  readonly sink: Sink;
  /** False until the past has been delivered. */
  live: boolean;
  stopped: boolean;
  /** What is to be delivered next, in order. */
  batch: StoreEvent[];
}

/**
 * No event is missed or doubled between past and live: the past is taken when the watch starts, what is committed before it
 * was delivered is put behind it, and only then the watcher goes live.
 */
export class Feed {
  readonly #history: History;
  /** Watchers by prefix, so that an event costs one look-up for every `/` in its key. */
  readonly #byPrefix = new Map<string, Set<Watcher>>();
  /** Prefixes that do not end in `/`: tried one by one. */
  readonly #odd = new Set<Watcher>();

  constructor(history: History) {
    this.#history = history;
  }

  /** Throws the history's 410 at once; the past comes in a microtask, so never before the caller holds the stop function. */
  watch(prefix: string, after: Revision, sink: Sink): () => void {
    const past = this.#history.after(after).filter((event) => event.entry.key.startsWith(prefix));
    const watcher: Watcher = { prefix, after, sink, live: false, stopped: false, batch: past };
    this.#add(watcher);
    queueMicrotask(() => {
      watcher.live = true;
      const newest = watcher.batch.at(-1);
      if (newest) deliver(watcher, newest.entry.revision);
    });
    return () => this.#stop(watcher);
  }

  /** Tells every watcher of one commit, whose events are in the history already. */
  publish(events: readonly StoreEvent[], revision: Revision): void {
    const concerned: Watcher[] = [];
    for (const event of events) {
      for (const watcher of this.#watchersOf(event.entry.key)) {
        if (event.entry.revision <= watcher.after) continue;
        if (watcher.live && watcher.batch.length === 0) concerned.push(watcher);
        watcher.batch.push(event);
      }
    }
    for (const watcher of concerned) deliver(watcher, revision);
  }

  /** Ends every watch. */
  close(): void {
    for (const watchers of this.#byPrefix.values()) for (const watcher of watchers) watcher.stopped = true;
    for (const watcher of this.#odd) watcher.stopped = true;
    this.#byPrefix.clear();
    this.#odd.clear();
  }

  *#watchersOf(key: string): Generator<Watcher> {
    yield* this.#byPrefix.get('') ?? [];
    for (let slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
      yield* this.#byPrefix.get(key.slice(0, slash + 1)) ?? [];
    }
    for (const watcher of this.#odd) if (key.startsWith(watcher.prefix)) yield watcher;
  }

  #add(watcher: Watcher): void {
    if (watcher.prefix !== '' && !watcher.prefix.endsWith('/')) {
      this.#odd.add(watcher);
      return;
    }
    const watchers = this.#byPrefix.get(watcher.prefix);
    if (watchers) watchers.add(watcher);
    else this.#byPrefix.set(watcher.prefix, new Set([watcher]));
  }

  #stop(watcher: Watcher): void {
    watcher.stopped = true;
    this.#odd.delete(watcher);
    const watchers = this.#byPrefix.get(watcher.prefix);
    watchers?.delete(watcher);
    if (watchers?.size === 0) this.#byPrefix.delete(watcher.prefix);
  }
}

/** A sink that throws is a bug that must be loud, and must not cost others their events or their acknowledgement. */
function deliver(watcher: Watcher, revision: Revision): void {
  const batch = watcher.batch;
  watcher.batch = [];
  if (watcher.stopped) return;
  try {
    watcher.sink(batch, revision);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
