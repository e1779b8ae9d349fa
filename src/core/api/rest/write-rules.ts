/** Where kinds differ in what their REST storage allows: facts of upstream's strategies, by `group/plural`. */
import type { Kind } from '../kind.ts';

type Identity = Pick<Kind, 'group' | 'plural'>;

/** PUT of a name that does not exist creates it (`AllowCreateOnUpdate`). */
const CREATED_BY_PUT = new Set([
  '/endpoints',
  '/events',
  '/limitranges',
  '/services',
  'coordination.k8s.io/leases',
  'events.k8s.io/events',
  'rbac.authorization.k8s.io/clusterrolebindings',
  'rbac.authorization.k8s.io/clusterroles',
  'rbac.authorization.k8s.io/rolebindings',
  'rbac.authorization.k8s.io/roles',
]);

/** PUT must carry `metadata.resourceVersion` (`AllowUnconditionalUpdate` is false). */
const ONLY_CONDITIONAL = new Set([
  '/serviceaccounts',
  'coordination.k8s.io/leases',
  'node.k8s.io/runtimeclasses',
  'policy/poddisruptionbudgets',
  'storage.k8s.io/csidrivers',
  'storage.k8s.io/csinodes',
]);

/** DELETE answers with the object instead of a `Status` (`ReturnDeletedObject`). */
const RETURNED_WHEN_DELETED = new Set([
  '/persistentvolumeclaims',
  '/persistentvolumes',
  '/pods',
  '/podtemplates',
  '/resourcequotas',
  '/serviceaccounts',
  '/services',
]);

/** Not garbage collected: a DELETE never adds `orphan` or `foregroundDeletion`. */
const NEVER_COLLECTED = new Set(['/events', 'events.k8s.io/events']);

/** What etcd's keys say in place of the plural; it shows in the message of a failed UID precondition. */
const KEY_SEGMENTS: Readonly<Record<string, string>> = {
  '/endpoints': 'services/endpoints',
  '/nodes': 'minions',
  '/services': 'services/specs',
};

/** Whether PUT of a missing name creates it. */
export function createdByPut(kind: Identity): boolean {
  return CREATED_BY_PUT.has(identity(kind));
}

/** Whether PUT works without a resource version. */
export function allowsUnconditionalUpdate(kind: Identity): boolean {
  return !ONLY_CONDITIONAL.has(identity(kind));
}

/** Whether a DELETE that removes the object answers with it. */
export function returnsDeletedObject(kind: Identity): boolean {
  return RETURNED_WHEN_DELETED.has(identity(kind));
}

/** Whether the garbage collector knows the kind. */
export function isCollected(kind: Identity): boolean {
  return !NEVER_COLLECTED.has(identity(kind));
}

/** The key an etcd-backed server would show. */
export function etcdKey(kind: Identity, namespace: string | undefined, name: string): string {
  const segment = KEY_SEGMENTS[identity(kind)] ?? kind.plural;
  return namespace === undefined ? `/registry/${segment}/${name}` : `/registry/${segment}/${namespace}/${name}`;
}

function identity({ group, plural }: Identity): string {
  return `${group}/${plural}`;
}
