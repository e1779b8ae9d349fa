/** The refusal of an apply that would take fields from others (upstream `internal/conflict.go`). */
import type { Cause } from '../api-error.ts';
import { ApiError } from '../api-error.ts';
import type { Manager } from './managers.ts';
import { byText } from './managers.ts';
import { showPaths } from './path-element.ts';
import type { PathSet } from './path-set.ts';

/** Throws 409 where there is any conflict: one cause a field. */
export function refuseConflicts(conflicts: ReadonlyMap<Manager, PathSet>): void {
  if (conflicts.size === 0) return;
  const causes: Cause[] = [];
  const byManager = new Map<string, string[]>();
  for (const [manager, set] of [...conflicts].sort(([a], [b]) => byText(shown(a), shown(b)))) {
    const paths = showPaths(set);
    byManager.set(shown(manager), [...(byManager.get(shown(manager)) ?? []), ...paths]);
    for (const field of paths) causes.push({ reason: 'FieldManagerConflict', message: `conflict with ${shown(manager)}`, field });
  }
  throw new ApiError(409, 'Conflict', message(byManager, causes), { causes });
}

function shown({ manager, operation, subresource, apiVersion }: Manager): string {
  const via = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`;
  return `${JSON.stringify(manager)}${via}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}

function message(byManager: ReadonlyMap<string, string[]>, causes: readonly Cause[]): string {
  const head = `Apply failed with ${causes.length} conflict${causes.length === 1 ? '' : 's'}`;
  const lines = [...byManager].map(([manager, paths]) =>
    causes.length === 1
      ? `conflict with ${manager}: ${paths[0]}`
      : `conflicts with ${manager}:\n${paths.map((path) => `- ${path}`).join('\n')}`,
  );
  return `${head}: ${lines.join('\n')}`;
}
