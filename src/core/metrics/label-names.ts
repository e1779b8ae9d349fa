/** How Kubernetes labels and annotations become Prometheus labels (kube-state-metrics `internal/store/utils.go`). */
import type { SampleLabels } from './family.ts';

/** Keys that are shown; `all` for every one. */
export type AllowedKeys = ReadonlySet<string> | 'all';

/** What `--metric-labels-allowlist` and `--metric-annotations-allowlist` allow; nothing unless asked for, so that cardinality stays ours. */
export interface Allowlists {
  readonly labels: AllowedKeys;
  readonly annotations: AllowedKeys;
}

export const NOTHING_ALLOWED: Allowlists = { labels: new Set(), annotations: new Set() };

const RESOURCES = /(\*|[a-z]+)=\[([^\]]*)\]/g;

/**
 * Reads kube-state-metrics' form `daemonsets=[team,app],pods=[*]`, of which only the lists for `daemonsets` and `*` count.
 * `undefined` where the text has no such form.
 */
export function parseAllowlist(text: string): AllowedKeys | undefined {
  const keys = new Set<string>();
  const rest = text.replace(RESOURCES, (_, resource: string, list: string) => {
    const ours = resource === 'daemonsets' || resource === '*';
    if (ours) for (const key of list.split(',')) if (key.trim() !== '') keys.add(key.trim());
    return '';
  });
  if (!/^[,\s]*$/.test(rest) || rest === text) return undefined;
  return keys.has('*') ? 'all' : keys;
}

/** The allowed entries as labels, in the order of their keys; keys that become one name are told apart by `_conflict1`, `_conflict2`, …. */
export function prometheusLabels(
  prefix: string,
  entries: Record<string, string> | undefined,
  allowed: AllowedKeys,
): SampleLabels {
  const keys = Object.keys(entries ?? {})
    .filter((key) => allowed === 'all' || allowed.has(key))
    .sort();
  const counts = new Map<string, number>();
  const names = keys.map((key) => `${prefix}_${snakeCase(key.replace(/[^a-zA-Z0-9_]/g, '_'))}`);
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const seen = new Map<string, number>();
  return keys.map((key, i) => {
    const name = names[i] ?? '';
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    return [(counts.get(name) ?? 0) > 1 ? `${name}_conflict${nth}` : name, entries?.[key] ?? ''];
  });
}

function snakeCase(text: string): string {
  return text.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}
