/** ReplicaSets (upstream pkg/apis/apps/validation, `ValidateReplicaSet`). */
import type { Cause } from '../api-error.ts';
import type { Kind, PartialSubresource } from '../kind.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table/column.ts';
import { semanticEqual } from '../validation/equality.ts';
import { invalidValue } from '../validation/field-error.ts';
import { IMMUTABLE, NOT_NEGATIVE } from '../validation/formats.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/metadata.ts';
import { SPEC } from '../validation/path.ts';
import {
  defaultReplicated,
  type Replicated,
  SCALE,
  statusCauses,
  templateColumns,
  validateSelector,
  validateTemplate,
} from './replicated.ts';
import { ALL_VERBS, PART_VERBS } from './verbs.ts';

const COUNTS = ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'] as const;

const STATUS: PartialSubresource<Replicated> = {
  name: 'status',
  verbs: PART_VERBS,
  resetFields: ['f:spec'],
  prepareUpdate(next, old) {
    next.spec = old.spec;
  },
  validateUpdate: (next, old) => [...validateObjectMetaUpdate(next.metadata, old.metadata), ...statusCauses(next.status, COUNTS)],
};

/** `replicasets`, apps/v1. */
export const REPLICASET_KIND: Kind<Replicated> = {
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  verbs: ALL_VERBS,
  subresources: [SCALE, STATUS],
  schema: 'io.k8s.api.apps.v1.ReplicaSet',
  defaults(replicaSet) {
    defaultReplicated(replicaSet);
    replicaSet.status = { replicas: 0, ...replicaSet.status };
  },
  prepareCreate(replicaSet) {
    replicaSet.status = { replicas: 0 };
    replicaSet.metadata.generation = 1;
  },
  validateCreate,
  prepareUpdate(next, old) {
    if (old.status) next.status = old.status;
    if (!semanticEqual(next.spec, old.spec)) next.metadata.generation = (old.metadata.generation ?? 0) + 1;
  },
  validateUpdate(next, old) {
    const out = validateCreate(next);
    if (!semanticEqual(next.spec.selector, old.spec.selector))
      out.push(invalidValue('spec.selector', next.spec.selector, IMMUTABLE));
    return [...out, ...validateObjectMetaUpdate(next.metadata, old.metadata)];
  },
  resetFields: ['f:status'],
  fields: { 'status.replicas': (replicaSet) => String(replicaSet.status?.replicas ?? 0) },
  columns: [
    NAME_COLUMN,
    column<Replicated>(
      {
        name: 'Desired',
        type: 'integer',
        description:
          'Replicas is the number of desired pods. This is a pointer to distinguish between explicit zero and unspecified. Defaults to 1. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset',
      },
      ({ spec }) => spec.replicas ?? 0,
    ),
    column<Replicated>(
      {
        name: 'Current',
        type: 'integer',
        description:
          'Replicas is the most recently observed number of non-terminating pods. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset',
      },
      ({ status }) => status?.replicas ?? 0,
    ),
    column<Replicated>(
      {
        name: 'Ready',
        type: 'integer',
        description: 'The number of non-terminating pods targeted by this ReplicaSet with a Ready Condition.',
      },
      ({ status }) => status?.readyReplicas ?? 0,
    ),
    AGE_COLUMN,
    ...templateColumns<Replicated>(
      "Selector is a label query over pods that should match the replica count. Label keys and values that must match in order to be controlled by this replica set. It must match the pod template's labels. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors",
    ),
  ],
};

function validateCreate({ metadata, spec }: Replicated): Cause[] {
  const out = validateObjectMeta(metadata, { namespaced: true });
  const { replicas = 0, minReadySeconds = 0 } = spec;
  if (replicas < 0) out.push(invalidValue(SPEC.child('replicas'), replicas, NOT_NEGATIVE));
  if (minReadySeconds < 0) out.push(invalidValue(SPEC.child('minReadySeconds'), minReadySeconds, NOT_NEGATIVE));
  const before = out.length;
  validateSelector(spec, 'deployment', out);
  validateTemplate(spec, out.length === before, out);
  return out;
}
