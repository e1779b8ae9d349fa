/** A data directory that cannot be used is refused in one sentence, and nothing in it changes. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { ApiError } from '../../src/core/api/api-error.ts';
import { DataDirectoryError } from '../../src/server/store/faults.ts';
import { JournaledStore } from '../../src/server/store/journaled-store.ts';
import { DATABASE_FILE, openSqliteStore } from '../../src/server/store/sqlite.ts';
import { SqliteJournal } from '../../src/server/store/sqlite-journal.ts';
import { freshPaths } from './folder.ts';
import { put } from './suite.ts';

const fresh = freshPaths();
const database = (directory: string) => join(directory, DATABASE_FILE);

/** A directory with 200 objects in it, as a clean stop leaves it. */
async function filled(): Promise<string> {
  const directory = fresh();
  const store = await openSqliteStore(directory);
  await Promise.all(Array.from({ length: 200 }, (_, index) => put(store, `pods/n/${index}`, { padding: 'x'.repeat(2000) })));
  await store.close();
  return directory;
}

/** Overwrites bytes of a file in place. */
function scribble(file: string, at: number, text: string): void {
  const bytes = readFileSync(file);
  bytes.write(text, at, 'latin1');
  writeFileSync(file, bytes);
}

function alter(file: string, sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

/** Digests of the database and of its log unless that is empty: what must not change. */
const digests = (directory: string) =>
  readdirSync(directory)
    .filter((name) => name === DATABASE_FILE || (name.endsWith('-wal') && statSync(join(directory, name)).size > 0))
    .map(
      (name) =>
        `${name} ${createHash('sha256')
          .update(readFileSync(join(directory, name)))
          .digest('hex')}`,
    );

async function check(directory: string, fault: string, sentence: RegExp): Promise<void> {
  const error: unknown = await openSqliteStore(directory).then(
    (store) => store.close().then(() => 'it opened'),
    (refusal: unknown) => refusal,
  );
  expect(error).toBeInstanceOf(DataDirectoryError);
  const { fault: found, message } = error as DataDirectoryError;
  expect(found).toBe(fault);
  expect(message).toMatch(sentence);
  expect(message).toContain(directory);
  expect(message, 'one sentence, one line').not.toContain('\n');
}

describe('a data directory', () => {
  test.each<[string, string, RegExp, (file: string) => void]>([
    [
      'of a newer format',
      'newer-format',
      /newer version of everynode \(format 99/,
      (file) => alter(file, 'pragma user_version = 99'),
    ],
    ['of another program', 'foreign', /another program/, (file) => alter(file, 'pragma application_id = 7')],
    ['whose header is overwritten', 'corrupt', /damaged/, (file) => scribble(file, 0, 'this is not a database at all')],
    ['whose pages are overwritten', 'corrupt', /damaged/, (file) => scribble(file, 4096 * 3 + 100, '\xff'.repeat(3000))],
    ['that is cut off', 'corrupt', /damaged/, (file) => truncateSync(file, 4096 * 20)],
    [
      'with one wrong letter in one object',
      'corrupt',
      /checksum of revision \d+/,
      (file) => scribble(file, readFileSync(file).lastIndexOf('xxxx'), 'y'),
    ],
  ])('%s', async (_name, fault, sentence, damage) => {
    const directory = await filled();
    damage(database(directory));
    const before = digests(directory);
    await check(directory, fault, sentence);
    expect(digests(directory)).toEqual(before);
  });

  test('that is a file, or lies below one', async () => {
    const path = fresh();
    writeFileSync(path, '');
    await check(path, 'not-a-directory', /is a file/);
    await check(join(path, 'below'), 'not-a-directory', /is a file/);
  });

  test.skipIf(process.getuid?.() === 0)('without permission (needs a user other than root)', async () => {
    const path = fresh();
    mkdirSync(path);
    chmodSync(path, 0o500);
    await check(path, 'permission', /not readable and writable/);
  });

  test('in use, by this process or another, and free again once that one is killed', async () => {
    const directory = fresh();
    const held = await openSqliteStore(directory);
    await put(held, 'pods/n/a');
    await check(directory, 'in-use', new RegExp(`in use by another process \\(pid ${process.pid}\\)`));
    await put(held, 'pods/n/b');
    await held.close();
    const child = spawn(process.execPath, [join(import.meta.dirname, 'crash-writer.ts'), directory, '1'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await check(directory, 'in-use', new RegExp(`\\(pid ${child.pid}\\)`));
    child.kill('SIGKILL');
    await once(child, 'exit');
    const again = await openSqliteStore(directory);
    expect(again.list('pods/n/')).toHaveLength(2);
    await again.close();
  });

  test('a log without its end, as a power cut leaves it, loses only what was not acknowledged', async () => {
    const directory = fresh();
    const store = await openSqliteStore(directory);
    for (let index = 0; index < 20; index++) await put(store, `pods/n/${index}`);
    const copy = fresh();
    mkdirSync(copy);
    for (const end of ['', '-wal']) copyFileSync(database(directory) + end, database(copy) + end);
    await store.close();
    appendFileSync(`${database(copy)}-wal`, Buffer.alloc(5000, 7));
    const again = await openSqliteStore(copy);
    expect(again.list('')).toHaveLength(20);
    await again.close();
  });

  test('on a full disk: writes are refused, reads go on, and writes too once there is room', async () => {
    const directory = fresh();
    mkdirSync(directory);
    const { journal, recovered } = await SqliteJournal.open(database(directory));
    const store = new JournaledStore(journal, recovered);
    await put(store, 'pods/n/before');
    await journal.limitPages(40);
    const padding = 'x'.repeat(4000);
    const results = await Promise.allSettled(Array.from({ length: 100 }, (_, i) => put(store, `pods/n/${i}`, { padding })));
    const refused = results.filter((result) => result.status === 'rejected').map((result) => result.reason as ApiError);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toMatchObject({ code: 500, reason: 'InternalError' });
    expect(refused[0]!.message).toMatch(
      /^Internal error occurred: the disk that holds .* is full: nothing was written; free some space/,
    );
    expect(store.get('pods/n/before')).toBeDefined();
    const kept = store.list('').length;
    await journal.limitPages(undefined);
    await put(store, 'pods/n/after', { padding });
    await store.close();
    const again = await openSqliteStore(directory);
    expect(again.list('')).toHaveLength(kept + 1);
    expect(again.revision).toBe(store.revision);
    await again.close();
  });
});
