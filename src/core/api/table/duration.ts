/** How long ago something was, in the short form of kubectl's AGE column (upstream `duration.HumanDuration`). */
import type { Millis } from '../../kube/time.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** `45s`, `3m20s`, `5h`, `2d3h`, `4y`; `<invalid>` for a future of more than a second. */
export function humanDuration(length: Millis): string {
  const seconds = Math.trunc(length / SECOND);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(length / MINUTE);
  if (minutes < 10) return pair(minutes, 'm', `${seconds % 60}s`);
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(length / HOUR);
  if (hours < 8) return pair(hours, 'h', `${minutes % 60}m`);
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (hours < 192) return pair(days, 'd', `${hours % 24}h`);
  if (hours < 24 * 365 * 2) return `${days}d`;
  const years = Math.trunc(hours / 24 / 365);
  return hours < 24 * 365 * 8 ? pair(years, 'y', `${days % 365}d`) : `${years}y`;
}

/** The smaller part is left out when it is zero. */
function pair(large: number, unit: string, small: string): string {
  return small.startsWith('0') ? `${large}${unit}` : `${large}${unit}${small}`;
}
