/** Rows on their way between threads: parallel arrays, and all bytes in one buffer that is handed over instead of copied. */
import type { Revision } from '../../ports.ts';
import { StoredEntry } from './entry.ts';
import type { Row } from './journal.ts';

export interface PackedRows {
  readonly revisions: Revision[];
  readonly keys: string[];
  readonly removed: boolean[];
  /** Bytes of each row, laid end to end in `bytes`. */
  readonly lengths: number[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A row as SQLite holds it. */
export interface RawRow {
  readonly revision: Revision;
  readonly key: string;
  readonly removed: boolean;
  readonly value: Uint8Array;
}

export function pack(rows: readonly RawRow[]): PackedRows {
  const lengths = rows.map((row) => row.value.length);
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const row of rows) {
    bytes.set(row.value, at);
    at += row.value.length;
  }
  return {
    revisions: rows.map((row) => row.revision),
    keys: rows.map((row) => row.key),
    removed: rows.map((row) => row.removed),
    lengths,
    bytes,
  };
}

/** The rows one by one; each `value` is a view of the shared buffer. */
export function* unpack(packed: PackedRows): Generator<RawRow> {
  let at = 0;
  for (const [index, length] of packed.lengths.entries()) {
    yield {
      revision: packed.revisions[index]!,
      key: packed.keys[index]!,
      removed: packed.removed[index]!,
      value: packed.bytes.subarray(at, at + length),
    };
    at += length;
  }
}

export function rawRow({ entry, removed }: Row): RawRow {
  return { revision: entry.revision, key: entry.key, removed, value: entry.bytes };
}

export function rowOf({ revision, key, removed, value }: RawRow): Row {
  const bytes = Buffer.from(value.buffer as ArrayBuffer, value.byteOffset, value.length);
  return { entry: StoredEntry.fromBytes(key, revision, bytes), removed };
}
