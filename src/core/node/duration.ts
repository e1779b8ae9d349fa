/** Durations as Go writes and reads them: `250ms`, `1m30s`. */
import type { Millis } from '../kube/time.ts';

const PART = /(\d+(?:\.\d+)?)(ms|s|m|h)/g;
const WHOLE = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/;
const UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a text such as `1m30s`, or of `0`; `undefined` where the text is no duration. */
export function parseDuration(text: string): Millis | undefined {
  if (text === '0') return 0;
  if (!WHOLE.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(PART)) total += Number(amount) * (UNIT[unit ?? ''] ?? 0);
  return total;
}

/** As Go's `Duration.String` prints whole milliseconds: `0s`, `250ms`, `1.5s`, `2m40s`, `1h0m0s`. */
export function formatDuration(ms: Millis): string {
  if (ms === 0) return '0s';
  if (ms < 1000) return `${ms}ms`;
  const seconds = (ms % 60_000) / 1000;
  const minutes = Math.floor(ms / 60_000) % 60;
  const hours = Math.floor(ms / 3_600_000);
  return `${hours ? `${hours}h` : ''}${hours || minutes ? `${minutes}m` : ''}${seconds}s`;
}
