/** The store: an ordered map in memory whose writes pass through a journal in groups before anybody sees them. */
import { ApiError } from '../../core/api/api-error.ts';
import type { KubeObject } from '../../core/kube/objects.ts';
import type { Change, Entry, Revision, Store, StoreEvent } from '../../ports.ts';
import { StoredEntry } from './entry.ts';
import { Feed, type Sink } from './feed.ts';
import { DEFAULT_WINDOW, History, type PastEvent, type Window } from './history.ts';
import type { Journal, Recovered, Row } from './journal.ts';
import { OrderedMap } from './ordered-map.ts';
import { accepted, Pending, type PendingWrite } from './pending.ts';

/** One commit: large enough that its fsync is shared by many, small enough that nobody waits long for the others' bytes. */
const COMMIT_LIMIT = { rows: 1000, bytes: 4 * 1024 * 1024 };
/** Obsolete rows removed with a commit, besides two for each row written. */
const PRUNE_BASE = 64;
/** An empty store's revision, as etcd's: `0` means something else in the API. */
export const FIRST_REVISION: Revision = 1;

type ChangeOf = (current: KubeObject | undefined, revision: Revision) => Change;

/**
 * Invariants: revisions have no gap; map, history and feed hold only what is durable; a write's result, an answer that
 * changed nothing and a refusal all wait until the state they were decided on is durable.
 */
export class JournaledStore implements Store {
  readonly #journal: Journal;
  readonly #map = new OrderedMap<StoredEntry>();
  readonly #history: History;
  readonly #feed: Feed;
  readonly #pending = new Pending();
  /** Rows nobody can ask for any more and that are still in the journal. */
  #obsolete: Revision[] = [];
  #revision: Revision;
  /** The revision of the newest accepted write. */
  #accepted: Revision;
  /** The loop that commits, while there is something to commit. */
  #committing: Promise<void> | undefined;
  #closed = false;

  constructor(journal: Journal, recovered?: Recovered, window: Window = DEFAULT_WINDOW) {
    this.#journal = journal;
    this.#revision = recovered?.compacted ?? FIRST_REVISION;
    this.#history = new History(window, this.#revision);
    this.#feed = new Feed(this.#history);
    for (const row of recovered?.rows ?? []) this.#recover(row);
    this.#accepted = this.#revision;
    this.#trim();
  }

  get revision(): Revision {
    return this.#revision;
  }

  get compacted(): Revision {
    return this.#history.compacted;
  }

  get(key: string): Entry | undefined {
    return this.#map.get(key);
  }

  list(prefix: string): Entry[] {
    return this.#map.range(prefix);
  }

  listAt(prefix: string, at: Revision): Entry[] {
    const undo = new Map<string, StoredEntry | undefined>();
    const since = this.#history.after(Math.min(at, this.#revision));
    for (let index = since.length - 1; index >= 0; index--) {
      const event = since[index]!;
      if (event.entry.key.startsWith(prefix)) undo.set(event.entry.key, event.previous);
    }
    if (undo.size === 0) return this.#map.range(prefix);
    const entries = this.#map.range(prefix).filter((entry) => !undo.has(entry.key));
    for (const old of undo.values()) if (old) entries.push(old);
    return entries.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async write(key: string, change: ChangeOf): Promise<Entry | undefined> {
    if (this.#closed) throw new ApiError(503, 'ServiceUnavailable', 'the server is shutting down');
    const ahead = this.#pending.newest(key);
    const current = ahead ? accepted(ahead) : this.#map.get(key)?.value;
    const revision = this.#accepted + 1;
    let result: Change;
    try {
      result = change(current, revision);
      if (!('keep' in result)) return await this.#accept(key, revision, result);
    } catch (error) {
      if (ahead) await ahead.done;
      throw error;
    }
    if (!ahead) return this.#map.get(key);
    const entry = await ahead.done;
    return ahead.row.removed ? undefined : entry;
  }

  watch(prefix: string, after: Revision, sink: Sink): () => void {
    return this.#feed.watch(prefix, after, sink);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#committing;
    this.#feed.close();
    await this.#journal.close();
  }

  #accept(key: string, revision: Revision, change: { put: KubeObject } | { remove: KubeObject }): Promise<Entry> {
    const removed = 'remove' in change;
    const entry = StoredEntry.of(key, revision, removed ? change.remove : change.put);
    this.#accepted = revision;
    const write = this.#pending.accept({ entry, removed });
    this.#committing ??= Promise.resolve().then(() => this.#commitAll());
    return write.done;
  }

  async #commitAll(): Promise<void> {
    while (this.#pending.waiting > 0) {
      const writes = this.#pending.take(COMMIT_LIMIT);
      const obsolete = this.#obsolete.slice(0, PRUNE_BASE + 2 * writes.length);
      try {
        await this.#journal.commit({ rows: writes.map((write) => write.row), compacted: this.compacted, obsolete });
      } catch (error) {
        this.#fail(writes, error);
        continue;
      }
      this.#obsolete = this.#obsolete.slice(obsolete.length);
      this.#publish(writes);
    }
    this.#committing = undefined;
  }

  /** Durable → reads → watchers → acknowledgement, in one turn. */
  #publish(writes: readonly PendingWrite[]): void {
    const events: StoreEvent[] = [];
    for (const write of writes) {
      this.#pending.settle(write);
      events.push(this.#apply(write.row));
    }
    this.#trim();
    this.#feed.publish(events, this.#revision);
    for (const write of writes) write.resolve(write.row.entry);
  }

  #fail(writes: readonly PendingWrite[], error: unknown): void {
    const lost = [...writes, ...this.#pending.abandon()];
    this.#accepted = this.#revision;
    for (const write of lost) write.reject(error);
  }

  #apply({ entry, removed }: Row): PastEvent {
    const previous = this.#map.get(entry.key);
    previous?.slim();
    if (removed) this.#map.delete(entry.key);
    else this.#map.set(entry.key, entry);
    this.#revision = entry.revision;
    const type = removed ? 'DELETED' : previous ? 'MODIFIED' : 'ADDED';
    const event: PastEvent = { type, entry, ...(previous ? { previous } : {}) };
    this.#history.push(event);
    return event;
  }

  #recover(row: Row): void {
    if (row.entry.revision > this.#history.compacted) {
      this.#apply(row);
      return;
    }
    const previous = this.#map.get(row.entry.key);
    if (previous) this.#obsolete.push(previous.revision);
    if (row.removed) {
      this.#obsolete.push(row.entry.revision);
      this.#map.delete(row.entry.key);
    } else this.#map.set(row.entry.key, row.entry);
  }

  #trim(): void {
    const obsolete = this.#history.trim();
    if (obsolete.length > 0) this.#obsolete = this.#obsolete.concat(obsolete);
  }
}
