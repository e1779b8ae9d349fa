/** What can be wrong with a data directory, each said in one sentence: what, where, and what to do. */
import { ApiError } from '../../core/api/api-error.ts';

export type StoreFault =
  | 'in-use'
  | 'newer-format'
  | 'foreign'
  | 'corrupt'
  | 'disk-full'
  | 'permission'
  | 'not-a-directory'
  | 'unreadable';

/** The data directory cannot be used. `message` is one sentence for a person; nothing that was in the directory has been changed. */
export class DataDirectoryError extends Error {
  readonly fault: StoreFault;
  readonly path: string;
  /** What the sentence says in brackets, with a leading space. */
  readonly detail: string;

  constructor(fault: StoreFault, path: string, detail = '') {
    super(SENTENCES[fault](path, detail));
    this.name = 'DataDirectoryError';
    this.fault = fault;
    this.path = path;
    this.detail = detail;
  }
}

const SENTENCES: Record<StoreFault, (path: string, detail: string) => string> = {
  'in-use': (path, detail) =>
    `The data directory ${path} is in use by another process${detail}: stop that one first, or choose another directory.`,
  'newer-format': (path, detail) =>
    `The database ${path} was written by a newer version of everynode${detail}: use that version, or choose another data directory; nothing was changed.`,
  foreign: (path) => `The file ${path} is a database of another program: choose another data directory; nothing was changed.`,
  corrupt: (path, detail) =>
    `The database ${path} is damaged${detail}: restore it from a copy, or move it away to start empty; nothing was changed.`,
  'disk-full': (path) => `The disk that holds ${path} is full: free some space and start again; nothing was lost.`,
  permission: (path) =>
    `The data directory ${path} is not readable and writable for this user: change its owner or mode, or choose another directory.`,
  'not-a-directory': (path) => `The data directory ${path} is a file: choose another path, or move the file away.`,
  unreadable: (path, detail) => `The database ${path} cannot be opened${detail}: check the disk; nothing was changed.`,
};

/** SQLite's primary result codes, and the fault each stands for when a database is opened. */
const BY_CODE: Readonly<Record<number, StoreFault>> = {
  3: 'permission',
  5: 'in-use',
  6: 'in-use',
  8: 'permission',
  11: 'corrupt',
  13: 'disk-full',
  14: 'permission',
  26: 'corrupt',
};

/** An error of `node:sqlite` in a form that survives the way out of a worker. */
export interface SqliteFailure {
  /** SQLite's extended result code, `0` where the error is not SQLite's. */
  readonly code: number;
  readonly message: string;
}

export function failureOf(error: unknown): SqliteFailure {
  const code = (error as { errcode?: unknown }).errcode;
  return { code: typeof code === 'number' ? code : 0, message: error instanceof Error ? error.message : String(error) };
}

/** The fault that a failure to open a database means. */
export function faultOf(failure: SqliteFailure): StoreFault {
  return BY_CODE[failure.code & 0xff] ?? 'unreadable';
}

/**
 * What the writers of a failed commit are told, as upstream tells etcd's `NOSPACE`: 500 `InternalError`. Nothing of the commit
 * was written; the store stays readable and takes writes again as soon as the disk does.
 */
export function commitError(failure: SqliteFailure, path: string): ApiError {
  const full = (failure.code & 0xff) === 13;
  const what = full
    ? `the disk that holds ${path} is full: nothing was written; free some space and try again`
    : `${path} could not be written (${failure.message}): nothing was written; check the disk and try again`;
  return new ApiError(500, 'InternalError', `Internal error occurred: ${what}`, {
    causes: [{ reason: full ? 'StorageFull' : 'UnexpectedServerResponse', message: what, field: '' }],
  });
}
