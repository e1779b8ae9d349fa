/** Deployments (upstream pkg/apis/apps/validation, `ValidateDeployment`). */
import type { IntOrString } from '../../kube/objects.ts';
import type { Cause } from '../api-error.ts';
import type { Kind, PartialSubresource } from '../kind.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table/column.ts';
import { semanticEqual } from '../validation/equality.ts';
import { forbiddenValue, invalidValue, notSupported, required } from '../validation/field-error.ts';
import { IMMUTABLE, NOT_NEGATIVE, percentProblems } from '../validation/formats.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/metadata.ts';
import { type Path, SPEC } from '../validation/path.ts';
import {
  defaultReplicated,
  type Replicated,
  type ReplicatedSpec,
  SCALE,
  statusCauses,
  templateColumns,
  validateSelector,
  validateTemplate,
} from './replicated.ts';
import { ALL_VERBS, PART_VERBS } from './verbs.ts';

interface Strategy {
  type?: string;
  rollingUpdate?: { maxUnavailable?: IntOrString; maxSurge?: IntOrString };
}

export interface Deployment extends Replicated {
  spec: ReplicatedSpec & {
    strategy?: Strategy;
    revisionHistoryLimit?: number;
    progressDeadlineSeconds?: number;
    paused?: boolean;
  };
}

const COUNTS = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'collisionCount',
] as const;

const STATUS: PartialSubresource<Deployment> = {
  name: 'status',
  verbs: PART_VERBS,
  resetFields: ['f:spec', 'f:metadata.f:labels'],
  prepareUpdate(next, old) {
    next.spec = old.spec;
    if (old.metadata.labels) next.metadata.labels = old.metadata.labels;
    else delete next.metadata.labels;
  },
  validateUpdate(next, old) {
    const out = [...validateObjectMetaUpdate(next.metadata, old.metadata), ...statusCauses(next.status, COUNTS)];
    const [after, before] = [next.status?.collisionCount, old.status?.collisionCount];
    if (before !== undefined && (after === undefined || after < before)) {
      out.push(invalidValue('status.collisionCount', after ?? 0, 'cannot be decremented'));
    }
    return out;
  },
};

/** `deployments`, apps/v1. */
export const DEPLOYMENT_KIND: Kind<Deployment> = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  verbs: ALL_VERBS,
  subresources: [SCALE, STATUS],
  schema: 'io.k8s.api.apps.v1.Deployment',
  defaults(deployment) {
    defaultReplicated(deployment);
    const { spec } = deployment;
    spec.strategy ??= {};
    spec.strategy.type ||= 'RollingUpdate';
    if (spec.strategy.type === 'RollingUpdate') {
      spec.strategy.rollingUpdate = { maxUnavailable: '25%', maxSurge: '25%', ...spec.strategy.rollingUpdate };
    }
    spec.revisionHistoryLimit ??= 10;
    spec.progressDeadlineSeconds ??= 600;
    deployment.status ??= {};
  },
  prepareCreate(deployment) {
    deployment.status = {};
    deployment.metadata.generation = 1;
  },
  validateCreate,
  prepareUpdate(next, old) {
    next.status = old.status ?? {};
    const same = semanticEqual(next.spec, old.spec) && semanticEqual(next.metadata.annotations, old.metadata.annotations);
    if (!same) next.metadata.generation = (old.metadata.generation ?? 0) + 1;
  },
  validateUpdate(next, old) {
    const out = [...validateObjectMetaUpdate(next.metadata, old.metadata), ...specCauses(next)];
    if (!semanticEqual(next.spec.selector, old.spec.selector))
      out.push(invalidValue('spec.selector', next.spec.selector, IMMUTABLE));
    return out;
  },
  resetFields: ['f:status'],
  columns: [
    NAME_COLUMN,
    column<Deployment>(
      { name: 'Ready', description: 'Number of the pod with ready state' },
      ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
    ),
    column<Deployment>(
      {
        name: 'Up-to-date',
        description: 'Total number of non-terminating pods targeted by this deployment that have the desired template spec.',
      },
      ({ status }) => status?.updatedReplicas ?? 0,
    ),
    column<Deployment>(
      {
        name: 'Available',
        description:
          'Total number of available non-terminating pods (ready for at least minReadySeconds) targeted by this deployment.',
      },
      ({ status }) => status?.availableReplicas ?? 0,
    ),
    AGE_COLUMN,
    ...templateColumns<Deployment>(
      "Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones affected by this deployment. It must match the pod template's labels.",
    ),
  ],
};

function validateCreate(deployment: Deployment): Cause[] {
  return [...validateObjectMeta(deployment.metadata, { namespaced: true }), ...specCauses(deployment)];
}

function specCauses({ spec }: Deployment): Cause[] {
  const out: Cause[] = [];
  notNegative(spec.replicas, SPEC.child('replicas'), out);
  const before = out.length;
  validateSelector(spec, 'deployment', out);
  validateTemplate(spec, out.length === before, out);
  validateStrategy(spec.strategy ?? {}, SPEC.child('strategy'), out);
  notNegative(spec.minReadySeconds, SPEC.child('minReadySeconds'), out);
  notNegative(spec.revisionHistoryLimit, SPEC.child('revisionHistoryLimit'), out);
  const deadline = spec.progressDeadlineSeconds;
  if (deadline === undefined) return out;
  const at = SPEC.child('progressDeadlineSeconds');
  notNegative(deadline, at, out);
  if (deadline <= (spec.minReadySeconds ?? 0)) out.push(invalidValue(at, deadline, 'must be greater than minReadySeconds'));
  return out;
}

function validateStrategy({ type = '', rollingUpdate }: Strategy, at: Path, out: Cause[]): void {
  const rolling = at.child('rollingUpdate');
  if (type === 'Recreate') {
    if (rollingUpdate) out.push(forbiddenValue(rolling, "may not be specified when strategy `type` is 'Recreate'"));
    return;
  }
  if (type !== 'RollingUpdate') {
    out.push(notSupported(at.child('type'), type, ['Recreate', 'RollingUpdate']));
    return;
  }
  if (!rollingUpdate) {
    out.push(required(rolling, 'this should be defaulted and never be nil'));
    return;
  }
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate;
  const unavailableAt = rolling.child('maxUnavailable');
  validateAmount(maxUnavailable, unavailableAt, out);
  validateAmount(maxSurge, rolling.child('maxSurge'), out);
  if (amount(maxUnavailable) === 0 && amount(maxSurge) === 0) {
    out.push(invalidValue(unavailableAt, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  if (typeof maxUnavailable === 'string' && amount(maxUnavailable) > 100) {
    out.push(invalidValue(unavailableAt, maxUnavailable, 'must not be greater than 100%'));
  }
}

function validateAmount(value: IntOrString, at: Path, out: Cause[]): void {
  if (typeof value === 'number') notNegative(value, at, out);
  else for (const problem of percentProblems(value)) out.push(invalidValue(at, value, problem));
}

function amount(value: IntOrString): number {
  return typeof value === 'number' ? value : /^\d+%$/.test(value) ? Number(value.slice(0, -1)) : 0;
}

function notNegative(value: number | undefined, at: Path, out: Cause[]): void {
  if (value !== undefined && value < 0) out.push(invalidValue(at, value, NOT_NEGATIVE));
}
