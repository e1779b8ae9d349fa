/** Random operations against a plain model: whatever is asked, both stores answer as a map with a list of states would. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Revision, Store, StoreEvent } from '../../src/ports.ts';
import { JournaledStore } from '../../src/server/store/journaled-store.ts';
import { openMemoryStore } from '../../src/server/store/memory.ts';
import { OrderedMap } from '../../src/server/store/ordered-map.ts';
import { openSqliteStore } from '../../src/server/store/sqlite.ts';
import { freshPaths } from './folder.ts';
import { put, remove } from './suite.ts';

const fresh = freshPaths();
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

type Step = { do: 'put' | 'remove'; key: string } | { do: 'watch'; prefix: string; back: number } | { do: 'wait' | 'fail' };

const key = fc
  .tuple(fc.constantFrom('pods/a', 'pods/b', 'pods/a-b', 'nodes'), fc.constantFrom('x', 'xy', 'y'))
  .map((parts) => parts.join('/'));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('put', 'remove'), key }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('watch'),
      prefix: fc.constantFrom('', 'pods/', 'pods/a/', 'pods/a/x'),
      back: fc.nat(8),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail') }) },
) as fc.Arbitrary<Step>;

/** The states after each revision, and a watch as it should have gone. */
type State = ReadonlyMap<string, Revision>;
const under = (state: State, prefix: string) =>
  [...state].filter(([name]) => name.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
const listed = (store: Store, prefix: string, at?: Revision) =>
  (at === undefined ? store.list(prefix) : store.listAt(prefix, at)).map((entry) => [entry.key, entry.revision]);

interface Subject {
  readonly store: Store;
  /** Makes the next commit fail, where the subject can. */
  failNext?(): void;
}

async function check(open: () => Promise<Subject>, steps: readonly Step[]): Promise<void> {
  const { store, failNext } = await open();
  const first = store.revision;
  const states: State[] = [new Map()];
  const watches: { prefix: string; from: Revision; events: StoreEvent[] }[] = [];
  const waiting: Promise<void>[] = [];
  const done = (written: ReturnType<typeof put>, name: string, removal: boolean) =>
    written.then(
      (entry) => {
        if (!entry || entry.revision <= first + states.length - 1) return;
        const next = new Map(states.at(-1)!);
        if (removal) next.delete(name);
        else next.set(name, entry.revision);
        states.push(next);
        expect(entry.revision).toBe(first + states.length - 1);
      },
      (error: Error) => expect(error.message).toBe('injected'),
    );
  for (const step of steps) {
    if (step.do === 'put') waiting.push(done(put(store, step.key), step.key, false));
    else if (step.do === 'remove') waiting.push(done(remove(store, step.key), step.key, true));
    else if (step.do === 'wait') await turn();
    else if (step.do === 'fail') failNext?.();
    else if (step.do === 'watch') {
      const from = Math.max(first, store.revision - step.back);
      const events: StoreEvent[] = [];
      watches.push({ prefix: step.prefix, from, events });
      store.watch(step.prefix, from, (batch) => events.push(...batch));
    }
  }
  await Promise.all(waiting);
  await turn();
  expect(store.revision).toBe(first + states.length - 1);
  for (const prefix of ['', 'pods/', 'pods/a/', 'nodes/x']) {
    expect(listed(store, prefix)).toEqual(under(states.at(-1)!, prefix));
    for (const [back, state] of states.entries()) expect(listed(store, prefix, first + back)).toEqual(under(state, prefix));
  }
  for (const { prefix, from, events } of watches) {
    const expected: string[] = [];
    for (let at = from + 1; at <= store.revision; at++) {
      const [before, after] = [states[at - first - 1]!, states[at - first]!];
      const changed = [...new Set([...before.keys(), ...after.keys()])].find((name) => before.get(name) !== after.get(name))!;
      const type = !before.has(changed) ? 'ADDED' : after.has(changed) ? 'MODIFIED' : 'DELETED';
      if (changed.startsWith(prefix)) expected.push(`${type} ${changed} ${at} ${before.get(changed)}`);
    }
    expect(events.map((e) => `${e.type} ${e.entry.key} ${e.entry.revision} ${e.previous?.revision}`)).toEqual(expected);
  }
  await store.close();
}

/** A memory store whose commits take a turn and fail when told. */
async function faulty(): Promise<Subject> {
  let failing = false;
  const store = new JournaledStore({
    commit: async () => {
      await turn();
      if (!failing) return;
      failing = false;
      throw new Error('injected');
    },
    close: async () => {},
  });
  return {
    store,
    failNext: () => {
      failing = true;
    },
  };
}

test.each<[string, number, () => Promise<Subject>]>([
  ['the memory store', 200, async () => ({ store: openMemoryStore() })],
  ['a store whose commits fail at times', 200, faulty],
  ['the SQLite store', 10, async () => ({ store: await openSqliteStore(fresh()) })],
])('%s answers as the model does', async (_name, numRuns, open) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), (steps) => check(open, steps)),
    { numRuns },
  );
});

test('the ordered map answers as a sorted map does', () => {
  const operation = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 3000 }));
  fc.assert(
    fc.property(fc.array(operation, { minLength: 500, maxLength: 3000, size: 'max' }), (operations) => {
      const map = new OrderedMap<number>();
      const model = new Map<string, number>();
      for (const [removal, number] of operations) {
        const name = number.toString(3);
        if (removal && number % 3 === 0) expect(map.delete(name)).toBe(model.delete(name));
        else {
          map.set(name, number);
          model.set(name, number);
        }
      }
      for (const prefix of ['', '0', '12', '2212', '9']) {
        const expected = [...model].filter(([name]) => name.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
        expect(map.range(prefix)).toEqual(expected.map(([, value]) => value));
      }
      expect(map.size).toBe(model.size);
    }),
    { numRuns: 20 },
  );
});
