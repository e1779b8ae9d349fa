/** What the garbage collector does about one object (upstream `garbagecollector.go`, attemptToDeleteItem and attemptToOrphan). */
import { FOREGROUND, type Item, isWaiting, ORPHAN, type OwnershipGraph } from './ownership-graph.ts';

/** An owner as it was found: there, gone, waiting for its dependants, or not to be found out. */
export type OwnerState = 'present' | 'absent' | 'waiting' | 'unknown';

export type GarbageStep =
  | { readonly kind: 'none' }
  /** Judge these: they keep the object from going. */
  | { readonly kind: 'look'; readonly at: readonly Item[] }
  | { readonly kind: 'drop-finalizer'; readonly finalizer: string }
  /** Strip this owner from its dependants, then drop the finalizer `orphan`. */
  | { readonly kind: 'orphan'; readonly dependents: readonly Item[] }
  /** Some owners are left: forget the others. */
  | { readonly kind: 'drop-owners'; readonly uids: readonly string[] }
  | { readonly kind: 'delete'; readonly policy: 'Background' | 'Foreground' | 'Orphan' };

/** The step for an item, given what became of its owners. */
export function garbageStep(item: Item, graph: OwnershipGraph, owner: (uid: string) => OwnerState): GarbageStep {
  if (item.deleting) return deletingStep(item, graph);
  if (item.owners.length === 0) return { kind: 'none' };
  const states = item.owners.map(({ uid }) => ({ uid, state: owner(uid) }));
  const lost = states.filter(({ state }) => state === 'absent' || state === 'waiting').map(({ uid }) => uid);
  if (states.some(({ state }) => state === 'present' || state === 'unknown')) {
    return lost.length > 0 ? { kind: 'drop-owners', uids: lost } : { kind: 'none' };
  }
  const dependents = graph.dependents(item.uid);
  if (states.some(({ state }) => state === 'waiting') && dependents.length > 0) return { kind: 'delete', policy: 'Foreground' };
  if (item.finalizers.includes(ORPHAN)) return { kind: 'delete', policy: 'Orphan' };
  return { kind: 'delete', policy: item.finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background' };
}

function deletingStep(item: Item, graph: OwnershipGraph): GarbageStep {
  if (item.finalizers.includes(ORPHAN)) return { kind: 'orphan', dependents: graph.dependents(item.uid) };
  if (!isWaiting(item)) return { kind: 'none' };
  const blocking = graph
    .dependents(item.uid)
    .filter((dependent) => dependent.owners.some((owner) => owner.uid === item.uid && owner.blockOwnerDeletion));
  if (blocking.length === 0) return { kind: 'drop-finalizer', finalizer: FOREGROUND };
  return { kind: 'look', at: blocking.filter((dependent) => !dependent.deleting) };
}
