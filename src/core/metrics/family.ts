/** A metric family and its samples, and how they look in Prometheus' text form (exposition format 0.0.4). */

/** Label names with their values, in the order they are written. */
export type SampleLabels = readonly (readonly [name: string, value: string])[];

export interface Sample {
  readonly labels: SampleLabels;
  readonly value: number;
  /** `_bucket`, `_sum` or `_count` of a histogram. */
  readonly suffix?: string;
}

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly samples: readonly Sample[];
}

/** The media type of what `exposition` makes. */
export const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';

/** The whole scrape. A family without samples keeps its two header lines, as kube-state-metrics does. */
export function exposition(families: readonly Family[]): string {
  const lines: string[] = [];
  for (const { name, help, type, samples } of families) {
    lines.push(`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`);
    for (const { labels, value, suffix = '' } of samples) lines.push(`${name}${suffix}${written(labels)} ${number(value)}`);
  }
  lines.push('');
  return lines.join('\n');
}

function written(labels: SampleLabels): string {
  if (labels.length === 0) return '';
  return `{${labels.map(([name, value]) => `${name}="${escapeValue(value)}"`).join(',')}}`;
}

function number(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

const SPECIAL = /[\\"\n]/;

function escapeValue(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
