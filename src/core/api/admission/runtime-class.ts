/** A pod's RuntimeClass must exist (upstream plugin/pkg/admission/runtimeclass). */
import type { Pod } from '../../kube/objects.ts';
import type { ResourceRef } from '../../kube/resource.ts';
import type { WriteContext } from '../kind.ts';
import { PODS_RESOURCE, refuse } from './refuse.ts';

const RUNTIMECLASSES: ResourceRef = { group: 'node.k8s.io', version: 'v1', resource: 'runtimeclasses' };

/** Throws 403 for one that is not there. */
export function admitRuntimeClass(pod: Pod, context: WriteContext): void {
  const { runtimeClassName: name } = pod.spec;
  if (typeof name !== 'string') {
    if (pod.spec.overhead)
      throw refuse(PODS_RESOURCE, pod, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead');
    return;
  }
  if (!context.lookup(RUNTIMECLASSES, { name }))
    throw refuse(PODS_RESOURCE, pod, `pod rejected: RuntimeClass "${name}" not found`);
}
