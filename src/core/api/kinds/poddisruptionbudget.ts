/** PodDisruptionBudgets (upstream pkg/apis/policy). */
import type { Condition, IntOrString, KubeObject, LabelSelector } from '../../kube/objects.ts';
import type { Cause } from '../api-error.ts';
import type { Kind, PartialSubresource } from '../kind.ts';
import { pathSegmentProblems } from '../rest/identity.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table/column.ts';
import { semanticEqual } from '../validation/equality.ts';
import { invalidValue, notSupported } from '../validation/field-error.ts';
import { NOT_NEGATIVE, percentProblems } from '../validation/formats.ts';
import { validateLabelSelector } from '../validation/labels.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/metadata.ts';
import { SPEC } from '../validation/path.ts';
import { conditionCauses } from './meta-conditions.ts';
import { ALL_VERBS, PART_VERBS } from './verbs.ts';

export interface PodDisruptionBudget extends KubeObject {
  spec?: {
    minAvailable?: IntOrString;
    maxUnavailable?: IntOrString;
    selector?: LabelSelector;
    unhealthyPodEvictionPolicy?: string;
  };
  status?: {
    observedGeneration?: number;
    disruptedPods?: Record<string, string>;
    disruptionsAllowed: number;
    currentHealthy: number;
    desiredHealthy: number;
    expectedPods: number;
    conditions?: Condition[];
  };
}

const COUNTS = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const;
const POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];

const STATUS: PartialSubresource<PodDisruptionBudget> = {
  name: 'status',
  verbs: PART_VERBS,
  resetFields: ['f:spec'],
  prepareUpdate(next, old) {
    next.spec = old.spec ?? {};
  },
  validateUpdate(next, old) {
    const { status } = next;
    const counts = COUNTS.flatMap((name) => {
      const count = status?.[name] ?? 0;
      return count < 0 ? [invalidValue(`status.${name}`, count, NOT_NEGATIVE)] : [];
    });
    return [
      ...validateObjectMetaUpdate(next.metadata, old.metadata),
      ...conditionCauses(status?.conditions ?? [], 'status.conditions'),
      ...counts,
    ];
  },
};

/** `poddisruptionbudgets`, policy/v1. */
export const PODDISRUPTIONBUDGET_KIND: Kind<PodDisruptionBudget> = {
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  singular: 'poddisruptionbudget',
  shortNames: ['pdb'],
  namespaced: true,
  verbs: ALL_VERBS,
  subresources: [STATUS],
  schema: 'io.k8s.api.policy.v1.PodDisruptionBudget',
  nameProblems: pathSegmentProblems,
  defaults(budget) {
    budget.spec ??= {};
  },
  prepareCreate(budget) {
    budget.status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
    budget.metadata.generation = 1;
  },
  validateCreate: (budget) => [
    ...validateObjectMeta(budget.metadata, { namespaced: true, nameProblems: pathSegmentProblems }),
    ...specCauses(budget),
  ],
  prepareUpdate(next, old) {
    if (old.status) next.status = old.status;
    if (!semanticEqual(next.spec, old.spec)) next.metadata.generation = (old.metadata.generation ?? 0) + 1;
  },
  validateUpdate: (next, old) => [...validateObjectMetaUpdate(next.metadata, old.metadata), ...specCauses(next)],
  resetFields: ['f:status'],
  columns: [
    NAME_COLUMN,
    column<PodDisruptionBudget>(
      { name: 'Min Available', description: 'The minimum number of pods that must be available.' },
      ({ spec }) => shown(spec?.minAvailable),
    ),
    column<PodDisruptionBudget>(
      { name: 'Max Unavailable', description: 'The maximum number of pods that may be unavailable.' },
      ({ spec }) => shown(spec?.maxUnavailable),
    ),
    column<PodDisruptionBudget>(
      {
        name: 'Allowed Disruptions',
        type: 'integer',
        description: 'Calculated number of pods that may be disrupted at this time.',
      },
      ({ status }) => status?.disruptionsAllowed ?? 0,
    ),
    AGE_COLUMN,
  ],
};

function shown(value: IntOrString | undefined): string {
  return value === undefined ? 'N/A' : String(value);
}

function specCauses({ spec = {} }: PodDisruptionBudget): Cause[] {
  const out: Cause[] = [];
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec;
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const printed = {
      MinAvailable: minAvailable,
      Selector: selector ?? null,
      MaxUnavailable: maxUnavailable,
      UnhealthyPodEvictionPolicy: policy ?? null,
    };
    out.push(invalidValue(SPEC, printed, 'minAvailable and maxUnavailable cannot be both set'));
  }
  if (minAvailable !== undefined) out.push(...amountCauses(minAvailable, 'spec.minAvailable'));
  if (maxUnavailable !== undefined) out.push(...amountCauses(maxUnavailable, 'spec.maxUnavailable'));
  validateLabelSelector(selector, SPEC.child('selector'), out);
  if (policy !== undefined && !POLICIES.includes(policy))
    out.push(notSupported('spec.unhealthyPodEvictionPolicy', policy, POLICIES));
  return out;
}

/** A count, or a percentage of at most 100. */
function amountCauses(value: IntOrString, at: string): Cause[] {
  if (typeof value === 'number') return value < 0 ? [invalidValue(at, value, NOT_NEGATIVE)] : [];
  const problems = percentProblems(value);
  if (problems.length > 0) return problems.map((problem) => invalidValue(at, value, problem));
  return Number(value.slice(0, -1)) > 100 ? [invalidValue(at, value, 'must not be greater than 100%')] : [];
}
