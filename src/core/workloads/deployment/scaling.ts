/** Scaling a Deployment outside of a rollout, in the middle of one, or while it is paused (upstream `sync.go`, `scale`). */
import { replicasOf } from '../objects.ts';
import { desiredAtScaling, maxAtScaling } from './annotations.ts';
import { byAge, type Draft, wantedBy, wanting } from './draft.ts';
import type { Sets } from './sets.ts';
import { isRolling, surgeOf } from './strategy.ts';

/** Whether the Deployment's replicas changed since its ReplicaSets were last scaled. */
export function isScaling({ all, deployment }: Sets): boolean {
  return wanting(all).some((draft) => {
    const desired = desiredAtScaling(draft);
    return desired !== undefined && desired !== replicasOf(deployment);
  });
}

/** One active ReplicaSet takes it all; of several, each takes a part by its size, so that the risk of a rollout stays what it was. */
export function scale(sets: Sets): void {
  const { deployment, current, old } = sets;
  const wanted = replicasOf(deployment);
  const only = activeOrLatest(sets);
  if (only) {
    sets.scale(only, wanted);
    return;
  }
  if (current && isSaturated(current, wanted)) {
    for (const draft of wanting(old)) sets.scale(draft, 0);
    return;
  }
  if (isRolling(deployment)) scaleInProportion(sets, wanted === 0 ? 0 : wanted + surgeOf(deployment));
}

/** The one that has pods, or where none has, the current or newest; `undefined` where several have. */
function activeOrLatest({ all, current, old }: Sets): Draft | undefined {
  const active = wanting(all);
  if (active.length > 1) return undefined;
  return active[0] ?? current ?? [...old].sort(byAge).at(-1);
}

function isSaturated(draft: Draft, wanted: number): boolean {
  const available = draft.stored.status?.availableReplicas ?? 0;
  return draft.replicas === wanted && desiredAtScaling(draft) === wanted && available === wanted;
}

function scaleInProportion(sets: Sets, allowed: number): void {
  const active = wanting(sets.all);
  const toAdd = allowed - wantedBy(active);
  // The largest first; among equals the newer when growing, the older when shrinking.
  active.sort((a, b) => b.replicas - a.replicas || (toAdd > 0 ? byAge(b, a) : byAge(a, b)));
  const sizes = new Map<Draft, number>();
  let added = 0;
  for (const draft of active) {
    const part = portion(sets, draft, { toAdd, added });
    sizes.set(draft, draft.replicas + part);
    added += part;
  }
  for (const [index, draft] of active.entries()) {
    const leftover = index === 0 ? toAdd - added : 0;
    sets.resize(draft, Math.max(0, (sizes.get(draft) ?? 0) + leftover), toAdd > 0 ? 'up' : 'down');
  }
}

/** A ReplicaSet's share of what is to be added (negative: removed), within what is left of it. */
function portion({ deployment }: Sets, draft: Draft, { toAdd, added }: { toAdd: number; added: number }): number {
  if (toAdd === 0 || toAdd === added) return 0;
  const left = toAdd - added;
  const wanted = replicasOf(deployment);
  if (wanted === 0) return Math.max(-draft.replicas, left);
  const before = maxAtScaling(draft) || deployment.status?.replicas || 0;
  if (before === 0) return 0;
  const share = roundHalfAway((draft.replicas * (wanted + surgeOf(deployment))) / before) - draft.replicas;
  return toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
}

function roundHalfAway(value: number): number {
  return value < 0 ? -Math.floor(0.5 - value) : Math.floor(value + 0.5);
}
