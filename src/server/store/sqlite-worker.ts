/** The thread that owns the database file: reads it out once, then commits batch after batch while the main thread goes on. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Revision } from '../../ports.ts';
import { DataDirectoryError, failureOf, type SqliteFailure, type StoreFault } from './faults.ts';
import { type PackedRows, pack, type RawRow, unpack } from './packed-rows.ts';
import { SqliteFile } from './sqlite-file.ts';

/** What the main thread asks; commits come one at a time. */
export type Request =
  | { do: 'commit'; rows: PackedRows; compacted: Revision; obsolete: readonly Revision[] }
  | { do: 'limit'; pages: number | undefined }
  | { do: 'close' };

/** What the worker says: first the rows and `ready` (or `fault`), then an answer to every request. */
export type Answer =
  | { is: 'rows'; rows: PackedRows }
  | { is: 'ready'; compacted: Revision }
  | { is: 'fault'; fault: StoreFault; detail: string }
  | { is: 'done'; crate?: ArrayBuffer }
  | { is: 'failed'; failure: SqliteFailure };

/** Bytes of one message of rows: an object in use keeps at most so much of its neighbours in memory. */
const CHUNK_BYTES = 256 * 1024;

const port = parentPort!;

function say(answer: Answer): void {
  if (answer.is === 'rows') port.postMessage(answer, [answer.rows.bytes.buffer]);
  else if (answer.is === 'done' && answer.crate) port.postMessage(answer, [answer.crate]);
  else port.postMessage(answer);
}

function readOut(file: SqliteFile): void {
  let chunk: RawRow[] = [];
  let bytes = 0;
  for (const row of file.rows()) {
    chunk.push(row);
    bytes += row.value.length;
    if (bytes < CHUNK_BYTES) continue;
    say({ is: 'rows', rows: pack(chunk) });
    chunk = [];
    bytes = 0;
  }
  if (chunk.length > 0) say({ is: 'rows', rows: pack(chunk) });
  say({ is: 'ready', compacted: file.compacted });
}

function serve(file: SqliteFile, request: Request): void {
  try {
    if (request.do === 'commit') {
      file.commit({ ...request, rows: unpack(request.rows) });
      // The buffer goes back for the next batch.
      say({ is: 'done', crate: request.rows.bytes.buffer });
      return;
    }
    if (request.do === 'limit') file.limitPages(request.pages);
    else file.close();
    say({ is: 'done' });
  } catch (error) {
    say({ is: 'failed', failure: failureOf(error) });
  }
}

try {
  const file = SqliteFile.open(String(workerData));
  readOut(file);
  port.on('message', (request: Request) => serve(file, request));
} catch (error) {
  if (error instanceof DataDirectoryError) say({ is: 'fault', fault: error.fault, detail: error.detail });
  else say({ is: 'fault', fault: 'unreadable', detail: ` (${failureOf(error).message})` });
}
