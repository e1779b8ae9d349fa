/** Strategic merge patch, rule by rule. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ApiError } from '../../src/core/api/api-error.ts';
import { applyStrategicPatch } from '../../src/core/api/patch/strategic.ts';
import { definition } from '../../src/core/api/schema/schema.ts';

const POD = definition('io.k8s.api.core.v1.Pod');

function check(name: string, [current, patch]: [object, object], wanted: object | string): void {
  test(name, () => {
    const before = JSON.stringify([current, patch]);
    let got: unknown;
    try {
      got = applyStrategicPatch(current as never, patch as never, POD);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      got = `${error.code} ${error.message}`;
    }
    expect(got).toEqual(wanted);
    expect(JSON.stringify([current, patch])).toBe(before);
  });
}

const owners = (...uids: string[]) => ({ metadata: { ownerReferences: uids.map((uid) => ({ uid, name: `n${uid}` })) } });
const ofSpec = (spec: object) => ({ spec });

check('owners merge by uid, new ones first', [owners('1'), owners('2')], owners('2', '1'));
check(
  'an owner is deleted by uid',
  [owners('1', '2'), { metadata: { ownerReferences: [{ $patch: 'delete', uid: '1' }] } }],
  owners('2'),
);
check(
  'tolerations are replaced whole',
  [ofSpec({ tolerations: [{ key: 'a' }] }), ofSpec({ tolerations: [{ key: 'b' }] })],
  ofSpec({ tolerations: [{ key: 'b' }] }),
);
check('finalizers are a set', [{ metadata: { finalizers: ['a', 'b'] } }, { metadata: { finalizers: ['c', 'b'] } }], {
  metadata: { finalizers: ['c', 'a', 'b'] },
});
check(
  'values are taken out of a set',
  [{ metadata: { finalizers: ['a', 'b'] } }, { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } }],
  { metadata: { finalizers: ['b'] } },
);
check('a map is replaced', [{ metadata: { labels: { a: '1' } } }, { metadata: { labels: { $patch: 'replace', b: '2' } } }], {
  metadata: { labels: { b: '2' } },
});
check('a map is emptied', [{ metadata: { labels: { a: '1' } } }, { metadata: { labels: { $patch: 'delete' } } }], {
  metadata: { labels: {} },
});
check(
  'a list is replaced',
  [ofSpec({ containers: [{ name: 'a' }, { name: 'b' }] }), ofSpec({ containers: [{ $patch: 'replace' }, { name: 'c' }] })],
  ofSpec({ containers: [{ name: 'c' }] }),
);
check('a directive where nothing is drops out', [{}, { metadata: { labels: { $patch: 'replace', b: '2' } } }], { metadata: {} });
check('nulls do not enter', [{}, { metadata: { labels: { a: null, b: '2' } } }], { metadata: { labels: { b: '2' } } });
check(
  'an element lacks its key',
  [ofSpec({ containers: [{ name: 'a' }] }), ofSpec({ containers: [{ image: 'x' }] })],
  '500 map: map[image:x] does not contain declared merge key: name',
);
check(
  'retained keys must cover the patch',
  [ofSpec({ volumes: [{ name: 'v', emptyDir: {} }] }), ofSpec({ volumes: [{ name: 'v', $retainKeys: ['name'], secret: {} }] })],
  '400 invalid patch format of retainKeys',
);
check(
  'an order without changes',
  [
    ofSpec({ containers: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] }),
    ofSpec({ '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }] }),
  ],
  ofSpec({ containers: [{ name: 'b' }, { name: 'c' }, { name: 'a' }] }),
);

test('an empty patch and a repeated patch change nothing more', () => {
  const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'));
  const containers = fc
    .tuple(names, fc.string())
    .map(([list, image]) => ofSpec({ containers: list.map((name) => ({ name, image })) }));
  fc.assert(
    fc.property(containers, containers, (current, patch) => {
      expect(applyStrategicPatch(current, {}, POD)).toEqual(current);
      const once = applyStrategicPatch(current, patch, POD);
      const twice = applyStrategicPatch(once, patch, POD);
      const sorted = (pod: unknown) =>
        JSON.stringify(
          [...(pod as { spec: { containers: { name: string }[] } }).spec.containers].sort((a, b) => (a.name < b.name ? -1 : 1)),
        );
      expect(sorted(twice)).toBe(sorted(once));
    }),
  );
});
