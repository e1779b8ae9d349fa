/** Names and labels: what is refused, in upstream's words. */
import { expect, test } from 'vitest';
import { labelKeyProblems, labelValueProblems } from '../../src/core/kube/labels.ts';
import {
  byteLength,
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  generateName,
  subdomainNameProblems,
} from '../../src/core/kube/names.ts';

const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const NAME_RULE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

const rules = { dns1123Label, dns1123Subdomain, dns1035Label, labelKeyProblems, labelValueProblems };

function check(rule: keyof typeof rules, text: string, expected: string[]): void {
  expect(rules[rule](text)).toEqual(expected);
}

test.each<[keyof typeof rules, string, string[]]>([
  ['dns1123Label', 'a-1', []],
  ['dns1123Label', 'a.b', ['must not contain dots']],
  ['dns1123Label', 'A', [LABEL_RULE]],
  ['dns1123Label', 'a'.repeat(64), ['must be no more than 63 characters']],
  ['dns1123Subdomain', 'a.b-c', []],
  ['dns1123Subdomain', 'a..b', [SUBDOMAIN_RULE]],
  ['dns1123Subdomain', '', [SUBDOMAIN_RULE]],
  ['dns1123Subdomain', 'a'.repeat(254), ['must be no more than 253 characters']],
  ['dns1035Label', 'a1', []],
  ['labelKeyProblems', 'example.com/a', []],
  ['labelKeyProblems', '/a', ['prefix part must be non-empty']],
  ['labelKeyProblems', 'a/', ['name part must be non-empty', NAME_RULE]],
  ['labelKeyProblems', 'A_/a', [`prefix part ${SUBDOMAIN_RULE}`]],
  ['labelValueProblems', '', []],
  ['labelValueProblems', 'a b', [VALUE_RULE]],
  ['labelValueProblems', 'v'.repeat(64), ['must be no more than 63 bytes']],
])('%s %j', check);

test('a key of three parts', () => {
  expect(labelKeyProblems('a/b/c')).toEqual([
    `a qualified ${NAME_RULE.replace('name part', 'name')} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
  ]);
});

test('lengths are of UTF-8', () => {
  for (const text of ['abc', 'é', '語', '😀', 'a😀é']) expect(byteLength(text)).toBe(new TextEncoder().encode(text).length);
});

test('generated names are clipped to 63 characters, prefixes may end in a dash', () => {
  expect(generateName('a'.repeat(80), 'bcdfg')).toBe(`${'a'.repeat(58)}bcdfg`);
  expect(subdomainNameProblems('agent-', true)).toEqual([]);
  expect(subdomainNameProblems('agent-', false)).toEqual([SUBDOMAIN_RULE]);
});
