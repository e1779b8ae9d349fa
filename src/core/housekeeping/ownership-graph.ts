/** Who owns whom, over every kind, by UID (upstream `pkg/controller/garbagecollector/graph_builder.go`). */
import type { KubeObject, OwnerReference } from '../kube/objects.ts';
import type { ObjectKey, ResourceRef } from '../kube/resource.ts';

/** What the graph keeps of an object: no more, for it holds all of them. */
export interface Item {
  readonly uid: string;
  readonly ref: ResourceRef;
  readonly key: ObjectKey;
  readonly owners: readonly OwnerReference[];
  readonly deleting: boolean;
  readonly finalizers: readonly string[];
}

export const ORPHAN = 'orphan';
export const FOREGROUND = 'foregroundDeletion';

const NONE: readonly never[] = [];

/** The graph; every call says which items have to be judged again. */
export class OwnershipGraph {
  readonly #items = new Map<string, Item>();
  readonly #dependents = new Map<string, Set<string>>();

  item(uid: string): Item | undefined {
    return this.#items.get(uid);
  }

  /** The items that name this UID as an owner. */
  dependents(uid: string): Item[] {
    const found: Item[] = [];
    for (const dependent of this.#dependents.get(uid) ?? NONE) {
      const item = this.#items.get(dependent);
      if (item) found.push(item);
    }
    return found;
  }

  /** Takes an object's newest state in. */
  set(ref: ResourceRef, object: KubeObject): string[] {
    const { metadata } = object;
    const uid = metadata.uid ?? '';
    const before = this.#items.get(uid);
    const item: Item = {
      uid,
      ref,
      key:
        metadata.namespace === undefined
          ? { name: metadata.name ?? '' }
          : { namespace: metadata.namespace, name: metadata.name ?? '' },
      owners: metadata.ownerReferences ?? NONE,
      deleting: metadata.deletionTimestamp !== undefined,
      finalizers: metadata.finalizers ?? NONE,
    };
    this.#items.set(uid, item);
    const ownersChanged = this.#link(before, item);
    const again: string[] = [];
    const isNewOwned = item.owners.length > 0 && (ownersChanged || !before);
    if (isNewOwned && item.owners.some((owner) => !this.#items.has(owner.uid) || isWaiting(this.#items.get(owner.uid))))
      again.push(uid);
    const special = (of: Item | undefined) =>
      of?.deleting === true && (of.finalizers.includes(ORPHAN) || of.finalizers.includes(FOREGROUND));
    if (special(item) && (!before || !special(before) || before.finalizers.length !== item.finalizers.length)) again.push(uid);
    // A dependant that no longer blocks may set its owner free.
    if (before && (ownersChanged || before.deleting !== item.deleting)) again.push(...this.#waitingOwners(before));
    return again;
  }

  /** Forgets a deleted object. */
  remove(uid: string): string[] {
    const item = this.#items.get(uid);
    if (!item) return [];
    this.#items.delete(uid);
    for (const owner of item.owners) this.#unlink(owner.uid, uid);
    return [...(this.#dependents.get(uid) ?? NONE), ...this.#waitingOwners(item)];
  }

  #waitingOwners(item: Item): string[] {
    return item.owners.map((owner) => owner.uid).filter((uid) => isWaiting(this.#items.get(uid)));
  }

  #link(before: Item | undefined, item: Item): boolean {
    const old = before?.owners ?? NONE;
    if (old === item.owners) return false;
    let changed = old.length !== item.owners.length;
    for (const owner of old) if (!item.owners.some((other) => other.uid === owner.uid)) this.#unlink(owner.uid, item.uid);
    for (const owner of item.owners) {
      const known = old.find((other) => other.uid === owner.uid);
      changed ||= !known || known.blockOwnerDeletion !== owner.blockOwnerDeletion;
      const set = this.#dependents.get(owner.uid);
      if (set) set.add(item.uid);
      else this.#dependents.set(owner.uid, new Set([item.uid]));
    }
    return changed;
  }

  #unlink(owner: string, dependent: string): void {
    const set = this.#dependents.get(owner);
    set?.delete(dependent);
    if (set?.size === 0) this.#dependents.delete(owner);
  }
}

/** Whether an object is being deleted in the foreground: it waits for its dependants. */
export function isWaiting(item: Item | undefined): boolean {
  return item?.deleting === true && item.finalizers.includes(FOREGROUND);
}
