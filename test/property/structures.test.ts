/** The ordered set and the wake queue against plain arrays. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OrderedSet } from '../../src/core/daemonset/ordered-set.ts';
import { WakeQueue } from '../../src/core/daemonset/wake-queue.ts';

function check(property: Parameters<typeof fc.assert>[0]): void {
  const seed = Date.now() % 2 ** 31;
  console.log(`seed ${seed}`);
  fc.assert(property, { seed, numRuns: 200 });
}

test('an ordered set is a sorted array without repetitions', () => {
  const operations = fc.array(fc.tuple(fc.boolean(), fc.nat(900)), { maxLength: 1500, size: 'max' });
  check(
    fc.property(operations, (all) => {
      const set = new OrderedSet<number>((a, b) => a - b);
      const model = new Set<number>();
      for (const [add, item] of all) {
        if (add) set.add(item);
        else set.delete(item);
        if (add) model.add(item);
        else model.delete(item);
      }
      expect(set.size).toBe(model.size);
      expect(set.first(Number.MAX_SAFE_INTEGER)).toEqual([...model].sort((a, b) => a - b));
      expect(set.first(3)).toEqual([...model].sort((a, b) => a - b).slice(0, 3));
    }),
  );
});

test('a wake queue yields what was wished last, when it is due', () => {
  const operation = fc.record({
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    at: fc.option(fc.nat(100), { nil: undefined }),
    now: fc.option(fc.nat(100), { nil: undefined }),
  });
  check(
    fc.property(fc.array(operation, { maxLength: 80 }), (all) => {
      const queue = new WakeQueue();
      const model = new Map<string, number>();
      for (const { name, at, now } of all) {
        queue.set(name, at);
        if (at === undefined) model.delete(name);
        else model.set(name, at);
        if (now !== undefined) {
          const due = [...model].filter(([, wish]) => wish <= now).map(([one]) => one);
          expect(queue.due(now).sort()).toEqual(due.sort());
          for (const one of due) model.delete(one);
        }
        expect(queue.next()).toBe(model.size === 0 ? undefined : Math.min(...model.values()));
      }
    }),
  );
});
