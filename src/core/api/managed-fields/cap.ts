/** At most ten updaters are told apart; the oldest melt into `ancient-changes` (upstream `capmanagers.go`). */
import type { Manager, Managers } from './managers.ts';
import { byText, managerId } from './managers.ts';
import { union } from './path-set.ts';

const MAX_UPDATERS = 10;

/** The same managers, the oldest updaters of each API version merged until no more than ten are left. */
export function capManagers(managers: Managers): Managers {
  let count = 0;
  for (const { operation } of managers.values()) if (operation === 'Update') count++;
  if (count <= MAX_UPDATERS) return managers;
  const after: Managers = new Map(managers);
  const oldestFirst = [...managers]
    .filter(([, { operation }]) => operation === 'Update')
    .sort(([a, one], [b, two]) => byText(one.time ?? '', two.time ?? '') || byText(a, b));
  /** Per API version, the first updater met: alone it needs no bucket. */
  const first = new Map<string, string>();
  for (const [id, updater] of oldestFirst) {
    if (count <= MAX_UPDATERS) break;
    const { apiVersion } = updater;
    const earlier = first.get(apiVersion);
    if (earlier === undefined) {
      first.set(apiVersion, id);
      continue;
    }
    const bucket: Omit<Manager, 'time' | 'set'> = {
      manager: 'ancient-changes',
      operation: 'Update',
      apiVersion,
      subresource: '',
    };
    const bucketId = managerId(bucket);
    const collected = after.get(bucketId) ?? after.get(earlier);
    if (!after.has(bucketId)) after.delete(earlier);
    after.delete(id);
    after.set(bucketId, { ...bucket, time: updater.time, set: collected ? union(updater.set, collected.set) : updater.set });
    count--;
  }
  return after;
}
