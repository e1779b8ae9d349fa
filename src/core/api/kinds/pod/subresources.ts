/** The parts of a pod that are written on their own, and the connections to it. */
import type { Condition, Container, Pod } from '../../../kube/objects.ts';
import type { PartialSubresource } from '../../kind.ts';
import { semanticEqual } from '../../validation/equality.ts';
import { validatePodStatusUpdate } from '../../validation/pod-status.ts';
import { validateEphemeralContainersUpdate, validateResize } from '../../validation/pod-subresources.ts';
import { CREATE_ONLY, PART_VERBS } from '../verbs.ts';

/** `/status`: what kubelets report. */
const STATUS: PartialSubresource<Pod> = {
  name: 'status',
  verbs: PART_VERBS,
  resetFields: ['f:spec', 'f:metadata.f:deletionTimestamp', 'f:metadata.f:ownerReferences'],
  prepareUpdate(next, old) {
    next.spec = old.spec;
    if (old.metadata.ownerReferences) next.metadata.ownerReferences = old.metadata.ownerReferences;
    else delete next.metadata.ownerReferences;
    keepReported(next, old);
  },
  validateUpdate: validatePodStatusUpdate,
};

/** What older kubelets leave out stays as it was: the QoS class and the observed generations. */
function keepReported(next: Pod, old: Pod): void {
  next.status ??= {};
  if (!next.status.qosClass && old.status?.qosClass) next.status.qosClass = old.status.qosClass;
  if (!next.status.observedGeneration && old.status?.observedGeneration) {
    next.status.observedGeneration = old.status.observedGeneration;
  }
  const conditions = next.status.conditions;
  if (!conditions) return;
  next.status.conditions = conditions.map((condition) => withGeneration(condition, old.status?.conditions));
}

function withGeneration(condition: Condition, old: readonly Condition[] | undefined): Condition {
  if (condition.observedGeneration) return condition;
  const generation = old?.find(({ type }) => type === condition.type)?.observedGeneration;
  return generation ? { ...condition, observedGeneration: generation } : condition;
}

/** `/resize`: cpu and memory of containers in place (KEP-1287). Everything else of the body is ignored. */
const RESIZE: PartialSubresource<Pod> = {
  name: 'resize',
  verbs: PART_VERBS,
  resetFields: ['f:status'],
  prepareUpdate(next, old) {
    const sent = next.spec;
    next.spec = { ...old.spec, containers: withResources(old.spec.containers, sent.containers) };
    if (old.spec.initContainers) next.spec.initContainers = withResources(old.spec.initContainers, sent.initContainers ?? []);
    keepAllBut(next, old);
  },
  validateUpdate: validateResize,
};

function withResources(old: readonly Container[], sent: readonly Container[]): Container[] {
  return old.map((container) => {
    const update = sent.find(({ name }) => name === container.name);
    if (!update) return container;
    const { resources: _resources, resizePolicy: _policy, ...others } = container;
    const merged: Container = { ...others };
    if (update.resources) merged.resources = update.resources;
    if (update.resizePolicy) merged.resizePolicy = update.resizePolicy;
    return merged;
  });
}

/** `/ephemeralcontainers`: containers added to look into a running pod (KEP-277). */
const EPHEMERAL_CONTAINERS: PartialSubresource<Pod> = {
  name: 'ephemeralcontainers',
  verbs: PART_VERBS,
  resetFields: ['f:status'],
  prepareUpdate(next, old) {
    const { ephemeralContainers: _old, ...others } = old.spec;
    const added = next.spec.ephemeralContainers;
    next.spec = added ? { ...others, ephemeralContainers: added } : others;
    keepAllBut(next, old);
  },
  validateUpdate: validateEphemeralContainersUpdate,
};

/** Everything outside the spec stays, except what tells the two states apart and who wrote. */
function keepAllBut(next: Pod, old: Pod): void {
  const { resourceVersion, managedFields } = next.metadata;
  next.metadata = { ...old.metadata };
  if (resourceVersion !== undefined) next.metadata.resourceVersion = resourceVersion;
  if (managedFields) next.metadata.managedFields = managedFields;
  else delete next.metadata.managedFields;
  if (old.status) next.status = old.status;
  else delete next.status;
  raiseGeneration(next, old);
}

/** The generation counts changes of the spec. */
export function raiseGeneration(next: Pod, old: Pod): void {
  const before = old.metadata.generation ?? 0;
  next.metadata.generation = semanticEqual(next.spec, old.spec) ? before : before + 1;
}

const connect = (
  name: string,
  verbs: PartialSubresource['verbs'],
  kind?: PartialSubresource['kind'],
): PartialSubresource<Pod> => ({
  name,
  verbs,
  connect: true,
  ...(kind ? { kind } : {}),
});

const core = (kind: string) => ({ group: '', version: 'v1', kind });
/** What streams answer to. */
const STREAM = ['create', 'get'] as const;

/** In the order discovery lists them. */
export const POD_SUBRESOURCES: readonly PartialSubresource<Pod>[] = [
  connect('attach', STREAM, core('PodAttachOptions')),
  connect('binding', CREATE_ONLY, core('Binding')),
  EPHEMERAL_CONTAINERS,
  connect('eviction', CREATE_ONLY, { group: 'policy', version: 'v1', kind: 'Eviction' }),
  connect('exec', STREAM, core('PodExecOptions')),
  connect('log', ['get']),
  connect('portforward', STREAM, core('PodPortForwardOptions')),
  connect('proxy', ['create', 'delete', 'get', 'patch', 'update'], core('PodProxyOptions')),
  RESIZE,
  STATUS,
];
