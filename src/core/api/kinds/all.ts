/** Every kind the server knows, and how to find one. */
import type { ResourceRef } from '../../kube/resource.ts';
import type { Kind } from '../kind.ts';
import { CONFIGMAP_KIND } from './configmap.ts';
import { LEASE_KIND } from './lease.ts';
import { NAMESPACE_KIND } from './namespace.ts';
import { SECRET_KIND } from './secret.ts';

/** In discovery's order: by group, then by plural. */
export const KINDS: readonly Kind[] = [CONFIGMAP_KIND, NAMESPACE_KIND, SECRET_KIND, LEASE_KIND];

const BY_RESOURCE = new Map(KINDS.map((kind) => [resourceKey(kind.group, kind.version, kind.plural), kind]));
const BY_KIND = new Map(KINDS.map((kind) => [resourceKey(kind.group, kind.version, kind.kind), kind]));

/** The kind that serves a resource; `undefined` where nothing does. */
export function kindOf({ group, version, resource }: ResourceRef): Kind | undefined {
  return BY_RESOURCE.get(resourceKey(group, version, resource));
}

/** The kind of an object's `apiVersion` and `kind` (as in owner references); `undefined` where nothing serves it. */
export function kindNamed(apiVersion: string, kind: string): Kind | undefined {
  const slash = apiVersion.indexOf('/');
  return BY_KIND.get(resourceKey(slash < 0 ? '' : apiVersion.slice(0, slash), apiVersion.slice(slash + 1), kind));
}

/** The resource a kind is served as. */
export function refOf({ group, version, plural }: Kind): ResourceRef {
  return { group, version, resource: plural };
}

/** The first segment of the keys under which a kind's objects are stored; the events of both groups share one. */
export function storageName(kind: Kind): string {
  if (kind.storage) return kind.storage.name;
  return kind.group === '' ? kind.plural : `${kind.group}/${kind.plural}`;
}

function resourceKey(group: string, version: string, name: string): string {
  return `${group}/${version}/${name}`;
}
