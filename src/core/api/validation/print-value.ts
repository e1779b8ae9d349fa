/** How a value looks inside a refusal: Go's `%q` for texts, plain numbers, compact Go JSON for everything else. */

/** The printed form; `undefined` reads `null`. */
export function printValue(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return goJson(value);
}

/** A map in the order Go's encoder gives it: by key. */
export function sortedMap<T>(map: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

const HTML = /[<>&\u2028\u2029]/g;
/** What Go does not print as it is: control and format characters and odd spaces. */
const CONTROL = /\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}|(?! )\p{Zs}/gu;
const SHORT: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** Go's `strconv.Quote`. */
export function quote(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  return `"${escaped.replace(CONTROL, escapeControl)}"`;
}

function escapeControl(char: string): string {
  const code = char.charCodeAt(0);
  return SHORT[char] ?? (code < 0x80 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
}

/** `JSON.stringify` with the characters of HTML escaped, as Go's encoder does. `indent`: blanks a level; absent means compact. */
export function goJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(HTML, (char) => `\\u${hex(char.charCodeAt(0), 4)}`);
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
