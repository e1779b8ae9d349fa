/** Names as the API allows them: DNS-1123 subdomains and labels, DNS-1035 labels, and generated names. */

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';

const LABEL_FORM = new RegExp(`^${LABEL}$`);
const SUBDOMAIN_FORM = new RegExp(`^${SUBDOMAIN}$`);
const LABEL_1035_FORM = new RegExp(`^${LABEL_1035}$`);

/** The alphabet of generated names: no vowels and no look-alikes, so that no words arise (upstream util/rand). */
export const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** How much of a `generateName` is kept before the five random characters (upstream names/generate.go). */
const GENERATE_BASE_LENGTH = 58;

/** Bytes of the UTF-8 form, which is what upstream's length limits count. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const pair = code >= 0xd800 && code <= 0xdbff;
    if (pair) i++;
    bytes += pair ? 4 : code > 0x7ff ? 3 : code > 0x7f ? 2 : 1;
  }
  return bytes;
}

/** The sentence upstream's `validation.RegexError` makes of a rule, its examples and its expression. */
export function regexProblem(message: string, form: string, examples: readonly string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${form}')`;
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return `${message} (e.g. ${shown}regex used for validation is '${form}')`;
}

/** Why `name` is no DNS-1123 subdomain (at most 253 characters); empty where it is one. */
export function dns1123Subdomain(name: string): string[] {
  const problems: string[] = [];
  if (byteLength(name) > 253) problems.push('must be no more than 253 characters');
  if (!SUBDOMAIN_FORM.test(name)) {
    const rule =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
    problems.push(regexProblem(rule, SUBDOMAIN, ['example.com']));
  }
  return problems;
}

/** Why `name` is no DNS-1123 label (at most 63 characters, no dots); empty where it is one. */
export function dns1123Label(name: string): string[] {
  const problems: string[] = [];
  if (byteLength(name) > 63) problems.push('must be no more than 63 characters');
  if (LABEL_FORM.test(name)) return problems;
  if (SUBDOMAIN_FORM.test(name)) return [...problems, 'must not contain dots'];
  const rule =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
  return [...problems, regexProblem(rule, LABEL, ['my-name', '123-abc'])];
}

/** Why `name` is no DNS-1035 label (as services need); empty where it is one. */
export function dns1035Label(name: string): string[] {
  const problems: string[] = [];
  if (byteLength(name) > 63) problems.push('must be no more than 63 characters');
  if (!LABEL_1035_FORM.test(name)) {
    const rule =
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
    problems.push(regexProblem(rule, LABEL_1035, ['my-name', 'abc-123']));
  }
  return problems;
}

/** A `generateName` may end in a dash: what is checked in its place (upstream `maskTrailingDash`). */
export function maskTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;
}

/** Checks a `metadata.name`, or a `generateName` where `prefix` is true, as a DNS-1123 subdomain. */
export function subdomainNameProblems(name: string, prefix: boolean): string[] {
  return dns1123Subdomain(prefix ? maskTrailingDash(name) : name);
}

/** Checks a `metadata.name`, or a `generateName` where `prefix` is true, as a DNS-1123 label (namespaces). */
export function labelNameProblems(name: string, prefix: boolean): string[] {
  return dns1123Label(prefix ? maskTrailingDash(name) : name);
}

/** The name made of a `generateName` and five characters of `NAME_ALPHABET`; the base is clipped to 58 characters. */
export function generateName(base: string, suffix: string): string {
  return `${base.slice(0, GENERATE_BASE_LENGTH)}${suffix}`;
}
