/** Ownership after updates, rule by rule. */
import { expect, test } from 'vitest';
import { managerFromUserAgent } from '../../src/core/api/managed-fields/managers.ts';
import { updateManagedFields } from '../../src/core/api/managed-fields/update.ts';
import type { KubeObject, ManagedFieldsEntry } from '../../src/core/kube/objects.ts';

const BY = { schema: 'io.k8s.api.core.v1.ConfigMap', apiVersion: 'v1' };
const map = (data: object, managedFields?: ManagedFieldsEntry[]): KubeObject => ({
  metadata: { name: 'm', uid: 'u', ...(managedFields ? { managedFields } : {}) },
  data,
});

/** Writes each state in turn, second by second, and returns the last entries. */
function history(states: readonly [manager: string, data: object][]): ManagedFieldsEntry[] | undefined {
  let live: KubeObject | undefined;
  states.forEach(([manager, data], i) => {
    const next = map(data);
    const entries = updateManagedFields(live, next, { ...BY, manager, now: i * 1000 });
    live = entries ? map(data, entries) : next;
  });
  return live?.metadata.managedFields;
}

function check(name: string, states: readonly [string, object][], wanted: Record<string, unknown>): void {
  test(name, () => {
    const entries = history(states) ?? [];
    expect(Object.fromEntries(entries.map(({ manager = '', fieldsV1 }) => [manager, fieldsV1]))).toEqual(wanted);
  });
}

check(
  'a changed value changes its owner',
  [
    ['a', { x: '1', y: '1' }],
    ['b', { x: '2', y: '1' }],
  ],
  {
    a: { 'f:data': { '.': {}, 'f:y': {} } },
    b: { 'f:data': { 'f:x': {} } },
  },
);
check(
  'a removed value has none',
  [
    ['a', { x: '1', y: '1' }],
    ['b', { y: '1' }],
  ],
  { a: { 'f:data': { '.': {}, 'f:y': {} } } },
);
check(
  'a manager without fields goes',
  [
    ['a', { x: '1' }],
    ['b', { x: '2' }],
    ['c', { x: '2' }],
  ],
  { a: { 'f:data': {} }, b: { 'f:data': { 'f:x': {} } } },
);
check('an unnamed manager is unknown', [['', { x: '1' }]], { unknown: { 'f:data': { '.': {}, 'f:x': {} } } });

test('more than ten updaters melt into ancient-changes, oldest first', () => {
  const states = Array.from({ length: 13 }, (_, i): [string, object] => [
    `m${i}`,
    Object.fromEntries(Array.from({ length: i + 1 }, (_, k) => [`k${k}`, '1'])),
  ]);
  const entries = history(states) ?? [];
  expect(entries).toHaveLength(10);
  expect(entries[0]).toEqual({
    manager: 'ancient-changes',
    operation: 'Update',
    apiVersion: 'v1',
    time: '1970-01-01T00:00:03Z',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:data': { '.': {}, 'f:k0': {}, 'f:k1': {}, 'f:k2': {}, 'f:k3': {} } },
  });
});

test('a rewrite keeps the stored sets and moves only the time', () => {
  const entries = history([['a', { x: '1' }]]) ?? [];
  const live = map({ x: '1' }, entries);
  const again = updateManagedFields(live, map({ x: '2' }), { ...BY, manager: 'a', now: 5000 });
  expect(again?.[0]?.time).toBe('1970-01-01T00:00:05Z');
  expect(again?.[0]?.fieldsV1).toBe(entries[0]?.fieldsV1);
  expect(updateManagedFields(live, map({ x: '1' }), { ...BY, manager: 'b', now: 9000 })).toEqual(entries);
});

test('what the client sends: one blank entry or none forgets, rubbish counts for nothing', () => {
  const entries = history([['a', { x: '1' }]]) ?? [];
  const live = map({ x: '1' }, entries);
  const sent = (managedFields: ManagedFieldsEntry[]) =>
    updateManagedFields(live, map({ x: '1' }, managedFields), { ...BY, manager: 'b', now: 0 });
  expect(sent([{}])).toBeUndefined();
  expect(sent([])).toBeUndefined();
  expect(sent([{ manager: 'z', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { x: 1 } }])).toEqual(
    entries,
  );
});

test('a user agent names its manager', () => {
  expect(managerFromUserAgent('kubectl/v1.36.0 (linux/amd64)')).toBe('kubectl');
  expect(managerFromUserAgent(`${'x'.repeat(200)}/1`)).toBe('x'.repeat(128));
});
