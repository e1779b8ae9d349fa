/** One step of a rolling update: grow the new ReplicaSet, or else shrink the old ones (upstream `rolling.go`). */
import { replicasOf } from '../objects.ts';
import { availableOf, byAge, type Draft, wantedBy, wanting } from './draft.ts';
import type { Sets } from './sets.ts';
import { unavailableOf } from './strategy.ts';

/** Returns whether anything was scaled. */
export function rollOn(sets: Sets): boolean {
  const current = sets.current ?? sets.create();
  const wanted = replicasOf(sets.deployment);
  if (current.replicas !== wanted) {
    const scaled = sets.scale(current, current.replicas > wanted ? wanted : sets.roomForCurrent());
    if (scaled) return true;
  }
  return shrinkOld(sets, current);
}

function shrinkOld(sets: Sets, current: Draft): boolean {
  const old = wanting(sets.old).sort(byAge);
  if (old.length === 0) return false;
  const minAvailable = replicasOf(sets.deployment) - unavailableOf(sets.deployment);
  const missing = current.replicas - (current.stored.status?.availableReplicas ?? 0);
  const most = wantedBy(sets.all) - minAvailable - missing;
  if (most <= 0) return false;
  const unhealthy = dropUnhealthy(sets, old, most);
  return shrinkHealthy(sets, old, availableOf(sets.all) - minAvailable) || unhealthy;
}

/** Pods that are not available cost nothing: they go first, so that a broken revision cannot block its own end. */
function dropUnhealthy(sets: Sets, old: readonly Draft[], most: number): boolean {
  let dropped = 0;
  for (const draft of old) {
    if (dropped >= most) break;
    const unhealthy = draft.replicas - (draft.stored.status?.availableReplicas ?? 0);
    const count = Math.min(most - dropped, unhealthy);
    if (count <= 0) continue;
    sets.scale(draft, draft.replicas - count);
    dropped += count;
  }
  return dropped > 0;
}

function shrinkHealthy(sets: Sets, old: readonly Draft[], most: number): boolean {
  let shrunk = 0;
  for (const draft of old) {
    if (shrunk >= most) break;
    const count = Math.min(draft.replicas, most - shrunk);
    if (count <= 0) continue;
    sets.scale(draft, draft.replicas - count);
    shrunk += count;
  }
  return shrunk > 0;
}
