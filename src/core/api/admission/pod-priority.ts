/** A pod's priority comes from its PriorityClass (upstream plugin/pkg/admission/priority, `admitPod`). */
import type { KubeObject, Pod } from '../../kube/objects.ts';
import { PRIORITYCLASSES } from '../../kube/resource.ts';
import type { WriteContext } from '../kind.ts';
import { globalDefaultClass } from './default-priority-class.ts';
import { PODS_RESOURCE, refuse } from './refuse.ts';

interface Resolved {
  readonly name?: string | undefined;
  readonly value: number;
  readonly policy?: string | undefined;
}

/** Pods without a class, where none is the default. */
const NO_CLASS: Resolved = { value: 0, policy: 'PreemptLowerPriority' };

/** Sets priority, class and preemption policy. Throws 403 for an unknown class, or values that do not agree with it. Mutates. */
export function admitPriority(pod: Pod, context: WriteContext): void {
  const { spec } = pod;
  const { name, value, policy } = resolve(pod, context);
  if (name !== undefined) spec.priorityClassName = name;
  if (spec.priority !== undefined && spec.priority !== value) {
    throw computed(pod, `the integer value of priority (${spec.priority})`, value);
  }
  spec.priority = value;
  if (policy === undefined) return;
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy) {
    throw computed(pod, `the string value of PreemptionPolicy (${spec.preemptionPolicy})`, policy);
  }
  spec.preemptionPolicy = policy;
}

function resolve(pod: Pod, context: WriteContext): Resolved {
  const name = pod.spec.priorityClassName;
  if (!name) {
    const found = globalDefaultClass(context);
    return found ? { name: found.metadata.name, value: found.value, policy: found.preemptionPolicy } : NO_CLASS;
  }
  const found = context.lookup(PRIORITYCLASSES, { name });
  if (!found) throw refuse(PODS_RESOURCE, pod, `no PriorityClass with name ${name} was found`);
  const { value, preemptionPolicy } = found as KubeObject & { value: number; preemptionPolicy?: string };
  return { value, policy: preemptionPolicy };
}

function computed(pod: Pod, given: string, value: number | string) {
  const why = `${given} must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`;
  return refuse(PODS_RESOURCE, pod, why);
}
