/** Pods (upstream `pkg/registry/core/pod`). */
import type { Pod } from '../../kube/objects.ts';
import { defaultPod } from '../defaults/pod.ts';
import type { Kind } from '../kind.ts';
import { validatePodCreate } from '../validation/pod.ts';
import { validatePodUpdate } from '../validation/pod-update.ts';
import { POD_COLUMNS } from './pod/columns.ts';
import { adoptAppArmor, beginStatus, mergeLabelKeys } from './pod/fill-status.ts';
import { podGrace } from './pod/grace.ts';
import { POD_SUBRESOURCES, raiseGeneration } from './pod/subresources.ts';
import { APPARMOR_DEPRECATED, warnOfPod } from './pod/warnings.ts';
import { ALL_VERBS } from './verbs.ts';

/** `pods`, core/v1. */
export const POD_KIND: Kind<Pod> = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  verbs: ALL_VERBS,
  subresources: POD_SUBRESOURCES,
  schema: 'io.k8s.api.core.v1.Pod',
  defaults(pod) {
    defaultPod(pod);
    agreeOnAddress(pod);
  },
  prepareCreate(pod, context) {
    pod.metadata.generation = 1;
    beginStatus(pod);
    mergeLabelKeys(pod);
    adoptAppArmor(pod, (key) => context.warn(`metadata.annotations[${key}]: ${APPARMOR_DEPRECATED}`));
  },
  validateCreate(pod, context) {
    const causes = validatePodCreate(pod);
    if (causes.length === 0) warnOfPod({ spec: pod.spec, metadata: pod.metadata }, (text) => context.warn(text));
    return causes;
  },
  prepareUpdate(next, old) {
    if (old.status) next.status = old.status;
    else delete next.status;
    raiseGeneration(next, old);
  },
  validateUpdate: validatePodUpdate,
  resetFields: ['f:status'],
  grace: podGrace,
  fields: {
    'spec.nodeName': (pod) => pod.spec.nodeName ?? '',
    'spec.restartPolicy': (pod) => pod.spec.restartPolicy ?? '',
    'spec.schedulerName': (pod) => pod.spec.schedulerName ?? '',
    'spec.serviceAccountName': (pod) => pod.spec.serviceAccountName ?? '',
    'spec.hostNetwork': (pod) => String(pod.spec.hostNetwork ?? false),
    'status.phase': (pod) => pod.status?.phase ?? '',
    'status.podIP': (pod) => pod.status?.podIPs?.[0]?.ip ?? pod.status?.podIP ?? '',
    'status.nominatedNodeName': (pod) => pod.status?.nominatedNodeName ?? '',
  },
  columns: POD_COLUMNS,
};

/** `podIP` is the first of `podIPs`; where a client sends only one of them, or both and different, `podIP` wins. */
function agreeOnAddress({ status }: Pod): void {
  if (!status) return;
  if (status.podIP && status.podIPs?.[0]?.ip !== status.podIP) status.podIPs = [{ ip: status.podIP }];
  else if (!status.podIP && status.podIPs?.[0]?.ip) status.podIP = status.podIPs[0].ip;
}
