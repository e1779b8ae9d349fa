/** Which old ReplicaSets a Deployment no longer keeps (upstream `sync.go`, `cleanupDeployment`). */
import type { ReplicaSet } from '../objects.ts';
import { revisionOf } from './annotations.ts';
import { historyLimitOf } from './conditions.ts';
import { byAge, type Draft } from './draft.ts';
import type { Sets } from './sets.ts';

/** The oldest revisions beyond `spec.revisionHistoryLimit`; one that still has, or wants, pods is left for later. */
export function beyondHistory({ deployment, old }: Sets): ReplicaSet[] {
  const limit = historyLimitOf(deployment);
  if (limit === undefined) return [];
  const alive = old.filter(({ stored }) => !stored.metadata.deletionTimestamp);
  const excess = alive.length - limit;
  if (excess <= 0) return [];
  return alive
    .sort((a, b) => revisionOf(a.annotations) - revisionOf(b.annotations) || byAge(a, b))
    .slice(0, excess)
    .filter(isIdle)
    .map(({ stored }) => stored);
}

function isIdle({ stored: { metadata, status }, replicas }: Draft): boolean {
  return (status?.replicas ?? 0) === 0 && replicas === 0 && (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0);
}
