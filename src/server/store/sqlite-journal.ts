/** The journal on SQLite as the main thread sees it: a worker that owns the file, spoken to by messages of bytes. */
import { Worker } from 'node:worker_threads';
import { commitError, DataDirectoryError, type SqliteFailure } from './faults.ts';
import type { Batch, Journal, Recovered, Row } from './journal.ts';
import { type Crate, crateOf, packInto, rowOf, unpack } from './packed-rows.ts';
import type { Answer, Request } from './sqlite-worker.ts';

/** A thread does not take over the compile cache of its process: without it the worker's modules take 130 ms more to load. */
const START = `require('node:module').enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
import(${JSON.stringify(new URL('./sqlite-worker.ts', import.meta.url).href)});`;

const EMPTY_CRATE: Crate = crateOf(0);
/** A larger crate is not kept: the batch that needed it was unusual. */
const KEPT_CRATE = 8 * 1024 * 1024;

/**
 * Why a worker: measured with `bench/store.ts` (2 cores, fsync 0.5 ms, objects of 4 KiB), a commit on the main thread against this:
 * 250 writes in flight: 16,200 against 20,000 writes/s, the event loop busy for 1.23 s against 0.47 s of 20,000 writes,
 * stalled for 24 ms against 10 ms (p99); one write at a time: 0.21 ms against 0.33 ms. On a disk with a slower fsync
 * the main thread would stall for all of it.
 */
export class SqliteJournal implements Journal {
  readonly #path: string;
  readonly #worker: Worker;
  /** What the next batch is packed into; the worker has it during a commit. */
  #crate: Crate = EMPTY_CRATE;
  /** Who waits for the worker's next answer. */
  #waiting: PromiseWithResolvers<Answer> | undefined;
  /** Set once the worker is gone. */
  #ended: Error | undefined;
  /** Who wants to hear that it is gone, besides who waits for an answer. */
  #onEnd: ((error: Error) => void) | undefined;

  private constructor(path: string) {
    this.#path = path;
    this.#worker = new Worker(START, { eval: true, workerData: path });
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(new Error('the thread that writes it has ended')));
  }

  /** Opens the database at `path` and reads it out; throws `DataDirectoryError`. */
  static async open(path: string): Promise<{ journal: SqliteJournal; recovered: Recovered }> {
    const journal = new SqliteJournal(path);
    const recovered = await journal.#readOut();
    return { journal, recovered };
  }

  async commit(batch: Batch): Promise<void> {
    const rows = packInto(this.#crate, batch.rows);
    this.#crate = EMPTY_CRATE;
    const { crate } = await this.#ask({ do: 'commit', rows, compacted: batch.compacted, obsolete: batch.obsolete }, [
      rows.bytes.buffer,
    ]);
    if (crate && crate.byteLength <= KEPT_CRATE) this.#crate = crateOf(crate);
  }

  /** Makes the file as good as full after `pages` more pages, or lifts that limit: for tests. */
  async limitPages(pages: number | undefined): Promise<void> {
    await this.#ask({ do: 'limit', pages });
  }

  /** Folds the write-ahead log into the file and gives the lock back. */
  async close(): Promise<void> {
    if (this.#ended) return;
    await this.#ask({ do: 'close' });
    await this.#worker.terminate();
  }

  async #ask(request: Request, hand: ArrayBuffer[] = []): Promise<Extract<Answer, { is: 'done' }>> {
    const waiting = Promise.withResolvers<Answer>();
    if (this.#ended) throw commitError({ code: 0, message: this.#ended.message }, this.#path);
    this.#waiting = waiting;
    this.#worker.postMessage(request, hand);
    const answer = await waiting.promise;
    if (answer.is !== 'done') throw commitError(failureIn(answer), this.#path);
    return answer;
  }

  #settle(by: (waiting: PromiseWithResolvers<Answer>) => void): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) by(waiting);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    this.#onEnd?.(error);
    const failure = commitError({ code: 0, message: error.message }, this.#path);
    this.#settle((waiting) => waiting.reject(failure));
  }

  /** Collects the worker's rows up to its `ready`; after that its answers go to whoever asked. */
  #readOut(): Promise<Recovered> {
    const { promise, resolve, reject } = Promise.withResolvers<Recovered>();
    const rows: Row[] = [];
    const path = this.#path;
    this.#onEnd = (error) => reject(new DataDirectoryError('unreadable', path, ` (${error.message})`));
    this.#worker.on('message', (answer: Answer) => {
      if (answer.is === 'rows') for (const row of unpack(answer.rows)) rows.push(rowOf(row));
      else if (answer.is === 'ready') resolve({ rows, compacted: answer.compacted });
      else if (answer.is === 'fault') reject(new DataDirectoryError(answer.fault, path, answer.detail));
      else this.#settle((waiting) => waiting.resolve(answer));
    });
    return promise;
  }
}

function failureIn(answer: Exclude<Answer, { is: 'done' }>): SqliteFailure {
  return answer.is === 'failed' ? answer.failure : { code: 0, message: `unexpected answer ${answer.is}` };
}
