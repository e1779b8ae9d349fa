/** Scales every duration of the alert rules: `node scripts/scale-alerts.ts 1/60` prints them with seconds for minutes. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseDocument, visit } from 'yaml';

const SOURCE = fileURLToPath(new URL('../deploy/prometheus/daemonset-alerts.yaml', import.meta.url));

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^(\d+)(ms|s|m|h|d)$/;
const RANGE = /\[(\d+(?:ms|s|m|h|d))\]|\boffset (\d+(?:ms|s|m|h|d))\b/g;

/** The rules as YAML with `for`, `[range]` and `offset` multiplied by `factor`, whole milliseconds; texts stay as they are. Throws where a duration has a form it does not know. */
export function scaleAlerts(source: string, factor: number): string {
  const document = parseDocument(source);
  visit(document, {
    Pair(_, pair) {
      const key = String(pair.key);
      if (key !== 'for' && key !== 'expr') return;
      const { value: node } = pair as { value: { value: string } };
      node.value =
        key === 'for'
          ? scaled(node.value, factor)
          : node.value.replace(RANGE, (text, range?: string, offset?: string) => {
              const duration = range ?? offset ?? '';
              return text.replace(duration, scaled(duration, factor));
            });
    },
  });
  return document.toString({ lineWidth: 0 });
}

function scaled(duration: string, factor: number): string {
  const [, count, unit = ''] = DURATION.exec(duration) ?? [];
  if (count === undefined) throw new Error(`${duration} is no duration of one unit`);
  return `${Math.max(1, Math.round(Number(count) * (UNITS[unit] ?? 0) * factor))}ms`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [over = '', under = '1'] = (process.argv[2] ?? '').split('/');
  const factor = Number(over) / Number(under);
  if (!(factor > 0) || !Number.isFinite(factor)) {
    process.stderr.write('usage: node scripts/scale-alerts.ts FACTOR    (1/60 makes seconds of minutes)\n');
    process.exitCode = 2;
  } else process.stdout.write(scaleAlerts(readFileSync(SOURCE, 'utf8'), factor));
}
