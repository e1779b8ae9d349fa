/** The kinds this server serves, found by resource, and where their objects lie in the store. */
import type { Kind } from '../core/api/kind.ts';
import { storageName } from '../core/api/kinds/all.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import { apiVersionOf, type ResourceRef } from '../core/kube/resource.ts';

/** Looks kinds up. Built once; kinds that share a storage share their keys. */
export class Registry {
  readonly kinds: readonly Kind[];
  readonly #byVersion = new Map<string, Map<string, Kind>>();

  constructor(kinds: readonly Kind[]) {
    this.kinds = kinds;
    for (const kind of kinds) {
      const version = apiVersionOf(kind);
      const resources = this.#byVersion.get(version) ?? new Map<string, Kind>();
      this.#byVersion.set(version, resources.set(kind.plural, kind));
    }
  }

  /** The kind of a resource, `undefined` where this server has none. */
  find({ group, version, resource }: ResourceRef): Kind | undefined {
    return this.#byVersion.get(apiVersionOf({ group, version }))?.get(resource);
  }

  /** Whether anything is served below `/apis/<group>/<version>` (or `/api/<version>`). */
  serves(group: string, version: string): boolean {
    return this.#byVersion.has(apiVersionOf({ group, version }));
  }

  /** The kinds of one group version, in the order of their registration. */
  inVersion(group: string, version: string): readonly Kind[] {
    return [...(this.#byVersion.get(apiVersionOf({ group, version }))?.values() ?? [])];
  }
}

/** What all keys of a kind start with; of one namespace where it is given. */
export function prefixOf(kind: Kind, namespace?: string): string {
  const storage = storageName(kind);
  return kind.namespaced && namespace !== undefined ? `${storage}/${namespace}/` : `${storage}/`;
}

/** The key of one object. */
export function keyOf(kind: Kind, namespace: string | undefined, name: string): string {
  return prefixOf(kind, namespace) + name;
}

/** A stored object as its kind shows it. */
export function served(kind: Kind, stored: KubeObject): KubeObject {
  return kind.storage ? kind.storage.fromStorage(stored) : stored;
}

/** An object as it is stored. */
export function storable(kind: Kind, object: KubeObject): KubeObject {
  return kind.storage ? kind.storage.toStorage(object) : object;
}
