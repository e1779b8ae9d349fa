/** The database file: its format, how it is opened and checked, and the one transaction that writes. Synchronous; runs in the worker. */
import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import type { Revision } from '../../ports.ts';
import { DataDirectoryError, failureOf, faultOf } from './faults.ts';
import { FIRST_REVISION } from './journaled-store.ts';
import type { RawRow } from './packed-rows.ts';

/** Raised with every change that an older version could not read. */
const FORMAT = 1;
/** `evnd`: tells our databases from those of other programs. */
const APPLICATION = 0x65766e64;
/** How long to wait for a process that is on its way out. */
const BUSY_MILLIS = 250;
/** What opening takes on the disk, besides what it recovers. */
const ROOM_TO_OPEN = 128 * 1024;

/**
 * As in etcd every state of an object is a row of its own, appended in the order of revisions, so that the recent past survives
 * a restart and watches resume. A row is removed once no watch and no list can ask for it. `crc` covers key and value.
 */
const SCHEMA = `
  create table versions (
    revision integer primary key, key text not null, removed integer not null, crc integer not null, value blob not null
  ) strict;
  create table state (id integer primary key check (id = 1), compacted integer not null) strict;
  insert into state values (1, ${FIRST_REVISION});
  pragma application_id = ${APPLICATION};
  pragma user_version = ${FORMAT};
`;

interface Statements {
  readonly insert: StatementSync;
  readonly remove: StatementSync;
  readonly compact: StatementSync;
}

/** What one transaction writes. */
export interface FileBatch {
  readonly rows: Iterable<RawRow>;
  readonly compacted: Revision;
  readonly obsolete: readonly Revision[];
}

export class SqliteFile {
  readonly path: string;
  readonly #db: DatabaseSync;
  readonly #statements: Statements;

  private constructor(path: string, db: DatabaseSync) {
    this.path = path;
    this.#db = db;
    this.#statements = {
      insert: db.prepare('insert into versions (revision, key, removed, crc, value) values (?, ?, ?, ?, ?)'),
      remove: db.prepare('delete from versions where revision = ?'),
      compact: db.prepare('update state set compacted = ?'),
    };
  }

  /**
   * Opens or makes the file and keeps it for this process alone: SQLite's exclusive lock is the kernel's and dies with the
   * process, however that ends. Throws `DataDirectoryError`; a file that is refused has not been written to.
   */
  static open(path: string): SqliteFile {
    try {
      if (existsSync(path) && statSync(path).size > 0) inspect(path);
      const db = new DatabaseSync(path, { timeout: BUSY_MILLIS });
      db.exec(`pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full;
        pragma journal_size_limit = ${64 * 1024 * 1024};`);
      db.exec('begin exclusive');
      if (number(db, 'pragma user_version') === 0) db.exec(SCHEMA);
      db.exec('commit');
      return new SqliteFile(path, db);
    } catch (error) {
      throw asFault(error, path);
    }
  }

  get compacted(): Revision {
    return number(this.#db, 'select compacted from state');
  }

  /** Every row in the order of revisions; throws `DataDirectoryError` (`corrupt`) at one whose checksum is wrong. */
  *rows(): Generator<RawRow> {
    const query = 'select revision, key, removed, crc, value from versions order by revision';
    for (const row of this.#db.prepare(query).iterate()) {
      const [revision, key, value] = [Number(row.revision), String(row.key), row.value as Uint8Array];
      if (checksum(key, value) !== row.crc)
        throw new DataDirectoryError('corrupt', this.path, ` (checksum of revision ${revision})`);
      yield { revision, key, removed: row.removed === 1, value };
    }
  }

  /** All of the batch durably, or nothing of it: throws SQLite's error after rolling back. */
  commit(batch: FileBatch): void {
    const { insert, remove, compact } = this.#statements;
    this.#db.exec('begin immediate');
    try {
      for (const row of batch.rows) {
        insert.run(row.revision, row.key, row.removed ? 1 : 0, checksum(row.key, row.value), row.value);
      }
      for (const revision of batch.obsolete) remove.run(revision);
      compact.run(batch.compacted);
      this.#db.exec('commit');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('rollback');
      throw error;
    }
  }

  /** Bounds the file to what it holds now and `pages` more: what a full disk does, for tests. */
  limitPages(pages: number | undefined): void {
    const limit = pages === undefined ? 0xfffffffe : number(this.#db, 'pragma page_count') + pages;
    this.#db.exec(`pragma max_page_count = ${limit}`);
  }

  close(): void {
    this.#db.close();
  }
}

/** Reads without the right to write, so that even a database that will be refused keeps its write-ahead log. */
function inspect(path: string): void {
  const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MILLIS });
  try {
    const format = number(db, 'pragma user_version');
    const application = number(db, 'pragma application_id');
    const empty = number(db, 'select count(*) from sqlite_schema') === 0;
    if (!empty && application !== APPLICATION) throw new DataDirectoryError('foreign', path);
    if (format > FORMAT) throw new DataDirectoryError('newer-format', path, ` (format ${format}, this one reads ${FORMAT})`);
    const [first] = db.prepare('pragma quick_check(1)').all();
    const verdict = first?.quick_check;
    if (verdict !== 'ok') throw new DataDirectoryError('corrupt', path, ` (${String(verdict).split('\n').at(-1)})`);
  } finally {
    db.close();
  }
}

function asFault(error: unknown, path: string): DataDirectoryError {
  if (error instanceof DataDirectoryError) return error;
  const failure = failureOf(error);
  const fault = faultOf(failure);
  // Where even the shared memory of the log finds no room, SQLite speaks of an I/O error.
  if (fault === 'unreadable' && freeBytes(dirname(path)) < ROOM_TO_OPEN) return new DataDirectoryError('disk-full', path);
  return new DataDirectoryError(fault, path, ` (${failure.message})`);
}

function freeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

/** The single number that `query` yields. */
function number(db: DatabaseSync, query: string): number {
  const row = db.prepare(query).get() ?? {};
  return Number(Object.values(row)[0]);
}

function checksum(key: string, value: Uint8Array): number {
  return crc32(value, crc32(key));
}
