/** Reading times as Go's `time.Parse` does for `metav1.Time` and `metav1.MicroTime`, with its errors. */
import { formatMicroTime, formatTime } from '../../kube/time.ts';

const RFC3339 = '2006-01-02T15:04:05Z07:00';
const RFC3339_MICRO = '2006-01-02T15:04:05.000000Z07:00';
const CANONICAL = /^\d{4}-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/;
const SECONDS_PARTS = ['2006', '-', '01', '-', '02', 'T', '15', ':', '04', ':', '05'];
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** A text that is no time; the message is Go's. */
export class TimeError extends Error {}

/** The canonical form of a `metav1.Time`: UTC, whole seconds. Throws `TimeError`. */
export function canonicalTime(text: string): string {
  const fast = CANONICAL.exec(text);
  if (
    fast &&
    Number(fast[1]) >= 1 &&
    Number(fast[1]) <= 12 &&
    Number(fast[2]) >= 1 &&
    Number(fast[2]) <= 28 &&
    Number(fast[3]) < 24
  ) {
    if (Number(fast[4]) < 60 && Number(fast[5]) < 60) return text;
  }
  return formatTime(Date.parse(checked(text, RFC3339)));
}

/** The canonical form of a `metav1.MicroTime`: UTC, six digits. Exactly six digits are accepted. Throws `TimeError`. */
export function canonicalMicroTime(text: string): string {
  const normal = checked(text, RFC3339_MICRO);
  if (normal.endsWith('Z')) return normal;
  // JavaScript knows milliseconds only: the last three digits pass by.
  const micros = normal.slice(23, 26);
  return `${formatMicroTime(Date.parse(normal)).slice(0, 23)}${micros}Z`;
}

/** `text` itself, where it follows the layout. */
function checked(text: string, layout: string): string {
  let rest = text;
  const values: Record<string, number> = {};
  const bad = (part: string): never => {
    throw new TimeError(
      `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(part)}`,
    );
  };
  const digits = (part: string, count: number): void => {
    const found = rest.slice(0, count);
    if (!/^\d+$/.test(found) || found.length < count) bad(part);
    values[part] = Number(found);
    rest = rest.slice(count);
  };
  for (const part of SECONDS_PARTS) {
    if (/\d/.test(part)) digits(part, part.length);
    else if (rest.startsWith(part)) rest = rest.slice(1);
    else bad(part);
    checkRange(text, part, values);
  }
  if (layout === RFC3339_MICRO) {
    if (!/^[.,]\d{6}(?!\d)/.test(rest)) bad('.000000');
    rest = rest.slice(7);
  } else {
    rest = rest.replace(/^[.,]\d+/, '');
  }
  const zone = /^(?:Z|[+-](\d\d):(\d\d))/.exec(rest);
  if (!zone || Number(zone[1] ?? 0) > 24 || Number(zone[2] ?? 0) > 60) return bad('Z07:00');
  rest = rest.slice(zone[0].length);
  if (rest !== '') throw new TimeError(`parsing time ${JSON.stringify(text)}: extra text: ${JSON.stringify(rest)}`);
  const year = values['2006'] ?? 0;
  const month = values['01'] ?? 1;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && leap ? 29 : (DAYS[month - 1] ?? 31);
  const day = values['02'] ?? 0;
  if (day < 1 || day > days) throw new TimeError(`parsing time ${JSON.stringify(text)}: day out of range`);
  return text.replace(',', '.');
}

const RANGES: Readonly<Record<string, readonly [name: string, min: number, max: number]>> = {
  '01': ['month', 1, 12],
  '15': ['hour', 0, 23],
  '04': ['minute', 0, 59],
  '05': ['second', 0, 59],
};

function checkRange(text: string, part: string, values: Readonly<Record<string, number>>): void {
  const range = RANGES[part];
  const value = values[part];
  if (!range || value === undefined || (value >= range[1] && value <= range[2])) return;
  throw new TimeError(`parsing time ${JSON.stringify(text)}: ${range[0]} out of range`);
}
