/** A store on disk: one directory, one database file, one process at a time. */
import { accessSync, constants, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../../ports.ts';
import { DataDirectoryError } from './faults.ts';
import { DEFAULT_WINDOW, type Window } from './history.ts';
import { JournaledStore } from './journaled-store.ts';
import { SqliteJournal } from './sqlite-journal.ts';

/** The database, beside its write-ahead log `everynode.db-wal`. */
export const DATABASE_FILE = 'everynode.db';
/** Tells a person who holds the directory; the lock itself is the database's. */
const PID_FILE = 'everynode.pid';

/**
 * Opens the data directory, made with mode 0700 where it is missing, and everything that was acknowledged before, watches
 * included. Throws `DataDirectoryError`, one sentence for each fault; nothing in the directory has been changed then.
 */
export async function openSqliteStore(directory: string, window: Window = DEFAULT_WINDOW): Promise<Store> {
  prepareDirectory(directory);
  const { journal, recovered } = await openJournal(directory);
  writeFileSync(join(directory, PID_FILE), `${process.pid}\n`, { mode: 0o600 });
  return new JournaledStore(journal, recovered, window);
}

/**
 * Makes the data directory where it is missing and checks that it can be used; throws `DataDirectoryError`. Whoever keeps
 * other files there (certificates, tokens) opens the store first, which takes the lock.
 */
function prepareDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (!statSync(directory).isDirectory()) throw new DataDirectoryError('not-a-directory', directory);
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if (error instanceof DataDirectoryError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST' || code === 'ENOTDIR') throw new DataDirectoryError('not-a-directory', directory);
    if (code === 'ENOSPC') throw new DataDirectoryError('disk-full', directory);
    throw new DataDirectoryError('permission', directory);
  }
}

async function openJournal(directory: string) {
  try {
    return await SqliteJournal.open(join(directory, DATABASE_FILE));
  } catch (error) {
    if (!(error instanceof DataDirectoryError)) throw error;
    if (error.fault === 'in-use') throw new DataDirectoryError('in-use', directory, holder(directory));
    if (error.fault === 'permission') throw new DataDirectoryError('permission', directory);
    throw error;
  }
}

/** ` (pid 123)` where the file of the process that holds the directory says so. */
function holder(directory: string): string {
  try {
    const pid = readFileSync(join(directory, PID_FILE), 'utf8').trim();
    return /^\d+$/.test(pid) ? ` (pid ${pid})` : '';
  } catch {
    return '';
  }
}
