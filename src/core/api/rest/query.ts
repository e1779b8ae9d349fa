/** How query parameters become option fields: Go's conversions, with its error texts. */
import { badRequest } from './errors.ts';

/** The query of a request: `get` gives the first value, `undefined` where the parameter is absent. */
export interface Query {
  get(name: string): string | undefined;
  all(name: string): readonly string[];
}

const INTEGER = /^[+-]?\d+$/;
const INT64_MAX = 9223372036854775807n;

/** `undefined` where absent or empty; throws 400 with `strconv.ParseInt`'s message otherwise. */
export function queryInteger(query: Query, name: string): number | undefined {
  const text = query.get(name);
  if (text === undefined || text === '') return undefined;
  if (!INTEGER.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  if (value > INT64_MAX || value < -INT64_MAX - 1n) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`);
  }
  return Number(value);
}

/** Every value but `false` and `0` counts as true, the empty one included; absent is `undefined`. */
export function queryBoolean(query: Query, name: string): boolean | undefined {
  const text = query.get(name);
  if (text === undefined) return undefined;
  const lower = text.toLowerCase();
  return lower !== 'false' && lower !== '0';
}

/** The plain text; absent and empty are both `undefined`. */
export function queryText(query: Query, name: string): string | undefined {
  return query.get(name) || undefined;
}
