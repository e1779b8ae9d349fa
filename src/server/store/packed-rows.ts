/** Rows on their way between threads: parallel arrays, and all bytes in one buffer that is handed over instead of copied. */
import type { Revision } from '../../ports.ts';
import { StoredEntry } from './entry.ts';
import type { Row } from './journal.ts';

export interface PackedRows {
  readonly revisions: Revision[];
  readonly keys: string[];
  readonly removed: boolean[];
  /** Bytes of each row, laid end to end from the beginning of `bytes`. */
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

/** A buffer to pack rows into; it grows to what the largest batch needs and goes back and forth between the threads. */
export type Crate = Buffer<ArrayBuffer>;

/** Serialises the rows straight into `crate`, or into a larger one in its place. The rows' bytes are not kept anywhere else. */
export function packInto(crate: Crate, rows: readonly Row[]): PackedRows {
  const packed: PackedRows = { revisions: [], keys: [], removed: [], lengths: [], bytes: crate };
  let room = crate;
  let at = 0;
  for (const { entry, removed } of rows) {
    let length = entry.serialiseInto(room, at);
    while (length < 0) {
      room = grown(room, at);
      length = entry.serialiseInto(room, at);
    }
    packed.revisions.push(entry.revision);
    packed.keys.push(entry.key);
    packed.removed.push(removed);
    packed.lengths.push(length);
    at += length;
  }
  return { ...packed, bytes: room };
}

function grown(crate: Crate, used: number): Crate {
  const larger = crateOf(Math.max(crate.length * 2, FIRST_CRATE));
  crate.copy(larger, 0, 0, used);
  return larger;
}

const FIRST_CRATE = 64 * 1024;

/** A crate with a buffer of its own, which can be handed over whole. */
export function crateOf(bytes: number | ArrayBuffer): Crate {
  return typeof bytes === 'number' ? Buffer.from(new ArrayBuffer(bytes)) : Buffer.from(bytes);
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

export function rowOf({ revision, key, removed, value }: RawRow): Row {
  const bytes = Buffer.from(value.buffer as ArrayBuffer, value.byteOffset, value.length);
  return { entry: StoredEntry.fromBytes(key, revision, bytes), removed };
}
