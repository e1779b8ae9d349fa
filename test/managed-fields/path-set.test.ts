/** Path sets against plain sets of paths, and fieldsV1 there and back. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFields, encodeFields } from '../../src/core/api/managed-fields/fields-v1.ts';
import type { PathSet } from '../../src/core/api/managed-fields/path-set.ts';
import {
  difference,
  EMPTY,
  equalSets,
  intersection,
  LEAF,
  recursiveDifference,
  union,
} from '../../src/core/api/managed-fields/path-set.ts';

const paths = fc.array(fc.array(fc.constantFrom('f:a', 'f:b', 'k:{"name":"c"}', 'v:"x"'), { minLength: 1, maxLength: 3 }), {
  maxLength: 8,
});

const build = (list: string[][]): PathSet =>
  list
    .map((path) =>
      path.reduceRight<PathSet>((inner, element) => ({ member: false, children: new Map([[element, inner]]) }), LEAF),
    )
    .reduce(union, EMPTY);

function flatten(set: PathSet, prefix: readonly string[] = []): string[] {
  const own = set.member ? [prefix.join(' ')] : [];
  return [...own, ...[...set.children].flatMap(([key, child]) => flatten(child, [...prefix, key]))];
}

function check(
  name: string,
  operate: (a: PathSet, b: PathSet) => PathSet,
  wanted: (a: Set<string>, b: Set<string>) => string[],
): void {
  test(name, () => {
    fc.assert(
      fc.property(paths, paths, (left, right) => {
        const a = build(left);
        const b = build(right);
        const plain = (list: string[][]) => new Set(list.map((path) => path.join(' ')));
        expect(flatten(operate(a, b)).sort()).toEqual(wanted(plain(left), plain(right)).sort());
      }),
    );
  });
}

check('union', union, (a, b) => [...new Set([...a, ...b])]);
check('intersection', intersection, (a, b) => [...a].filter((path) => b.has(path)));
check('difference', difference, (a, b) => [...a].filter((path) => !b.has(path)));
check('recursive difference', recursiveDifference, (a, b) =>
  [...a].filter((path) => ![...b].some((other) => `${path} `.startsWith(`${other} `))),
);

test('what adds or takes nothing gives the very same set', () => {
  fc.assert(
    fc.property(paths, (list) => {
      const a = build(list);
      expect(union(a, build(list.slice(1)))).toBe(a);
      expect(difference(a, build([['f:zz']]))).toBe(a);
    }),
  );
});

test('fieldsV1 there and back', () => {
  fc.assert(
    fc.property(paths, (list) => {
      const set = build(list);
      const copy = JSON.parse(JSON.stringify(encodeFields(set))) as object;
      expect(equalSets(decodeFields(copy) ?? LEAF, set)).toBe(true);
    }),
  );
});
