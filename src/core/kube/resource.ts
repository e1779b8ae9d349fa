/** How a resource collection and one object in it are named. */

/** A resource as in a URL: `{group: 'apps', version: 'v1', resource: 'daemonsets'}`; the core group is `''`. */
export interface ResourceRef {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** One object of a resource; `namespace` is absent for cluster-scoped kinds. */
export interface ObjectKey {
  readonly namespace?: string | undefined;
  readonly name: string;
}

const core = (resource: string): ResourceRef => ({ group: '', version: 'v1', resource });
const of = (group: string, version: string, resource: string): ResourceRef => ({ group, version, resource });

export const NODES = core('nodes');
export const PODS = core('pods');
export const NAMESPACES = core('namespaces');
export const EVENTS = core('events');
export const CONFIGMAPS = core('configmaps');
export const SECRETS = core('secrets');
export const SERVICEACCOUNTS = core('serviceaccounts');
export const DAEMONSETS = of('apps', 'v1', 'daemonsets');
export const CONTROLLERREVISIONS = of('apps', 'v1', 'controllerrevisions');
export const LEASES = of('coordination.k8s.io', 'v1', 'leases');
export const PRIORITYCLASSES = of('scheduling.k8s.io', 'v1', 'priorityclasses');

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf(ref: { group: string; version: string }): string {
  return ref.group === '' ? ref.version : `${ref.group}/${ref.version}`;
}
