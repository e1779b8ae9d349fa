/** The journal on SQLite as the main thread sees it: a worker that owns the file, spoken to by messages of bytes. */
import { Worker } from 'node:worker_threads';
import { commitError, DataDirectoryError } from './faults.ts';
import type { Batch, Journal, Recovered, Row } from './journal.ts';
import { pack, rawRow, rowOf, unpack } from './packed-rows.ts';
import type { Answer, Request } from './sqlite-worker.ts';

/**
 * Why a worker: FIGURES
 */
export class SqliteJournal implements Journal {
  readonly #path: string;
  readonly #worker: Worker;
  /** Who waits for the worker's next answer. */
  #waiting: PromiseWithResolvers<Answer> | undefined;
  /** Set once the worker is gone. */
  #ended: Error | undefined;

  private constructor(path: string, worker: Worker) {
    this.#path = path;
    this.#worker = worker;
    worker.on('message', (answer: Answer) => this.#settle((waiting) => waiting.resolve(answer)));
    worker.on('error', (error) => this.#end(error));
    worker.on('exit', () => this.#end(new Error('the thread that writes it has ended')));
  }

  /** Opens the database at `path` and reads it out; throws `DataDirectoryError`. */
  static async open(path: string): Promise<{ journal: SqliteJournal; recovered: Recovered }> {
    const worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), { workerData: path });
    const recovered = await readOut(worker, path);
    worker.removeAllListeners();
    return { journal: new SqliteJournal(path, worker), recovered };
  }

  async commit(batch: Batch): Promise<void> {
    const rows = pack(batch.rows.map(rawRow));
    await this.#ask({ do: 'commit', rows, compacted: batch.compacted, obsolete: batch.obsolete }, [rows.bytes.buffer]);
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

  async #ask(request: Request, hand: ArrayBuffer[] = []): Promise<void> {
    const waiting = Promise.withResolvers<Answer>();
    if (this.#ended) throw commitError({ code: 0, message: this.#ended.message }, this.#path);
    this.#waiting = waiting;
    this.#worker.postMessage(request, hand);
    const answer = await waiting.promise;
    if (answer.is === 'failed') throw commitError(answer.failure, this.#path);
  }

  #settle(by: (waiting: PromiseWithResolvers<Answer>) => void): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) by(waiting);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    const failure = commitError({ code: 0, message: error.message }, this.#path);
    this.#settle((waiting) => waiting.reject(failure));
  }
}

/** Collects the worker's rows up to its `ready`; throws `DataDirectoryError` for its `fault`. */
function readOut(worker: Worker, path: string): Promise<Recovered> {
  const { promise, resolve, reject } = Promise.withResolvers<Recovered>();
  const rows: Row[] = [];
  const refuse = (error: Error) => reject(new DataDirectoryError('unreadable', path, ` (${error.message})`));
  worker.on('error', refuse);
  worker.on('exit', () => refuse(new Error('the thread that reads it has ended')));
  worker.on('message', (answer: Answer) => {
    if (answer.is === 'rows') for (const row of unpack(answer.rows)) rows.push(rowOf(row));
    else if (answer.is === 'ready') resolve({ rows, compacted: answer.compacted });
    else if (answer.is === 'fault') reject(new DataDirectoryError(answer.fault, path, answer.detail));
  });
  return promise;
}
