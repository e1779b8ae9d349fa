/** Nobody may give away rights they do not have: the check that writes of RBAC kinds pass through. */
import type { RbacWrite } from '../core/api/authorization/escalation.ts';
import type { Kind } from '../core/api/kind.ts';

/** Throws 403 where a write in `group` gives rights that its user lacks, 404 where it names an unknown role. */
export type ConfirmGrant = (group: string, write: RbacWrite) => void;

/** The kind with the check behind its admission; kinds outside RBAC stay as they are. */
export function withGrants(kind: Kind, confirm: ConfirmGrant): Kind {
  const { group, plural } = kind;
  if (group !== 'rbac.authorization.k8s.io') return kind;
  return {
    ...kind,
    admitCreate(next, context) {
      kind.admitCreate?.(next, context);
      confirm(group, { user: context.user, plural, namespace: context.namespace ?? '', next });
    },
    admitUpdate(next, old, context) {
      kind.admitUpdate?.(next, old, context);
      confirm(group, { user: context.user, plural, namespace: context.namespace ?? '', next, old });
    },
  };
}
