/** Discovery as clients before 1.26 ask for it: `/api`, `/apis`, `/apis/<group>`, `/apis/<group>/<version>`. */
import { createHash } from 'node:crypto';
import type { Kind, PartialSubresource } from '../../core/api/kind.ts';
import { apiVersionOf } from '../../core/kube/resource.ts';
import type { Registry } from '../registry.ts';
import { isStored, subresourceKind } from './kinds.ts';

/** `GET /api`; `address` is what clients reach this server by. */
export function apiVersions(address: string): object {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
  };
}

/** `GET /apis`. */
export function apiGroupList(registry: Registry): object {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groupNames(registry).map((group) => groupEntry(registry, group)) };
}

/** `GET /apis/<group>`, `undefined` where the group is not served. */
export function apiGroup(registry: Registry, group: string): object | undefined {
  if (!groupNames(registry).includes(group)) return undefined;
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(registry, group) };
}

/** `GET /api/v1` and `GET /apis/<group>/<version>`. */
export function apiResourceList(kinds: readonly Kind[]): object {
  const { group = '', version = 'v1' } = kinds[0] ?? {};
  const resources = kinds.flatMap((kind) => [mainResource(kind), ...kind.subresources.map((one) => subresource(kind, one))]);
  return {
    kind: 'APIResourceList',
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: apiVersionOf({ group, version }),
    resources: resources.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** The groups besides the core one, in the order of their registration. */
export function groupNames(registry: Registry): string[] {
  return [...new Set(registry.kinds.map((kind) => kind.group))].filter((group) => group !== '');
}

/** The versions of a group. */
export function versionsOf(registry: Registry, group: string): string[] {
  return [...new Set(registry.kinds.filter((kind) => kind.group === group).map((kind) => kind.version))];
}

function groupEntry(registry: Registry, group: string) {
  const versions = versionsOf(registry, group).map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions, preferredVersion: versions[0] };
}

function mainResource(kind: Kind) {
  return {
    name: kind.plural,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: [...kind.verbs].sort(),
    ...(kind.shortNames?.length ? { shortNames: kind.shortNames } : {}),
    ...(kind.categories?.length ? { categories: kind.categories } : {}),
    ...(isStored(kind) ? { storageVersionHash: storageVersionHash(kind) } : {}),
  };
}

function subresource(kind: Kind, one: PartialSubresource) {
  const other = subresourceKind(kind, one);
  return {
    name: `${kind.plural}/${one.name}`,
    singularName: '',
    namespaced: kind.namespaced,
    ...(other.group === kind.group && other.version === kind.version ? {} : { group: other.group, version: other.version }),
    kind: other.kind,
    verbs: [...one.verbs].sort(),
  };
}

/** Upstream's hash of what a kind is stored as: the first eight bytes of SHA-256 over `group/version/kind`. */
function storageVersionHash(kind: Kind): string {
  const { group, version } = kind.storage ? { group: '', version: 'v1' } : kind;
  return createHash('sha256').update(`${group}/${version}/${kind.kind}`).digest().subarray(0, 8).toString('base64');
}
