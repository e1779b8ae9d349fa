/** Small formats that many fields share: ports, addresses, ids, percentages, environment and file names. */
import { byteLength, regexProblem } from '../../kube/names.ts';

export const NOT_NEGATIVE = 'must be greater than or equal to 0';
export const NOT_POSITIVE = 'must be greater than zero';
export const IMMUTABLE = 'field is immutable';
export const INT32_MAX = 2147483647;

const NONE: readonly string[] = [];

/** `must be between 1 and 5, inclusive`. */
export function rangeProblem(low: number, high: number): string {
  return `must be between ${low} and ${high}, inclusive`;
}

/** A port number is 1 to 65535. */
export function portNumberProblems(port: number): readonly string[] {
  return port >= 1 && port <= 65535 ? NONE : [rangeProblem(1, 65535)];
}

const PORT_CHARS = /^[-a-z0-9]+$/;
const PORT_LETTER = /[a-z]/;

/** An IANA service name (RFC 6335): at most 15 characters, with a letter, no hyphens side by side or outside. */
export function portNameProblems(name: string): readonly string[] {
  const problems: string[] = [];
  if (byteLength(name) > 15) problems.push('must be no more than 15 characters');
  if (!PORT_CHARS.test(name)) problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!PORT_LETTER.test(name)) problems.push('must contain at least one letter (a-z)');
  if (name.includes('--')) problems.push('must not contain consecutive hyphens');
  if (name.startsWith('-') || name.endsWith('-')) problems.push('must not begin or end with a hyphen');
  return problems;
}

/** User and group ids are 0 to 2^31-1. */
export function idProblems(id: number): readonly string[] {
  return id >= 0 && id <= INT32_MAX ? NONE : [rangeProblem(0, INT32_MAX)];
}

const PERCENT = /^[0-9]+%$/;

/** `25%`. */
export function percentProblems(text: string): readonly string[] {
  if (PERCENT.test(text)) return NONE;
  return [regexProblem("a valid percent string must be a numeric string followed by an ending '%'", '[0-9]+%', ['1%', '93%'])];
}

const ENV_NAME = /^[ -<>-~]+$/;

/** Names of environment variables since KEP-4369: printable ASCII without `=`. */
export function envNameProblems(name: string): readonly string[] {
  if (ENV_NAME.test(name)) return NONE;
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

const CONFIG_KEY = /^[-._a-zA-Z0-9]+$/;

/** Keys of ConfigMaps and Secrets: file names of at most 253 characters. */
export function configKeyProblems(key: string): readonly string[] {
  const problems: string[] = [];
  if (byteLength(key) > 253) problems.push('must be no more than 253 characters');
  if (!CONFIG_KEY.test(key)) {
    const rule = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
    problems.push(regexProblem(rule, '[-._a-zA-Z0-9]+', ['key.name', 'KEY_NAME', 'key-name']));
  }
  if (key === '.') problems.push("must not be '.'");
  else if (key === '..') problems.push("must not be '..'");
  else if (key.startsWith('..')) problems.push("must not start with '..'");
  return problems;
}

const HEADER = /^[-A-Za-z0-9]+$/;

/** Names of HTTP headers. */
export function headerNameProblems(name: string): readonly string[] {
  if (HEADER.test(name)) return NONE;
  return [regexProblem("a valid HTTP header must consist of alphanumeric characters or '-'", '[-A-Za-z0-9]+', ['X-Header-Name'])];
}

const UNDERSCORED_LABEL = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const UNDERSCORED = `${UNDERSCORED_LABEL}(\\.${UNDERSCORED_LABEL})*`;
const UNDERSCORED_FORM = new RegExp(`^${UNDERSCORED}$`);

/** A DNS-1123 subdomain that may hold underscores, as DNS search paths do. */
export function underscoredSubdomainProblems(name: string): readonly string[] {
  const problems: string[] = [];
  if (byteLength(name) > 253) problems.push('must be no more than 253 characters');
  if (!UNDERSCORED_FORM.test(name)) {
    const rule =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
    problems.push(regexProblem(rule, UNDERSCORED, ['example.com']));
  }
  return problems;
}

const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;

/** Whether a text names a sysctl, with dots or slashes between the segments. */
export function isSysctlName(name: string): boolean {
  return name.length <= 253 && SYSCTL.test(name);
}
