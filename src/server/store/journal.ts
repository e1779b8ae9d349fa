/** Where a store's writes become durable: the seam between the map in memory and what survives a crash. */
import type { Revision } from '../../ports.ts';
import type { StoredEntry } from './entry.ts';

/** One write: the new state, or for a removal the last one. */
export interface Row {
  readonly entry: StoredEntry;
  readonly removed: boolean;
}

/** Everything that one transaction makes durable: all of it or nothing. */
export interface Batch {
  /** In the order of their revisions, without a gap. */
  readonly rows: readonly Row[];
  /** Watches from before this revision are refused from now on. */
  readonly compacted: Revision;
  /** Revisions of rows that nobody can ask for any more. */
  readonly obsolete: readonly Revision[];
}

export interface Journal {
  /** Resolves when the batch is durable; rejects when none of it is, with the error the writers shall see. Called one at a time. */
  commit(batch: Batch): Promise<void>;
  close(): Promise<void>;
}

/** What a journal held when it was opened: rows in the order of their revisions. */
export interface Recovered {
  readonly rows: readonly Row[];
  readonly compacted: Revision;
}
