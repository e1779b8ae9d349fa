/** Which kinds upstream's scheme knows, beyond those we serve: it decides how a body of another kind is refused. */
import { hasDefinition } from './schema.ts';

/** Go packages of the groups whose types our schema includes. */
const PACKAGES: Readonly<Record<string, string>> = {
  '': 'core',
  apps: 'apps',
  'authentication.k8s.io': 'authentication',
  'authorization.k8s.io': 'authorization',
  autoscaling: 'autoscaling',
  'coordination.k8s.io': 'coordination',
  'events.k8s.io': 'events',
  policy: 'policy',
  'rbac.authorization.k8s.io': 'rbac',
  'scheduling.k8s.io': 'scheduling',
};

/** Versions that are no longer served but still decode, with their kinds (each also has its `List`). */
const FORMER: Readonly<Record<string, readonly string[]>> = {
  'extensions/v1beta1': ['DaemonSet', 'Deployment', 'ReplicaSet', 'Ingress', 'NetworkPolicy', 'Scale'],
  'apps/v1beta1': ['ControllerRevision', 'Deployment', 'StatefulSet', 'Scale'],
  'apps/v1beta2': ['ControllerRevision', 'DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet', 'Scale'],
  'coordination.k8s.io/v1beta1': ['Lease', 'LeaseCandidate'],
  'events.k8s.io/v1beta1': ['Event'],
  'policy/v1beta1': ['PodDisruptionBudget', 'Eviction'],
  'rbac.authorization.k8s.io/v1beta1': ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'],
  'rbac.authorization.k8s.io/v1alpha1': ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'],
  'scheduling.k8s.io/v1beta1': ['PriorityClass'],
};

/** Kinds of `v1` that every scheme registers, and core kinds that the schema does not include. */
const ALSO_CORE = new Set([
  'List',
  'Status',
  'ComponentStatus',
  'ComponentStatusList',
  'RangeAllocation',
  'PodStatusResult',
  'SerializedReference',
]);
const META = ['DeleteOptions', 'WatchEvent', 'ListOptions', 'GetOptions', 'CreateOptions', 'UpdateOptions', 'PatchOptions'];

/** Whether `kind` can be decoded in that group and version. */
export function isRegistered(group: string, version: string, kind: string): boolean {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const former = FORMER[apiVersion];
  if (former) return former.includes(kind.replace(/List$/, '')) || META.includes(kind);
  const name = PACKAGES[group];
  if (name === undefined || version !== 'v1') return false;
  if (META.includes(kind) || (group === '' && ALSO_CORE.has(kind))) return true;
  return kind !== 'ListMeta' && /^[A-Z]/.test(kind) && hasDefinition(`io.k8s.api.${name}.v1.${kind}`);
}

/** OpenAPI name of the definition of a kind in that API version, `undefined` where the schema has none. */
export function definitionOf(apiVersion: string, kind: string): string | undefined {
  const slash = apiVersion.indexOf('/');
  const group = PACKAGES[slash < 0 ? '' : apiVersion.slice(0, slash)];
  const name = `io.k8s.api.${group}.${apiVersion.slice(slash + 1)}.${kind}`;
  return group !== undefined && hasDefinition(name) ? name : undefined;
}

/** Groups that share the internal type of a kind. */
const INTERNAL_GROUP: Readonly<Record<string, string>> = { 'events.k8s.io': '', extensions: 'apps' };

/** Whether both name one internal type, so that upstream converts between them. */
export function convertsTo(given: { group: string; kind: string }, wanted: { group: string; kind: string }): boolean {
  const internal = (group: string) => INTERNAL_GROUP[group] ?? group;
  return given.kind === wanted.kind && internal(given.group) === internal(wanted.group);
}
