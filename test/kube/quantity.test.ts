/** Quantities: canonical forms, refusals and arithmetic as upstream's `resource.Quantity`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addQuantity,
  compareQuantity,
  formatQuantity,
  parseQuantity,
  QuantityError,
  quantityToNumber,
  subtractQuantity,
} from '../../src/core/kube/quantity.ts';
import { sharedDir } from '../shared.ts';

const FORM = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const SUFFIX = "unable to parse quantity's suffix";

function check(text: string | number, expected: string | { fails: string }): void {
  if (typeof expected === 'string') expect(formatQuantity(parseQuantity(text))).toBe(expected);
  else expect(() => parseQuantity(text)).toThrow(new QuantityError(expected.fails));
}

test.each<[string | number, string | { fails: string }]>([
  ['0', '0'],
  ['1000m', '1'],
  ['0.5', '500m'],
  [0.5, '500m'],
  [2, '2'],
  ['1.5Gi', '1536Mi'],
  ['1024Mi', '1Gi'],
  ['1500Mi', '1500Mi'],
  ['1024', '1024'],
  ['0.1Ki', '102400m'],
  ['1.1Ki', '1126400m'],
  ['1000k', '1M'],
  ['1e3', '1e3'],
  ['1E3', '1e3'],
  ['1500e-3', '1500e-3'],
  ['1.5e3', '1500'],
  ['1E', '1E'],
  ['0.1n', '1n'],
  ['-0.1n', '-1n'],
  ['12.34m', '12340u'],
  ['+5', '5'],
  ['-1', '-1'],
  ['1.', '1'],
  ['.5', '500m'],
  ['007', '7'],
  ['9999999999999999999999', '9223372036854775807'],
  ['1023Ki', '1023Ki'],
  ['512', '512'],
  ['0.5Ki', '512'],
  ['', { fails: FORM }],
  ['1 Gi', { fails: FORM }],
  ['abc', { fails: FORM }],
  ['1,5', { fails: FORM }],
  ['1K', { fails: SUFFIX }],
  ['1mm', { fails: SUFFIX }],
  ['1e', { fails: SUFFIX }],
  ['1iK', { fails: SUFFIX }],
])('%j is %j', check);

test('an enormous exponent costs nothing', () => {
  const huge = parseQuantity('1e2000000000');
  expect(compareQuantity(huge, parseQuantity('1'))).toBeGreaterThan(0);
  expect(compareQuantity(parseQuantity('-1e2000000000'), huge)).toBeLessThan(0);
});

test('addition keeps the first family', () => {
  expect(formatQuantity(addQuantity(parseQuantity('1Gi'), parseQuantity('1024Mi')))).toBe('2Gi');
  expect(formatQuantity(addQuantity(parseQuantity('100m'), parseQuantity('1')))).toBe('1100m');
  expect(formatQuantity(addQuantity(parseQuantity('0'), parseQuantity('1Ki')))).toBe('1Ki');
  expect(formatQuantity(subtractQuantity(parseQuantity('1'), parseQuantity('250m')))).toBe('750m');
});

test('whole and thousandth units round away from zero', () => {
  expect(quantityToNumber(parseQuantity('1100m'), 'whole')).toBe(2);
  expect(quantityToNumber(parseQuantity('1'), 'milli')).toBe(1000);
  expect(quantityToNumber(parseQuantity('64Mi'), 'whole')).toBe(67108864);
});

test('formatting and reading again gives the same amount', () => {
  const seed = Date.now() % 2 ** 31;
  console.log(`seed ${seed}`);
  const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'e-2');
  fc.assert(
    fc.property(fc.integer({ min: -99999, max: 99999 }), fc.nat(999), suffix, (whole, fraction, unit) => {
      const once = parseQuantity(`${whole}.${fraction}${unit}`);
      const text = formatQuantity(once);
      expect(compareQuantity(parseQuantity(text), once)).toBe(0);
      expect(formatQuantity(parseQuantity(text))).toBe(text);
    }),
    { seed },
  );
});

const shared = sharedDir();

describe.skipIf(!shared)('recorded quantities', () => {
  test('what a real API server returned is canonical already', () => {
    const recorded = JSON.parse(readFileSync(join(shared ?? '', 'oracle/defaulted.json'), 'utf8')) as unknown;
    const found: string[] = [];
    collect(recorded, found);
    expect(found.length).toBeGreaterThan(500);
    expect(found.map((text) => formatQuantity(parseQuantity(text)))).toEqual(found);
  });
});

function collect(value: unknown, into: string[], under = ''): void {
  if (typeof value === 'string' && /^(requests|limits)$/.test(under)) into.push(value);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    collect(child, into, /^(requests|limits)$/.test(under) && typeof child === 'string' ? under : key);
  }
}
