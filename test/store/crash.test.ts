/** `kill -9` at any moment under load: afterwards every acknowledged write is there, none is half, and watches resume. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import type { Store, StoreEvent } from '../../src/ports.ts';
import { openSqliteStore } from '../../src/server/store/sqlite.ts';
import { freshPaths } from './folder.ts';

const ROUNDS = 10;
/** A round takes about a second on an idle machine. */
const STALL_MILLIS = 30_000;
/** Small enough that rows are pruned while the killing goes on; larger than one round. */
const WINDOW = { events: 2000, bytes: 64 * 1024 * 1024 };
const fresh = freshPaths();

/** Lets a writer run until it has acknowledged `enough` writes, kills it, and returns the lines it got out. */
async function killed(directory: string, enough: number): Promise<string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'crash-writer.ts'), directory, '40'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const stalled = setTimeout(() => child.kill('SIGTERM'), STALL_MILLIS);
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.length === enough) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  clearTimeout(stalled);
  expect(child.signalCode, `the writer got ${lines.length} of ${enough} lines out`).toBe('SIGKILL');
  return lines;
}

test(`${ROUNDS} rounds of kill -9 lose nothing that was acknowledged`, { timeout: 180_000 }, async () => {
  const directory = fresh();
  /** The newest acknowledged state of each key. */
  const acknowledged = new Map<string, { revision: number; state: string }>();
  let newest = 0;
  let heard = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const [opened, ...lines] = await killed(directory, 2 + ((round * 7919) % 1500));
    expect(Number(opened!.split(' ')[1]), 'the revision never goes back').toBeGreaterThanOrEqual(newest);
    for (const line of lines) {
      const [key = '', revision, state = ''] = line.split(' ');
      acknowledged.set(key, { revision: Number(revision), state });
      newest = Math.max(newest, Number(revision));
      heard++;
    }
    const store = await openSqliteStore(directory, WINDOW);
    expect(store.revision).toBeGreaterThanOrEqual(newest);
    const last = await lastEvents(store);
    for (const [key, { revision, state }] of acknowledged) {
      const entry = store.get(key);
      const event = last.get(key)?.entry.revision;
      if (entry?.revision === revision) expect(state, key).toBe('put');
      else if (state === 'gone' && !entry) expect(event ?? revision, key).toBeGreaterThanOrEqual(revision);
      else expect(event, `${key}: only a newer write may replace an acknowledged one`).toBeGreaterThan(revision);
    }
    acknowledged.clear();
    for (const entry of store.list('')) {
      expect(entry.value.metadata.resourceVersion).toBe(String(entry.revision));
      expect(String(entry.value.padding)).toHaveLength(Number(entry.value.length));
      acknowledged.set(entry.key, { revision: entry.revision, state: 'put' });
    }
    newest = store.revision;
    await store.close();
  }
  expect(heard).toBeGreaterThan(ROUNDS * 100);
});

/** The newest event of every key that a watch over all that is kept delivers; there must be one for each revision. */
async function lastEvents(store: Store): Promise<Map<string, StoreEvent>> {
  const last = new Map<string, StoreEvent>();
  let count = 0;
  store.watch('', store.compacted, (batch) => {
    for (const event of batch) last.set(event.entry.key, event);
    count += batch.length;
  });
  await new Promise<void>((resolve) => setImmediate(resolve));
  expect(count).toBe(store.revision - store.compacted);
  return last;
}
