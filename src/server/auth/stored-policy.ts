/** The roles and bindings in the store, as RBAC asks for them. */
import type { ClusterRole, PolicySource } from '../../core/api/authorization/rbac.ts';
import type { Kind } from '../../core/api/kind.ts';
import type { Binding, Role } from '../../core/api/kinds/rbac-rules.ts';
import { CLUSTERROLE_KIND, ROLE_KIND } from '../../core/api/kinds/role.ts';
import { CLUSTERROLEBINDING_KIND, ROLEBINDING_KIND } from '../../core/api/kinds/rolebinding.ts';
import type { KubeObject } from '../../core/kube/objects.ts';
import type { Store } from '../../ports.ts';
import { keyOf, prefixOf } from '../registry.ts';

/** Always the newest durable state: a grant takes effect with the write that makes it. */
export function storedPolicy(store: Store): PolicySource {
  const get = <T extends KubeObject>(kind: Kind<T>, namespace: string | undefined, name: string) =>
    store.get(keyOf(kind as unknown as Kind, namespace, name))?.value as T | undefined;
  const list = <T extends KubeObject>(kind: Kind<T>, namespace?: string) =>
    store.list(prefixOf(kind as unknown as Kind, namespace)).map((entry) => entry.value as T);
  return {
    role: (namespace, name) => get<Role>(ROLE_KIND, namespace, name),
    clusterRole: (name) => get<ClusterRole>(CLUSTERROLE_KIND, undefined, name),
    clusterRoles: () => list<ClusterRole>(CLUSTERROLE_KIND),
    roleBindings: (namespace) => list<Binding>(ROLEBINDING_KIND, namespace),
    clusterRoleBindings: () => list<Binding>(CLUSTERROLEBINDING_KIND),
  };
}
