/** Roles and ClusterRoles. */
import type { Kind } from '../kind.ts';
import { pathSegmentProblems } from '../rest/identity.ts';
import { DEFAULT_COLUMNS } from '../table/column.ts';
import { defaultRole, RBAC_GROUP, type Role, validateRole, validateRoleUpdate } from './rbac-rules.ts';
import { ALL_VERBS } from './verbs.ts';

function roleKind(kind: 'Role' | 'ClusterRole'): Kind<Role> {
  const namespaced = kind === 'Role';
  return {
    group: RBAC_GROUP,
    version: 'v1',
    kind,
    plural: `${kind.toLowerCase()}s`,
    singular: kind.toLowerCase(),
    namespaced,
    verbs: ALL_VERBS,
    subresources: [],
    schema: `io.k8s.api.rbac.v1.${kind}`,
    nameProblems: pathSegmentProblems,
    defaults: defaultRole,
    validateCreate: (role) => validateRole(role, namespaced),
    validateUpdate: (next, old) => validateRoleUpdate(next, old, namespaced),
    columns: DEFAULT_COLUMNS,
  };
}

/** `roles`, rbac.authorization.k8s.io/v1. */
export const ROLE_KIND: Kind<Role> = roleKind('Role');
/** `clusterroles`, rbac.authorization.k8s.io/v1. */
export const CLUSTERROLE_KIND: Kind<Role> = roleKind('ClusterRole');
