/** The objects of a mirror by namespace and controlling owner: who owns many looks at its own only. */
import { controllerOf } from '../core/daemonset/claims.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import { keyOf, type Mirror } from './mirror.ts';

/** The owner of what nobody controls. */
const NOBODY = '';

const indexes = new WeakMap<object, OwnedObjects<KubeObject>>();

/** The index of a mirror, one for all who ask. */
export function ownedObjects<T extends KubeObject>(mirror: Mirror<T>): OwnedObjects<T> {
  const index = (indexes.get(mirror) as OwnedObjects<T> | undefined) ?? new OwnedObjects(mirror);
  indexes.set(mirror, index as unknown as OwnedObjects<KubeObject>);
  return index;
}

export class OwnedObjects<T extends KubeObject> {
  readonly #namespaces = new Map<string, Map<string, Map<string, T>>>();

  /** Under which owner each object is filed: the last state of a removed one may say otherwise. */
  readonly #filed = new Map<string, string>();

  constructor(mirror: Mirror<T>) {
    mirror.listen({
      changed: (object) => {
        if (this.#filed.get(keyOf(object)) !== ownerOf(object)) this.#take(object);
        this.#put(object);
      },
      removed: (object) => this.#take(object),
    });
  }

  *ownedBy(namespace: string, uid: string): Generator<T> {
    yield* this.#namespaces.get(namespace)?.get(uid)?.values() ?? [];
  }

  orphans(namespace: string): Generator<T> {
    return this.ownedBy(namespace, NOBODY);
  }

  *inNamespace(namespace: string): Generator<T> {
    for (const owned of this.#namespaces.get(namespace)?.values() ?? []) yield* owned.values();
  }

  #put(object: T): void {
    const namespace = object.metadata.namespace ?? '';
    const owners = this.#namespaces.get(namespace) ?? new Map<string, Map<string, T>>();
    this.#namespaces.set(namespace, owners);
    const owner = ownerOf(object);
    const owned = owners.get(owner) ?? new Map<string, T>();
    owners.set(owner, owned);
    owned.set(keyOf(object), object);
    this.#filed.set(keyOf(object), owner);
  }

  #take(object: T): void {
    const key = keyOf(object);
    const owner = this.#filed.get(key);
    if (owner === undefined) return;
    const namespace = object.metadata.namespace ?? '';
    const owners = this.#namespaces.get(namespace);
    const owned = owners?.get(owner);
    this.#filed.delete(key);
    owned?.delete(key);
    if (owned?.size === 0) owners?.delete(owner);
    if (owners?.size === 0) this.#namespaces.delete(namespace);
  }
}

function ownerOf(object: KubeObject): string {
  return controllerOf(object)?.uid ?? NOBODY;
}
