/** Pods or revisions by who owns them, and which DaemonSets have been told of each. */
import type { KubeObject } from '../kube/objects.ts';
import { controllerOf } from './claims.ts';

export interface Dependent<T extends KubeObject> {
  object: T;
  /** UID of the owning DaemonSet; `undefined` for an orphan. */
  readonly owner: string | undefined;
  /** Keys of the DaemonSets that know the object. */
  readonly known: ReadonlySet<string>;
}

/** Objects that some DaemonSet may have to do with: owned by one, or by nobody. Others are not kept. */
export class Dependents<T extends KubeObject> {
  readonly #byUid = new Map<string, Dependent<T>>();
  readonly #byOwner = new Map<string, Set<string>>();

  get(uid: string): Dependent<T> | undefined {
    return this.#byUid.get(uid);
  }

  put(object: T, known: ReadonlySet<string>): void {
    const uid = object.metadata.uid ?? '';
    const owner = ownerUid(object);
    const there = this.#byUid.get(uid);
    if (there && group(there) !== group({ object, owner })) this.#unlist(uid, there);
    this.#byUid.set(uid, { object, owner, known });
    const key = group({ object, owner });
    const listed = this.#byOwner.get(key);
    if (listed) listed.add(uid);
    else this.#byOwner.set(key, new Set([uid]));
  }

  remove(uid: string): Dependent<T> | undefined {
    const there = this.#byUid.get(uid);
    if (!there) return undefined;
    this.#byUid.delete(uid);
    this.#unlist(uid, there);
    return there;
  }

  /** What the DaemonSet of that UID owns. */
  ownedBy(owner: string): T[] {
    return this.#listed(`owner ${owner}`);
  }

  /** The ownerless ones of a namespace. */
  orphans(namespace: string): T[] {
    return this.#listed(`orphans ${namespace}`);
  }

  /** Notes that a DaemonSet knows the object. */
  tell(uid: string, daemonSet: string): void {
    const there = this.#byUid.get(uid);
    if (there) this.#byUid.set(uid, { ...there, known: new Set([...there.known, daemonSet]) });
  }

  #listed(key: string): T[] {
    const found: T[] = [];
    for (const uid of this.#byOwner.get(key) ?? []) {
      const there = this.#byUid.get(uid);
      if (there) found.push(there.object);
    }
    return found;
  }

  #unlist(uid: string, there: Dependent<T>): void {
    const key = group(there);
    const listed = this.#byOwner.get(key);
    listed?.delete(uid);
    if (listed?.size === 0) this.#byOwner.delete(key);
  }
}

function group({ object, owner }: { object: KubeObject; owner: string | undefined }): string {
  return owner === undefined ? `orphans ${object.metadata.namespace ?? ''}` : `owner ${owner}`;
}

/** UID of the controlling DaemonSet, `undefined` for an object without controller. */
export function ownerUid(object: KubeObject): string | undefined {
  return controllerOf(object)?.uid;
}

/** Whether the object may concern a DaemonSet: ownerless, or controlled by a DaemonSet. */
export function mayConcern(object: KubeObject): boolean {
  const owner = controllerOf(object);
  return owner === undefined || owner.kind === 'DaemonSet';
}
