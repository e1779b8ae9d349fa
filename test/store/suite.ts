/** What every store must do, whatever it keeps its data in: one suite for the memory store and for SQLite. */
import { afterEach, describe, expect, test } from 'vitest';
import { ApiError } from '../../src/core/api/api-error.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import type { Entry, Revision, Store, StoreEvent } from '../../src/ports.ts';
import type { Window } from '../../src/server/store/history.ts';

/** How a test gets its stores; `reopen` closes and opens the same data again where there is any. */
export interface Subject {
  readonly name: string;
  open(window?: Window): Promise<Store>;
  reopen?(store: Store, window?: Window): Promise<Store>;
}

export const object = (name: string, data: Record<string, unknown> = {}): KubeObject => ({ metadata: { name }, ...data });
export const put = (store: Store, key: string, data: Record<string, unknown> = {}): Promise<Entry | undefined> =>
  store.write(key, () => ({ put: object(key.slice(key.lastIndexOf('/') + 1), data) }));
export const remove = (store: Store, key: string): Promise<Entry | undefined> =>
  store.write(key, (current) => (current ? { remove: current } : { keep: true }));

/** One line an event: what a watcher would tell. */
const line = (event: StoreEvent): string =>
  `${event.type} ${event.entry.key} @${event.entry.revision}${event.previous ? ` was @${event.previous.revision}` : ''}`;

