/** Label selectors: the query language with upstream's error texts, and `LabelSelector`. */
import { expect, test } from 'vitest';
import type { LabelSelector } from '../../src/core/kube/objects.ts';
import {
  compileSelector,
  formatLabelSelector,
  formatSelector,
  parseSelector,
  selectorMatches,
} from '../../src/core/kube/selector.ts';

const LABELS = { app: 'web', tier: 'front', cores: '8', empty: '' };

function check(text: string, expected: boolean | string): void {
  if (typeof expected === 'boolean') expect(selectorMatches(parseSelector(text), LABELS)).toBe(expected);
  else expect(() => parseSelector(text)).toThrow(expect.objectContaining({ message: expected }));
}

const NAME =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

test.each<[string, boolean | string]>([
  ['', true],
  ['app=web', true],
  ['app==web', true],
  ['app!=web', false],
  ['missing!=web', true],
  ['app in (web,api)', true],
  ['app in (api)', false],
  ['app notin (api)', true],
  ['missing notin (api)', true],
  ['app', true],
  ['!app', false],
  ['! missing', true],
  ['app , tier = front', true],
  ['cores>4', true],
  ['cores<8', false],
  ['missing<8', false],
  ['app>4', false],
  ['empty=', true],
  ['empty in ()', true],
  ['app in ()', false],
  ['empty in (,a)', true],
  ['in in (in)', false],
  ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
  ['a,', "found '', expected: identifier after ','"],
  [',a', "found ',', expected: !, identifier, or 'end of string'"],
  ['a=b b', "found 'b', expected: ',' or 'end of string'"],
  ['!', "unable to parse requirement: found '', expected: identifier"],
  ['a in', "unable to parse requirement: found '' expected: '('"],
  ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
  ['a in (=', "unable to parse requirement: found '=', expected: ',', ')' or identifier"],
  ['a=(', "unable to parse requirement: found '(', expected: identifier"],
  ['a>b', "unable to parse requirement: values[0]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be an integer"],
  ['-a=b', `unable to parse requirement: <nil>: Invalid value: "-a": ${NAME}`],
  [
    `${'x'.repeat(64)}=b`,
    `unable to parse requirement: <nil>: Invalid value: "${'x'.repeat(64)}": name part must be no more than 63 bytes`,
  ],
  [
    `app=${'v'.repeat(64)}`,
    `unable to parse requirement: values[0][app]: Invalid value: "${'v'.repeat(64)}": must be no more than 63 bytes`,
  ],
])('%s', check);

test('is written sorted by key', () => {
  expect(formatSelector(parseSelector('z=1, b notin (y,x) ,!c, a>3'))).toBe('a>3,b notin (x,y),!c,z=1');
});

test.each<[LabelSelector | undefined, boolean, string]>([
  [undefined, false, '<none>'],
  [{}, true, '<none>'],
  [{ matchLabels: { app: 'web' } }, true, 'app=web'],
  [{ matchLabels: { app: 'api' } }, false, 'app=api'],
  [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'api'] }] }, true, 'app in (api,web)'],
  [{ matchExpressions: [{ key: 'x', operator: 'NotIn', values: ['web'] }] }, true, 'x notin (web)'],
  [{ matchExpressions: [{ key: 'x', operator: 'DoesNotExist' }] }, true, '!x'],
  [{ matchExpressions: [{ key: 'x', operator: 'Exists' }] }, false, 'x'],
  [{ matchExpressions: [{ key: 'app', operator: 'In' }] }, false, '<error>'],
  [{ matchExpressions: [{ key: 'app', operator: 'Near', values: ['web'] }] }, false, '<error>'],
])('LabelSelector %j', (selector, matches, text) => {
  expect(compileSelector(selector)(LABELS)).toBe(matches);
  expect(formatLabelSelector(selector)).toBe(text);
});

test('inherited names are no labels', () => {
  expect(selectorMatches(parseSelector('constructor'), {})).toBe(false);
});
