/** The work queue: coalescing, one run in flight a key, retries, wake-ups. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WorkQueue } from '../../src/controller/queue.ts';
import { WakeHeap } from '../../src/controller/wake-heap.ts';
import { settle, VirtualClock } from '../sim/virtual-clock.ts';

interface Rig {
  queue: WorkQueue;
  clock: VirtualClock;
  /** Milliseconds after the start and key of every run. */
  runs: string[];
  /** Ends the oldest run in flight. */
  end(how?: { wakeAt?: number; error?: Error }): Promise<void>;
}

function rig(workers = 4): Rig {
  const clock = new VirtualClock(0);
  const runs: string[] = [];
  const open: PromiseWithResolvers<number | undefined>[] = [];
  const queue = new WorkQueue({
    clock,
    workers,
    work(key) {
      runs.push(`${clock.now()} ${key}`);
      const run = Promise.withResolvers<number | undefined>();
      open.push(run);
      return run.promise;
    },
    failed: () => {},
  });
  return {
    queue,
    clock,
    runs,
    async end({ wakeAt, error } = {}) {
      const run = open.shift();
      if (error) run?.reject(error);
      else run?.resolve(wakeAt);
      await settle(2);
    },
  };
}

async function check(script: (rig: Rig) => Promise<unknown>, runs: string[], workers?: number): Promise<void> {
  const made = rig(workers);
  await script(made);
  expect(made.runs).toEqual(runs);
}

test('a burst within one turn makes one run a key', () =>
  check(
    async ({ queue }) => {
      for (let n = 0; n < 100; n++) queue.add(n % 2 ? 'a' : 'b');
      await settle(2);
    },
    ['0 b', '0 a'],
  ));

test('what is added while its key is in flight runs once more afterwards', () =>
  check(
    async ({ queue, end }) => {
      queue.add('a');
      await settle(2);
      queue.add('a');
      queue.add('a');
      await settle(2);
      expect([queue.depth, queue.running]).toEqual([1, 1]);
      await end();
      await end();
      expect([queue.depth, queue.running]).toEqual([0, 0]);
    },
    ['0 a', '0 a'],
  ));

test('no more keys than workers are in flight', () =>
  check(
    async ({ queue, end }) => {
      for (const key of ['a', 'b', 'c']) queue.add(key);
      await settle(2);
      expect([queue.depth, queue.running]).toEqual([1, 2]);
      await end();
    },
    ['0 a', '0 b', '0 c'],
    2,
  ));

test('failures come again after 5, 10, 20 … ms, and a success forgets them', () =>
  check(
    async ({ queue, clock, end }) => {
      queue.add('a');
      await settle(2);
      for (const wait of [5, 10, 20]) {
        await end({ error: new Error('no') });
        await clock.advance(wait);
      }
      await end();
      queue.add('a');
      await settle(2);
      await end({ error: new Error('no') });
      await clock.advance(5);
    },
    ['0 a', '5 a', '15 a', '35 a', '35 a', '40 a'],
  ));

test('the wait after failures ends at 1000 s', () =>
  check(async ({ queue, clock, runs, end }) => {
    queue.add('a');
    await settle(2);
    for (let n = 0; n < 20; n++) {
      await end({ error: new Error('no') });
      await clock.advance(1_000_000);
    }
    const at = clock.now();
    await end({ error: new Error('no') });
    await clock.advance(999_999);
    expect(runs.length).toBe(21);
    await clock.advance(1);
    expect(runs.at(-1)).toBe(`${at + 1_000_000} a`);
    runs.length = 0;
  }, []));

test('an addition does not wait for the back-off, and replaces the retry', () =>
  check(
    async ({ queue, clock, end }) => {
      queue.add('a');
      await settle(2);
      await end({ error: new Error('no') });
      await clock.advance(1);
      queue.add('a');
      await settle(2);
      await end();
      await clock.advance(1000);
    },
    ['0 a', '1 a'],
  ));

test('a wake-up runs the key at its instant; a later run replaces it', () =>
  check(
    async ({ queue, clock, end }) => {
      queue.add('a');
      queue.add('b');
      await settle(2);
      await end({ wakeAt: 500 });
      await end({ wakeAt: 300 });
      await clock.advance(300);
      await end({ wakeAt: 900 });
      await clock.advance(100);
      queue.add('a');
      await settle(2);
      await end();
      await clock.advance(2000);
    },
    ['0 a', '0 b', '300 b', '400 a', '900 b'],
  ));

test('a stopped queue takes nothing on', () =>
  check(
    async ({ queue, clock, end }) => {
      queue.add('a');
      await settle(2);
      queue.add('b');
      queue.stop();
      await end({ wakeAt: 10 });
      queue.add('c');
      await clock.advance(1000);
      expect(clock.pending).toBe(0);
    },
    ['0 a'],
  ));

test('the heap gives keys out in the order of their newest instants', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...'abcdefgh'), fc.option(fc.nat(50), { nil: undefined })), { maxLength: 400 }),
      (sets) => {
        const heap = new WakeHeap();
        const model = new Map<string, number>();
        for (const [key, at] of sets) {
          heap.set(key, at);
          if (at === undefined) model.delete(key);
          else model.set(key, at);
        }
        expect(heap.size).toBe(model.size);
        const before = [...model].filter(([, at]) => at <= 25);
        const due = heap.due(25);
        expect(due.toSorted()).toEqual(before.map(([key]) => key).toSorted());
        expect(due.map((key) => model.get(key))).toEqual(before.map(([, at]) => at).toSorted((a, b) => a - b));
        expect(heap.next()).toBe([...model.values()].filter((at) => at > 25).toSorted((a, b) => a - b)[0]);
      },
    ),
  );
});
