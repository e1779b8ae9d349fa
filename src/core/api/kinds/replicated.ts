/** What Deployments and ReplicaSets share: their shape, template rules, counts, columns and scale. */
import type { Condition, KubeObject, LabelSelector, PodTemplateSpec } from '../../kube/objects.ts';
import { compileSelector, formatLabelSelector } from '../../kube/selector.ts';
import type { Cause } from '../api-error.ts';
import { defaultPodSpec } from '../defaults/pod-spec.ts';
import type { Column, PartialSubresource } from '../kind.ts';
import { column } from '../table/column.ts';
import { forbiddenValue, invalidValue, notSupported, required } from '../validation/field-error.ts';
import { NOT_NEGATIVE } from '../validation/formats.ts';
import { validateLabelSelector } from '../validation/labels.ts';
import { SPEC, STATUS } from '../validation/path.ts';
import { validatePodTemplate } from '../validation/pod-template.ts';
import { sortedMap } from '../validation/print-value.ts';
import { PART_VERBS } from './verbs.ts';

export interface ReplicatedSpec {
  replicas?: number;
  minReadySeconds?: number;
  selector?: LabelSelector;
  template?: PodTemplateSpec;
}

export interface ReplicatedStatus {
  replicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  updatedReplicas?: number;
  fullyLabeledReplicas?: number;
  unavailableReplicas?: number;
  terminatingReplicas?: number;
  observedGeneration?: number;
  collisionCount?: number;
  conditions?: Condition[];
}

export interface Replicated extends KubeObject {
  spec: ReplicatedSpec;
  status?: ReplicatedStatus;
}

/** `/scale`, read and written as an autoscaling/v1 Scale by the server. */
export const SCALE: PartialSubresource = {
  name: 'scale',
  kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
  verbs: PART_VERBS,
  connect: true,
};

/** One replica, and the pod's defaults. Mutates. */
export function defaultReplicated(object: Replicated): void {
  object.spec ??= {};
  const { spec } = object;
  spec.replicas ??= 1;
  spec.template ??= { spec: { containers: [] } };
  spec.template.spec ??= { containers: [] };
  defaultPodSpec(spec.template.spec);
}

/** The selector must be there, select something, and select the template's pods. `called` is how refusals name the kind. */
export function validateSelector({ selector }: ReplicatedSpec, called: string, out: Cause[]): void {
  const at = SPEC.child('selector');
  if (!selector) {
    out.push(required(at));
    return;
  }
  validateLabelSelector(selector, at, out);
  if (isEmpty(selector)) out.push(invalidValue(at, selector, `empty selector is invalid for ${called}`));
}

/** Upstream `ValidatePodTemplateSpecForReplicaSet`. Nothing is said about a selector that is refused already. */
export function validateTemplate(spec: ReplicatedSpec, selectorIsFine: boolean, out: Cause[]): void {
  const { selector, template } = spec;
  const at = SPEC.child('template');
  if (!template) {
    out.push(required(at));
    return;
  }
  const labels = template.metadata?.labels ?? {};
  if (selectorIsFine && selector && !isEmpty(selector) && !compileSelector(selector)(labels)) {
    const shown = template.metadata?.labels ? sortedMap(labels) : null;
    out.push(invalidValue(at.child('metadata').child('labels'), shown, '`selector` does not match template `labels`'));
  }
  validatePodTemplate(template, at, out);
  const { restartPolicy, activeDeadlineSeconds } = template.spec;
  if (restartPolicy !== 'Always')
    out.push(notSupported(at.child('spec').child('restartPolicy'), restartPolicy ?? '', ['Always']));
  if (activeDeadlineSeconds !== undefined) {
    const rule = 'activeDeadlineSeconds in ReplicaSet is not Supported';
    out.push(forbiddenValue(at.child('spec').child('activeDeadlineSeconds'), rule));
  }
}

/** Counts of a status, none of them negative and none above the whole. */
export function statusCauses(status: ReplicatedStatus = {}, names: readonly (keyof ReplicatedStatus)[]): Cause[] {
  const out: Cause[] = [];
  for (const name of names) {
    const count = (status[name] as number | undefined) ?? 0;
    if (count < 0) out.push(invalidValue(STATUS.child(name), count, NOT_NEGATIVE));
  }
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  for (const name of ['fullyLabeledReplicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas'] as const) {
    const count = status[name] ?? 0;
    if (count > replicas) out.push(invalidValue(STATUS.child(name), count, 'cannot be greater than status.replicas'));
  }
  if (availableReplicas > readyReplicas) {
    out.push(invalidValue(STATUS.child('availableReplicas'), availableReplicas, 'cannot be greater than readyReplicas'));
  }
  return out;
}

/** The wide columns: the containers and the selector. */
export function templateColumns<T extends Replicated>(selectorDescription: string): readonly Column<T>[] {
  const containers = ({ spec }: Replicated) => spec.template?.spec.containers ?? [];
  return [
    column<T>({ name: 'Containers', description: 'Names of each container in the template.', wide: true }, (object) =>
      containers(object)
        .map(({ name }) => name)
        .join(','),
    ),
    column<T>({ name: 'Images', description: 'Images referenced by each container in the template.', wide: true }, (object) =>
      containers(object)
        .map(({ image }) => image ?? '')
        .join(','),
    ),
    column<T>({ name: 'Selector', description: selectorDescription, wide: true }, ({ spec }) =>
      formatLabelSelector(spec.selector),
    ),
  ];
}

function isEmpty({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return Object.keys(matchLabels).length + matchExpressions.length === 0;
}
