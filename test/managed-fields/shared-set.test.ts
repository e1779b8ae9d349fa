/** Path sets that stand for many: equal paths in, one set out, and never a path more or less. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeFields } from '../../src/core/api/managed-fields/fields-v1.ts';
import { equalSets, LEAF, type PathSet, pathSet } from '../../src/core/api/managed-fields/path-set.ts';
import { sharedSet } from '../../src/core/api/managed-fields/shared-set.ts';

const ELEMENTS = ['f:a', 'f:b', 'f:1', 'k:{"name":"x"}', 'k:{"uid":"u"}', 'k:{"ip":"10.0.0.1"}', 'v:"s"', 'f:a"2'];

const { set: anySet } = fc.letrec<{ set: PathSet }>((tie) => ({
  set: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(LEAF),
    fc
      .tuple(fc.boolean(), fc.dictionary(fc.constantFrom(...ELEMENTS), tie('set'), { maxKeys: 4 }))
      .filter(([, children]) => Object.keys(children).length > 0)
      .map(([member, children]) => pathSet(member, new Map(Object.entries(children)))),
  ),
}));

function copy(set: PathSet): PathSet {
  return pathSet(set.member, new Map([...set.children].map(([key, child]) => [key, copy(child)])));
}

test('what stands for a set holds its paths, and is encoded alike', () => {
  fc.assert(
    fc.property(fc.array(anySet, { maxLength: 6 }), (sets) => {
      for (const set of sets) {
        expect(equalSets(sharedSet(set), set)).toBe(true);
        expect(encodeFields(copy(set))).toEqual(encodeFields(set));
      }
    }),
  );
});

const status = (element: string) => () => pathSet(false, new Map([['f:status', pathSet(true, new Map([[element, LEAF]]))]]));

test.each([
  ['a field', status('f:phase'), true],
  ['a named item', status('k:{"type":"Ready"}'), true],
  ['an owner', status('k:{"uid":"1234"}'), false],
  ['an address', status('k:{"ip":"10.0.0.1"}'), false],
])('equal sets with %s share one: %#', (_title, make, shared) => {
  const [one, two] = [sharedSet(make()), sharedSet(make())];
  expect(one === two).toBe(shared);
  expect(encodeFields(one) === encodeFields(two)).toBe(shared);
});
