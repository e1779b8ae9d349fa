/** Writes that were accepted and are not durable yet: what the next change of their key builds on, lost together if a commit fails. */
import type { KubeObject } from '../../core/kube/objects.ts';
import type { Entry } from '../../ports.ts';
import type { Row } from './journal.ts';

/** An accepted write and the promise that waits for it. */
export interface PendingWrite {
  readonly row: Row;
  readonly done: Promise<Entry>;
  resolve(entry: Entry): void;
  reject(error: unknown): void;
}

/** Accepted writes in the order of their revisions. */
export class Pending {
  /** The newest accepted write of each key. */
  readonly #newest = new Map<string, PendingWrite>();
  #queue: PendingWrite[] = [];
  #head = 0;

  get waiting(): number {
    return this.#queue.length - this.#head;
  }

  newest(key: string): PendingWrite | undefined {
    return this.#newest.get(key);
  }

  accept(row: Row): PendingWrite {
    const { promise, resolve, reject } = Promise.withResolvers<Entry>();
    const write = { row, done: promise, resolve, reject };
    this.#newest.set(row.entry.key, write);
    this.#queue.push(write);
    return write;
  }

  /** Takes the next writes for one commit: at most `rows` of them and not much over `bytes`, at least one. */
  take(limit: { rows: number; bytes: number }): PendingWrite[] {
    const from = this.#head;
    let bytes = 0;
    while (this.#head < this.#queue.length && this.#head - from < limit.rows && bytes < limit.bytes) {
      bytes += this.#queue[this.#head]!.row.entry.size;
      this.#head++;
    }
    const taken = this.#queue.slice(from, this.#head);
    if (this.#head === this.#queue.length) {
      this.#queue = [];
      this.#head = 0;
    }
    return taken;
  }

  /** Forgets a write that is durable now, unless a newer one of its key waits. */
  settle(write: PendingWrite): void {
    if (this.#newest.get(write.row.entry.key) === write) this.#newest.delete(write.row.entry.key);
  }

  /** Gives up every write that waits, and the overlay with them: what was built on a lost write is lost too. */
  abandon(): PendingWrite[] {
    const lost = this.#queue.slice(this.#head);
    this.#queue = [];
    this.#head = 0;
    this.#newest.clear();
    return lost;
  }
}

/** The value that the next change of a key sees. */
export function accepted(write: PendingWrite): KubeObject | undefined {
  return write.row.removed ? undefined : write.row.entry.value;
}
