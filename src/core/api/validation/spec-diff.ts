/** The difference of two specs as lines of removed and added fields, for people who read a refusal. */

/** A unified-looking text: one line for each path whose value differs. */
export function specDiff(old: unknown, next: unknown): string {
  const lines: string[] = [];
  walk({ old, next, path: '' }, lines);
  return ['@@ -1 +1 @@', ...lines].join('\n');
}

interface Pair {
  readonly old: unknown;
  readonly next: unknown;
  readonly path: string;
}

function walk({ old, next, path }: Pair, lines: string[]): void {
  if (old === next) return;
  if (isContainer(old) && isContainer(next) && Array.isArray(old) === Array.isArray(next)) {
    for (const key of new Set([...Object.keys(old), ...Object.keys(next)])) {
      const step = Array.isArray(old) ? `[${key}]` : `${path === '' ? '' : '.'}${key}`;
      walk({ old: old[key], next: next[key], path: path + step }, lines);
    }
    return;
  }
  if (old !== undefined) lines.push(`-  ${path}: ${JSON.stringify(old)}`);
  if (next !== undefined) lines.push(`+  ${path}: ${JSON.stringify(next)}`);
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
