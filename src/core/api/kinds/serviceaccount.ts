/** ServiceAccounts (upstream pkg/registry/core/serviceaccount). */
import type { KubeObject } from '../../kube/objects.ts';
import type { Cause } from '../api-error.ts';
import type { Kind } from '../kind.ts';
import { AGE_COLUMN, NAME_COLUMN } from '../table/column.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/metadata.ts';
import { ALL_VERBS, CREATE_ONLY } from './verbs.ts';

export interface ServiceAccount extends KubeObject {
  secrets?: { name?: string }[];
  imagePullSecrets?: { name?: string }[];
  automountServiceAccountToken?: boolean;
}

/** `serviceaccounts`, core/v1. */
export const SERVICEACCOUNT_KIND: Kind<ServiceAccount> = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  namespaced: true,
  verbs: ALL_VERBS,
  subresources: [
    {
      name: 'token',
      kind: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' },
      verbs: CREATE_ONLY,
      connect: true,
    },
  ],
  schema: 'io.k8s.api.core.v1.ServiceAccount',
  validateCreate,
  validateUpdate: (next, old) => [...validateObjectMetaUpdate(next.metadata, old.metadata), ...validateCreate(next)],
  columns: [NAME_COLUMN, AGE_COLUMN],
};

function validateCreate({ metadata }: ServiceAccount): Cause[] {
  return validateObjectMeta(metadata, { namespaced: true });
}
