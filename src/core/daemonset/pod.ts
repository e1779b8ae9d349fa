/** The pod a DaemonSet posts for a node, from its template. */
import { labelValueProblems } from '../kube/labels.ts';
import type { DaemonSet, ObjectMeta, OwnerReference, Pod, PodSpec } from '../kube/objects.ts';
import type { Settings } from '../profile.ts';
import { generatedPodPrefix } from './pod-name.ts';
import { podTolerations } from './tolerations.ts';

export const HASH_LABEL = 'controller-revision-hash';
const GENERATION_LABEL = 'pod-template-generation';
const GENERATION_ANNOTATION = 'deprecated.daemonset.template.generation';

/** The controller's mark on what it makes. */
export function ownerReference(daemonSet: DaemonSet): OwnerReference {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    name: daemonSet.metadata.name ?? '',
    uid: daemonSet.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Makes the pods of one revision. `name` is absent where the API is to generate it. */
export type PodMaker = (node: string, name: string | undefined) => Pod;

/** Prepares everything that the pods of one revision share; each pod then costs a few small objects. */
export function podMaker(daemonSet: DaemonSet, hash: string, settings: Settings): PodMaker {
  const { metadata, spec } = daemonSet.spec.template;
  const shared: ObjectMeta = {
    namespace: daemonSet.metadata.namespace ?? '',
    labels: { ...metadata?.labels, [HASH_LABEL]: hash, ...generationLabel(daemonSet) },
    ...(metadata?.annotations ? { annotations: metadata.annotations } : {}),
    ...(metadata?.finalizers ? { finalizers: metadata.finalizers } : {}),
    ownerReferences: [ownerReference(daemonSet)],
  };
  const base: PodSpec = { ...spec, tolerations: podTolerations(spec, settings) };
  const prefix = generatedPodPrefix(daemonSet.metadata.name ?? '');
  return (node, name) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...(name === undefined ? { generateName: prefix } : { name }), ...shared },
    spec: settings.binding === 'direct' ? { ...base, nodeName: node } : { ...base, affinity: pinned(spec, node) },
  });
}

/** The affinity with its required node terms wholly replaced by the node's name; everything else in it stays. */
function pinned(spec: PodSpec, node: string): NonNullable<PodSpec['affinity']> {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
  const required = { nodeSelectorTerms: [{ matchFields }] };
  const nodeAffinity = { ...spec.affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: required };
  return { ...spec.affinity, nodeAffinity };
}

/** `pod-template-generation`, from the deprecated annotation; nothing where that is no integer. */
function generationLabel(daemonSet: DaemonSet): Record<string, string> {
  const text = daemonSet.metadata.annotations?.[GENERATION_ANNOTATION];
  if (text === undefined || !/^[+-]?[0-9]+$/.test(text)) return {};
  const value = BigInt(text.replace(/^\+/, '')).toString();
  return labelValueProblems(value).length === 0 ? { [GENERATION_LABEL]: value } : {};
}

/** The node a pod is for: the one it is bound to, else the one its required affinity names; `undefined` where neither. */
export function targetNode(pod: Pod): string | undefined {
  if (pod.spec.nodeName) return pod.spec.nodeName;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  for (const term of required?.nodeSelectorTerms ?? []) {
    for (const { key, operator, values } of term.matchFields ?? []) {
      if (key === 'metadata.name' && operator === 'In' && values?.length === 1) return values[0];
    }
  }
  return undefined;
}
