/** What a patch need not decode: the parts its endpoint puts back stay the stored ones, the rest is as if all were decoded. */
import { expect, test } from 'vitest';
import { decodeOver, decodeTyped } from '../../src/core/api/schema/decode.ts';

const POD = 'io.k8s.api.core.v1.Pod';
const stored = decodeTyped(
  {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name: 'p', labels: { a: 'b' } },
    spec: { containers: [{ name: 'c', image: 'i' }] },
    status: { phase: 'Pending' },
  },
  POD,
).object as unknown as Record<string, unknown>;

interface Case {
  readonly change: Record<string, unknown>;
  readonly shared: readonly string[];
  readonly kept: readonly string[];
  readonly strict?: readonly string[];
}

const CASES: Record<string, Case> = {
  'the spec of a status patch': { change: { status: { phase: 'Running' } }, shared: ['spec'], kept: ['spec'] },
  'the status of a patch of labels': { change: { metadata: { name: 'p' } }, shared: ['status'], kept: ['status'] },
  'nothing where the part changed': {
    change: { spec: { containers: [{ name: 'd' }] } },
    shared: ['spec'],
    kept: [],
  },
  'nothing where nothing is put back': { change: { status: { phase: 'Running' } }, shared: [], kept: [] },
  'a part that is gone': { change: { status: undefined }, shared: ['status', 'spec'], kept: ['spec'] },
  'strictness about the rest': {
    change: { status: { phase: 'Running', fase: 'x' } },
    shared: ['spec'],
    kept: ['spec'],
    strict: ['unknown field "status.fase"'],
  },
};

function check({ change, shared, kept, strict = [] }: Case): void {
  const value = { ...stored, ...change };
  const over = decodeOver(value, POD, { stored, shared, strict: true });
  const object = over.object as unknown as Record<string, unknown>;
  expect(JSON.stringify(object)).toBe(JSON.stringify(decodeTyped(value, POD).object));
  expect(over.strict).toEqual(strict);
  expect(
    ['metadata', 'spec', 'status'].filter((field) => object[field] !== undefined && object[field] === stored[field]),
  ).toEqual(kept);
}

test.each(Object.entries(CASES))('%s', (_title, one) => check(one));
