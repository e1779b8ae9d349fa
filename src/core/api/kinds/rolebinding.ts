/** RoleBindings and ClusterRoleBindings. */
import type { Kind } from '../kind.ts';
import { pathSegmentProblems } from '../rest/identity.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table/column.ts';
import { type Binding, defaultBinding, RBAC_GROUP, type Subject, validateBinding, validateBindingUpdate } from './rbac-rules.ts';
import { ALL_VERBS } from './verbs.ts';

interface Texts {
  readonly kind: 'RoleBinding' | 'ClusterRoleBinding';
  /** How column descriptions call it. */
  readonly called: string;
  readonly roleDescription: string;
}

function bindingKind({ kind, called, roleDescription }: Texts): Kind<Binding> {
  const namespaced = kind === 'RoleBinding';
  const subjects = (name: string, cell: (binding: Binding) => string) =>
    column<Binding>({ name, description: `${name} in the ${called}`, wide: true }, cell);
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
    defaults: defaultBinding,
    validateCreate: (binding) => validateBinding(binding, namespaced),
    validateUpdate: (next, old) => validateBindingUpdate(next, old, namespaced),
    columns: [
      NAME_COLUMN,
      column<Binding>(
        { name: 'Role', description: roleDescription },
        ({ roleRef }) => `${roleRef?.kind ?? ''}/${roleRef?.name ?? ''}`,
      ),
      AGE_COLUMN,
      subjects('Users', (binding) => listed(binding, 'User')),
      subjects('Groups', (binding) => listed(binding, 'Group')),
      subjects('ServiceAccounts', (binding) => listed(binding, 'ServiceAccount')),
    ],
  };
}

function listed({ subjects = [] }: Binding, kind: string): string {
  const shown = (subject: Subject): string =>
    kind === 'ServiceAccount' ? `${subject.namespace ?? ''}/${subject.name ?? ''}` : (subject.name ?? '');
  return subjects
    .filter((subject) => subject.kind === kind)
    .map(shown)
    .join(', ');
}

/** `rolebindings`, rbac.authorization.k8s.io/v1. */
export const ROLEBINDING_KIND: Kind<Binding> = bindingKind({
  kind: 'RoleBinding',
  called: 'roleBinding',
  roleDescription:
    'RoleRef can reference a Role in the current namespace or a ClusterRole in the global namespace. If the RoleRef cannot be resolved, the Authorizer must return an error.',
});
/** `clusterrolebindings`, rbac.authorization.k8s.io/v1. */
export const CLUSTERROLEBINDING_KIND: Kind<Binding> = bindingKind({
  kind: 'ClusterRoleBinding',
  called: 'clusterRoleBinding',
  roleDescription:
    'RoleRef can only reference a ClusterRole in the global namespace. If the RoleRef cannot be resolved, the Authorizer must return an error.',
});
