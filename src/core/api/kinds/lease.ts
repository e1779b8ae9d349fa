/** Leases (upstream pkg/apis/coordination). */
import type { KubeObject } from '../../kube/objects.ts';
import type { Cause } from '../api-error.ts';
import type { Kind } from '../kind.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table/column.ts';
import { invalidValue } from '../validation/field-error.ts';
import { NOT_NEGATIVE } from '../validation/formats.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/metadata.ts';
import { ALL_VERBS } from './verbs.ts';

export interface Lease extends KubeObject {
  spec?: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
    strategy?: string;
    preferredHolder?: string;
  };
}

/** `leases`, coordination.k8s.io/v1. */
export const LEASE_KIND: Kind<Lease> = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  singular: 'lease',
  namespaced: true,
  verbs: ALL_VERBS,
  subresources: [],
  schema: 'io.k8s.api.coordination.v1.Lease',
  defaults(lease) {
    lease.spec ??= {};
  },
  prepareCreate: dropElectionFields,
  prepareUpdate(next, old) {
    if (!old.spec?.strategy && !old.spec?.preferredHolder) dropElectionFields(next);
  },
  validateCreate: (lease) => [...validateObjectMeta(lease.metadata, { namespaced: true }), ...specCauses(lease)],
  validateUpdate: (next, old) => [...validateObjectMetaUpdate(next.metadata, old.metadata), ...specCauses(next)],
  columns: [
    NAME_COLUMN,
    column<Lease>(
      {
        name: 'Holder',
        description:
          'holderIdentity contains the identity of the holder of a current lease. If Coordinated Leader Election is used, the holder identity must be equal to the elected LeaseCandidate.metadata.name field.',
      },
      (lease) => lease.spec?.holderIdentity ?? '',
    ),
    AGE_COLUMN,
  ],
};

/** Coordinated leader election is off by default: its fields are not kept. */
function dropElectionFields(lease: Lease): void {
  delete lease.spec?.strategy;
  delete lease.spec?.preferredHolder;
}

function specCauses({ spec = {} }: Lease): Cause[] {
  const out: Cause[] = [];
  const { leaseDurationSeconds: duration, leaseTransitions: transitions } = spec;
  if (duration !== undefined && duration <= 0) {
    out.push(invalidValue('spec.leaseDurationSeconds', duration, 'must be greater than 0'));
  }
  if (transitions !== undefined && transitions < 0) {
    out.push(invalidValue('spec.leaseTransitions', transitions, NOT_NEGATIVE));
  }
  return out;
}