/** Collects a watch. */
export function record(store: Store, prefix: string, after: Revision) {
  const batches: string[][] = [];
  const revisions: Revision[] = [];
  const stop = store.watch(prefix, after, (batch, revision) => {
    batches.push(batch.map(line));
    revisions.push(revision);
  });
  return { batches, revisions, stop, lines: () => batches.flat() };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const keys = (entries: readonly Entry[]) => entries.map((entry) => entry.key);
const codeOf = (run: () => unknown): string => {
  try {
    run();
    return 'nothing was thrown';
  } catch (error) {
    return error instanceof ApiError ? `${error.code} ${error.reason} ${error.message}` : String(error);
  }
};

export function storeSuite(subject: Subject): void {
  describe(`${subject.name} store`, () => {
    const opened: Store[] = [];
    const open = async (window?: Window) => {
      const store = await subject.open(window);
      opened.push(store);
      return store;
    };
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
    });

    test('writes, reads and removes one object', async () => {
      const store = await open();
      const first = store.revision;
      const made = await put(store, 'pods/a/x', { spec: 1 });
      expect(made?.revision).toBe(first + 1);
      expect(store.get('pods/a/x')).toBe(made);
      expect(made?.value.metadata.resourceVersion).toBe(String(first + 1));
      expect(JSON.parse(made!.bytes.toString())).toEqual(made!.value);
      expect(Object.isFrozen(made!.value) && Object.isFrozen(made!.value.metadata)).toBe(true);
      const gone = await remove(store, 'pods/a/x');
      expect(gone?.revision).toBe(first + 2);
      expect(gone?.value.metadata.resourceVersion).toBe(String(first + 2));
      expect(made?.value.metadata.resourceVersion).toBe(String(first + 1));
      expect(store.get('pods/a/x')).toBeUndefined();
      expect(store.revision).toBe(first + 2);
    });

    test('keeping and refusing write nothing', async () => {
      const store = await open();
      const made = await put(store, 'pods/a/x');
      expect(await store.write('pods/a/x', () => ({ keep: true }))).toBe(made);
      expect(await store.write('pods/a/y', () => ({ keep: true }))).toBeUndefined();
      const refusal = new ApiError(409, 'AlreadyExists', 'pods "x" already exists');
      const refused = store.write('pods/a/x', () => {
        throw refusal;
      });
      await expect(refused).rejects.toBe(refusal);
      expect(store.revision).toBe(made!.revision);
    });

    test('lists by prefix in key order', async () => {
      const store = await open();
      for (const key of ['pods/b/x', 'pods/a/y', 'pods/a-b/z', 'podsets/a/q', 'nodes/n1', 'pods/a/b']) await put(store, key);
      expect(keys(store.list('pods/'))).toEqual(['pods/a-b/z', 'pods/a/b', 'pods/a/y', 'pods/b/x']);
      expect(keys(store.list('pods/a/'))).toEqual(['pods/a/b', 'pods/a/y']);
      expect(keys(store.list(''))).toHaveLength(6);
      expect(keys(store.list('services/'))).toEqual([]);
    });

    test('a change sees what was accepted before it, a reader only what is durable', async () => {
      const store = await open();
      const first = store.revision;
      const seen: unknown[] = [];
      const add = () =>
        store.write('counters/c', (current, revision) => {
          seen.push([current?.count ?? 0, current?.metadata.resourceVersion, revision]);
          return { put: object('c', { count: Number(current?.count ?? 0) + 1 }) };
        });
      const all = [add(), add(), add()];
      expect(seen).toEqual([
        [0, undefined, first + 1],
        [1, String(first + 1), first + 2],
        [2, String(first + 2), first + 3],
      ]);
      expect(store.get('counters/c')).toBeUndefined();
      expect(store.revision).toBe(first);
      await Promise.all(all);
      expect(store.get('counters/c')?.value.count).toBe(3);
    });

    test('an acknowledged write has been published already, and was not before it was durable', async () => {
      const store = await open();
      const watch = record(store, 'pods/', store.revision);
      await turn();
      const order: string[] = [];
      store.watch('pods/', store.revision, (batch) => {
        order.push(`watch ${batch.length} ${store.get(batch[0]!.entry.key) ? 'readable' : 'unreadable'}`);
      });
      await turn();
      const writes = ['x', 'y', 'z'].map((name) => put(store, `pods/a/${name}`).then(() => order.push(name)));
      expect(watch.batches).toEqual([]);
      await Promise.all(writes);
      expect(order[0]).toMatch(/^watch \d readable$/);
      expect(watch.lines()).toHaveLength(3);
    });

    test('a watch resumes from any revision, without a gap or a double between past and live', async () => {
      const store = await open();
      const first = store.revision;
      for (const name of ['a', 'b', 'c']) await put(store, `pods/n/${name}`);
      await put(store, 'nodes/n1');
      const live = put(store, 'pods/n/a');
      const watch = record(store, 'pods/', first + 1);
      expect(watch.batches, 'nothing before the caller has the stop function').toEqual([]);
      await live;
      await remove(store, 'pods/n/b');
      await turn();
      expect(watch.lines()).toEqual([
        `ADDED pods/n/b @${first + 2}`,
        `ADDED pods/n/c @${first + 3}`,
        `MODIFIED pods/n/a @${first + 5} was @${first + 1}`,
        `DELETED pods/n/b @${first + 6} was @${first + 2}`,
      ]);
      expect(watch.revisions.at(-1)).toBe(store.revision);
      watch.stop();
      await put(store, 'pods/n/d');
      expect(watch.lines()).toHaveLength(4);
    });

    test('a watch hears its prefix alone, and may start in the future', async () => {
      const store = await open();
      const odd = record(store, 'pods/n/ab', store.revision);
      const narrow = record(store, 'pods/n/', store.revision);
      const all = record(store, '', store.revision);
      const future = record(store, '', store.revision + 2);
      for (const key of ['pods/n/a', 'pods/n/abc', 'pods/nn/x', 'nodes/n']) await put(store, key);
      await turn();
      expect([odd, narrow, all, future].map((watch) => watch.lines().length)).toEqual([1, 2, 4, 2]);
    });

    test('a sink may stop, watch and write in the middle of a batch', async () => {
      const store = await open();
      const inner: string[] = [];
      const stops: (() => void)[] = [];
      stops.push(
        store.watch('pods/', store.revision, (batch, revision) => {
          stops[0]!();
          store.watch('pods/', revision - 1, (again) => inner.push(...again.map(line)));
          void put(store, `pods/n/by-sink-${batch.length}`);
        }),
      );
      await turn();
      await put(store, 'pods/n/x');
      await put(store, 'pods/n/last');
      await turn();
      expect(inner.map((text) => text.split(' ')[1])).toEqual(['pods/n/x', 'pods/n/by-sink-1', 'pods/n/last']);
    });

    test('lists as it stood at an earlier revision', async () => {
      const store = await open();
      const first = store.revision;
      await put(store, 'pods/n/b', { v: 1 });
      await put(store, 'pods/n/a', { v: 1 });
      await put(store, 'pods/n/b', { v: 2 });
      await remove(store, 'pods/n/a');
      await put(store, 'pods/n/c', { v: 1 });
      const at = (revision: Revision) => store.listAt('pods/', revision).map((e) => `${e.key}=${e.value.v}`);
      expect(at(first)).toEqual([]);
      expect(at(first + 2)).toEqual(['pods/n/a=1', 'pods/n/b=1']);
      expect(at(first + 3)).toEqual(['pods/n/a=1', 'pods/n/b=2']);
      expect(at(first + 4)).toEqual(['pods/n/b=2']);
      expect(at(first + 5)).toEqual(['pods/n/b=2', 'pods/n/c=1']);
    });

    test.each([
      ['events', { events: 10, bytes: 1e9 }],
      ['bytes', { events: 1e9, bytes: 10_000 }],
    ])('forgets the past beyond its %s', async (_what, window) => {
      const store = await open(window);
      const first = store.revision;
      for (let count = 0; count < 30; count++) await put(store, `pods/n/${count % 3}`, { padding: 'x'.repeat(900) });
      const floor = store.compacted;
      expect(floor).toBeGreaterThanOrEqual(first + 15);
      expect(store.revision - floor).toBeGreaterThanOrEqual(5);
      const expired = `410 Expired too old resource version: ${floor - 1} (${floor})`;
      expect(codeOf(() => store.watch('pods/', floor - 1, () => {}))).toBe(expired);
      expect(codeOf(() => store.listAt('pods/', floor - 1))).toBe(expired);
      expect(store.listAt('pods/', floor)).toHaveLength(3);
      const watch = record(store, 'pods/', floor);
      await turn();
      expect(watch.lines()).toHaveLength(store.revision - floor);
    });

    test('closing finishes what was accepted and refuses what comes later', async () => {
      const store = await open();
      const writes = Array.from({ length: 50 }, (_, index) => put(store, `pods/n/${index}`));
      await store.close();
      expect((await Promise.all(writes)).every((entry) => entry !== undefined)).toBe(true);
      await expect(put(store, 'pods/n/late')).rejects.toMatchObject({ code: 503 });
    });

    test.skipIf(!subject.reopen)('what was written is there again, and watches resume', async () => {
      const store = await open();
      const first = store.revision;
      await put(store, 'pods/n/a', { text: 'ä€😀' });
      await put(store, 'pods/n/b');
      await put(store, 'pods/n/a', { text: 'two' });
      await remove(store, 'pods/n/b');
      const again = await subject.reopen!(store);
      opened.push(again);
      expect(again.revision).toBe(first + 4);
      expect(again.compacted).toBe(first);
      expect(again.list('').map((e) => [e.key, e.value, JSON.parse(e.bytes.toString())])).toEqual(
        store.list('').map((e) => [e.key, e.value, e.value]),
      );
      const watch = record(again, 'pods/', first + 1);
      await put(again, 'pods/n/c');
      await turn();
      expect(watch.lines()).toEqual([
        `ADDED pods/n/b @${first + 2}`,
        `MODIFIED pods/n/a @${first + 3} was @${first + 1}`,
        `DELETED pods/n/b @${first + 4} was @${first + 2}`,
        `ADDED pods/n/c @${first + 5}`,
      ]);
    });

    test.skipIf(!subject.reopen)('forgets on disk what it forgot in memory', async () => {
      const window = { events: 10, bytes: 1e9 };
      let store = await open(window);
      for (let count = 0; count < 60; count++) await put(store, `pods/n/${count % 3}`, { count });
      for (const name of ['1', '2']) await remove(store, `pods/n/${name}`);
      for (let count = 0; count < 20; count++) await put(store, 'pods/n/0', { count });
      const [revision, compacted] = [store.revision, store.compacted];
      store = await subject.reopen!(store, window);
      opened.push(store);
      expect([store.revision, store.compacted]).toEqual([revision, compacted]);
      expect(keys(store.list(''))).toEqual(['pods/n/0']);
      expect(store.listAt('', compacted).map((e) => e.revision)).toEqual([compacted]);
    });
  });
}
