/** Label keys and values: which are allowed, in upstream's words. */
import { byteLength, dns1123Subdomain, regexProblem } from './names.ts';

export type Labels = Readonly<Record<string, string>>;

const NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const NAME_FORM = new RegExp(`^${NAME}$`);
const VALUE_FORM = new RegExp(`^(${NAME})?$`);
const NAME_RULE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const NAME_EXAMPLES = ['MyName', 'my.name', '123-abc'];
const TOO_LONG = 'must be no more than 63 bytes';

/** Why `key` is no qualified name (`[prefix/]name`), as label keys, annotation keys, taint keys and resource names must be. */
export function labelKeyProblems(key: string): string[] {
  const parts = key.split('/');
  if (parts.length > 2) {
    const rule = regexProblem(NAME_RULE, NAME, NAME_EXAMPLES);
    return [`a qualified name ${rule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const problems: string[] = [];
  if (parts.length === 2) {
    const prefix = parts[0] ?? '';
    const found = prefix === '' ? ['must be non-empty'] : dns1123Subdomain(prefix);
    problems.push(...found.map((problem) => `prefix part ${problem}`));
  }
  const name = parts[parts.length - 1] ?? '';
  if (name === '') problems.push('name part must be non-empty');
  else if (byteLength(name) > 63) problems.push(`name part ${TOO_LONG}`);
  if (!NAME_FORM.test(name)) problems.push(`name part ${regexProblem(NAME_RULE, NAME, NAME_EXAMPLES)}`);
  return problems;
}

/** Why `value` is no label value; empty where it is one. The empty text is one. */
export function labelValueProblems(value: string): string[] {
  const problems: string[] = [];
  if (byteLength(value) > 63) problems.push(TOO_LONG);
  if (!VALUE_FORM.test(value)) {
    const rule =
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
    problems.push(regexProblem(rule, `(${NAME})?`, ['MyValue', 'my_value', '12345']));
  }
  return problems;
}
