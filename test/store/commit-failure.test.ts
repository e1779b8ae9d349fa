/** A commit that fails loses its writes and everything built on them, and nothing else. */
import { describe, expect, test } from 'vitest';
import type { Batch, Journal } from '../../src/server/store/journal.ts';
import { JournaledStore } from '../../src/server/store/journaled-store.ts';
import { object, put, record } from './suite.ts';

/** A journal whose commits end when and how the test says. */
function scripted() {
  const commits: { batch: Batch; done: PromiseWithResolvers<void> }[] = [];
  const journal: Journal = {
    commit(batch) {
      const done = Promise.withResolvers<void>();
      commits.push({ batch, done });
      return done.promise;
    },
    close: async () => {},
  };
  return { journal, commits };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const outcome = (promise: Promise<unknown>) =>
  promise.then(
    (entry) => (entry as { revision: number } | undefined)?.revision ?? 'nothing',
    (error: Error) => error.message,
  );

describe('a failed commit', () => {
  test('rejects its writes and those behind them, and rolls everything back', async () => {
    const { journal, commits } = scripted();
    const store = new JournaledStore(journal);
    const first = store.revision;
    const watch = record(store, '', first);
    const inFlight = outcome(put(store, 'pods/n/a', { v: 1 }));
    await turn();
    const behind = outcome(store.write('pods/n/a', (current) => ({ put: { ...current!, v: 2 } })));
    const other = outcome(put(store, 'pods/n/b'));
    const kept = outcome(store.write('pods/n/a', () => ({ keep: true })));
    const refused = outcome(
      store.write('pods/n/a', () => {
        throw new Error('already exists');
      }),
    );
    const untouched = outcome(store.write('pods/n/c', () => ({ keep: true })));
    commits[0]!.done.reject(new Error('disk full'));
    expect(await Promise.all([inFlight, behind, other, kept, refused, untouched])).toEqual([
      ...Array.from({ length: 5 }, () => 'disk full'),
      'nothing',
    ]);
    expect([store.revision, store.list(''), watch.lines()]).toEqual([first, [], []]);
    expect(commits, 'writes behind a lost one are never sent').toHaveLength(1);

    const after = outcome(store.write('pods/n/a', (current) => ({ put: object('a', { saw: current === undefined }) })));
    await turn();
    expect(commits[1]!.batch.rows.map((row) => row.entry.revision)).toEqual([first + 1]);
    commits[1]!.done.resolve();
    expect(await after).toBe(first + 1);
    expect(store.get('pods/n/a')?.value.saw).toBe(true);
    expect(watch.lines()).toEqual([`ADDED pods/n/a @${first + 1}`]);
  });

  test('keeps what was obsolete for the next commit', async () => {
    const { journal, commits } = scripted();
    const store = new JournaledStore(journal, undefined, { events: 1, bytes: 1e9 });
    const step = async (ok: boolean) => {
      const written = outcome(put(store, 'pods/n/a'));
      await turn();
      const { batch, done } = commits.at(-1)!;
      if (ok) done.resolve();
      else done.reject(new Error('disk full'));
      await written;
      return [batch.compacted, batch.obsolete];
    };
    const first = store.revision;
    expect(await step(true)).toEqual([first, []]);
    expect(await step(true)).toEqual([first, []]);
    expect(await step(true)).toEqual([first + 1, []]);
    expect(await step(false)).toEqual([first + 2, [first + 1]]);
    expect(await step(true)).toEqual([first + 2, [first + 1]]);
    expect(await step(true)).toEqual([first + 3, [first + 2]]);
  });

  test('everything that waits shares the next commit, in the order it came', async () => {
    const { journal, commits } = scripted();
    const store = new JournaledStore(journal);
    const watch = record(store, '', store.revision);
    const all = [put(store, 'pods/n/a')];
    await turn();
    for (const name of ['d', 'c', 'b']) all.push(put(store, `pods/n/${name}`));
    await turn();
    expect(commits, 'one commit at a time').toHaveLength(1);
    commits[0]!.done.resolve();
    await turn();
    expect(commits[1]!.batch.rows.map((row) => row.entry.key)).toEqual(['pods/n/d', 'pods/n/c', 'pods/n/b']);
    expect(store.list('')).toHaveLength(1);
    commits[1]!.done.resolve();
    await Promise.all(all);
    expect(watch.batches.map((batch) => batch.length)).toEqual([1, 3]);
  });
});
