/** PriorityClasses, and the two that every cluster has (upstream pkg/apis/scheduling). */
import type { KubeObject } from '../../kube/objects.ts';
import { admitPriorityClass } from '../admission/default-priority-class.ts';
import type { Cause } from '../api-error.ts';
import type { Kind } from '../kind.ts';
import { forbidden } from '../rest/errors.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table/column.ts';
import { forbiddenValue, invalidValue, notSupported } from '../validation/field-error.ts';
import { IMMUTABLE } from '../validation/formats.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/metadata.ts';
import { ALL_VERBS } from './verbs.ts';

export interface PriorityClass extends KubeObject {
  value: number;
  globalDefault?: boolean;
  description?: string;
  preemptionPolicy?: string;
}

const POLICIES = ['PreemptLowerPriority', 'Never'];

/** What users may ask for at most; everything above is the system's. */
const HIGHEST_USER_PRIORITY = 1_000_000_000;

/** The classes the server makes at its start; they may be neither changed in value nor deleted. */
export const SYSTEM_PRIORITY_CLASSES: readonly PriorityClass[] = [
  systemClass(
    'system-cluster-critical',
    2_000_000_000,
    'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  ),
  systemClass(
    'system-node-critical',
    2_000_001_000,
    'Used for system critical pods that must not be moved from their current node.',
  ),
];

/** `priorityclasses`, scheduling.k8s.io/v1. */
export const PRIORITYCLASS_KIND: Kind<PriorityClass> = {
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  singular: 'priorityclass',
  shortNames: ['pc'],
  namespaced: false,
  verbs: ALL_VERBS,
  subresources: [],
  schema: 'io.k8s.api.scheduling.v1.PriorityClass',
  defaults(priorityClass) {
    priorityClass.value ??= 0;
    priorityClass.preemptionPolicy ??= 'PreemptLowerPriority';
  },
  prepareCreate({ metadata }) {
    metadata.generation = 1;
  },
  admitCreate: admitPriorityClass,
  admitUpdate: (next, _old, context) => admitPriorityClass(next, context, next.metadata.name),
  validateCreate,
  validateUpdate(next, old) {
    const out = validateObjectMetaUpdate(next.metadata, old.metadata);
    if (next.value !== old.value) out.push(forbiddenValue('value', 'may not be changed in an update.'));
    if (next.preemptionPolicy !== old.preemptionPolicy) {
      out.push(invalidValue('preemptionPolicy', next.preemptionPolicy, IMMUTABLE));
    }
    return out;
  },
  beforeDelete({ metadata: { name = '' } }) {
    if (systemClassNamed(name))
      throw forbidden(PRIORITYCLASS_KIND, name, 'this is a system priority class and cannot be deleted');
  },
  columns: [
    NAME_COLUMN,
    column<PriorityClass>(
      {
        name: 'Value',
        type: 'integer',
        description:
          'value represents the integer value of this priority class. This is the actual priority that pods receive when they have the name of this class in their pod spec.',
      },
      ({ value }) => value,
    ),
    column<PriorityClass>(
      {
        name: 'Global-Default',
        type: 'boolean',
        description:
          'globalDefault specifies whether this PriorityClass should be considered as the default priority for pods that do not have any priority class. Only one PriorityClass can be marked as `globalDefault`. However, if more than one PriorityClasses exists with their `globalDefault` field set to true, the smallest value of such global default PriorityClasses will be used as the default priority.',
      },
      ({ globalDefault }) => globalDefault ?? false,
    ),
    AGE_COLUMN,
    column<PriorityClass>(
      {
        name: 'PreemptionPolicy',
        description:
          'preemptionPolicy is the Policy for preempting pods with lower priority. One of Never, PreemptLowerPriority. Defaults to PreemptLowerPriority if unset.',
      },
      ({ preemptionPolicy }) => preemptionPolicy ?? '',
    ),
  ],
};

function validateCreate(priorityClass: PriorityClass): Cause[] {
  const out = validateObjectMeta(priorityClass.metadata, { namespaced: false });
  if (priorityClass.metadata.name?.startsWith('system-')) {
    const problem = systemProblem(priorityClass);
    if (problem !== undefined) {
      const rule = "priority class names with 'system-' prefix are reserved for system use only. error:";
      out.push(forbiddenValue('metadata.name', `${rule} ${problem}`));
    }
  } else if (priorityClass.value > HIGHEST_USER_PRIORITY) {
    out.push(forbiddenValue('value', `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`));
  }
  const policy = priorityClass.preemptionPolicy;
  if (policy !== undefined && !POLICIES.includes(policy)) out.push(notSupported('preemptionPolicy', policy, POLICIES));
  return out;
}

/** Why a class with a reserved name is not the system's own. */
function systemProblem({ metadata: { name = '' }, value, globalDefault = false }: PriorityClass): string | undefined {
  const known = systemClassNamed(name);
  if (!known) return `${name} is not a known system priority class`;
  if (value !== known.value) return `value of ${name} PriorityClass must be ${known.value}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

function systemClassNamed(name: string): PriorityClass | undefined {
  return SYSTEM_PRIORITY_CLASSES.find((one) => one.metadata.name === name);
}

function systemClass(name: string, value: number, description: string): PriorityClass {
  return {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value,
    description,
    preemptionPolicy: 'PreemptLowerPriority',
  };
}
