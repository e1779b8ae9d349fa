/** Aggregated discovery: everything of `/api` or `/apis` in one document (`apidiscovery.k8s.io`). */
import type { Kind, PartialSubresource } from '../../core/api/kind.ts';
import type { Registry } from '../registry.ts';
import { subresourceKind } from './kinds.ts';
import { groupNames, versionsOf } from './resource-lists.ts';

/** The versions of the format. */
export type DiscoveryVersion = 'v2' | 'v2beta1';

/** The document of `/api` (`core`) or `/apis`. */
export function groupDiscoveryList(registry: Registry, core: boolean, version: DiscoveryVersion): object {
  const groups = core ? [''] : groupNames(registry);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map((group) => ({
      metadata: group === '' ? {} : { name: group },
      versions: versionsOf(registry, group).map((one) => ({
        version: one,
        resources: [...registry.inVersion(group, one)].sort(byPlural).map(resource),
        freshness: 'Current',
      })),
    })),
  };
}

function byPlural(a: Kind, b: Kind): number {
  return a.plural < b.plural ? -1 : 1;
}

function resource(kind: Kind): object {
  const subresources = [...kind.subresources].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    resource: kind.plural,
    responseKind: { group: '', version: '', kind: kind.kind },
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs: [...kind.verbs].sort(),
    ...(kind.shortNames?.length ? { shortNames: kind.shortNames } : {}),
    ...(kind.categories?.length ? { categories: kind.categories } : {}),
    ...(subresources.length > 0 ? { subresources: subresources.map((one) => subresource(kind, one)) } : {}),
  };
}

/** A kind of the resource's own group and version is shown by its name alone. */
function subresource(kind: Kind, one: PartialSubresource): object {
  const other = subresourceKind(kind, one);
  const own = other.group === kind.group && other.version === kind.version;
  return {
    subresource: one.name,
    responseKind: own ? { group: '', version: '', kind: other.kind } : other,
    verbs: [...one.verbs].sort(),
  };
}
