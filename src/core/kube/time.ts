/** Time as the core sees it: plain numbers that arrive as arguments, and the texts the API shows. */

/** Milliseconds since the Unix epoch. */
export type Instant = number;

/** A length of time in milliseconds. */
export type Millis = number;

/** `metav1.Time`: RFC 3339 in UTC with whole seconds, fractions cut off as Go's marshaller does. */
export function formatTime(at: Instant): string {
  return `${wholeSecond(at)}Z`;
}

/** The second that was asked for last: bursts of writes ask for the same one again and again. */
let last = { second: Number.NaN, text: '' };

/** RFC 3339 up to the seconds, cut off. */
function wholeSecond(at: Instant): string {
  const second = Math.floor(at / 1000);
  if (second !== last.second) last = { second, text: new Date(second * 1000).toISOString().slice(0, 19) };
  return last.text;
}

/** `metav1.MicroTime`: RFC 3339 in UTC with six digits of fraction. */
export function formatMicroTime(at: Instant): string {
  const micros = Math.round((at - Math.floor(at / 1000) * 1000) * 1000);
  return `${wholeSecond(at)}.${String(micros).padStart(6, '0')}Z`;
}

/** The instant of an RFC 3339 text, `undefined` where the text is absent or is none. */
export function parseTime(text: string | undefined | null): Instant | undefined {
  if (!text) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}
