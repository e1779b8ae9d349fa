/** `pods/binding` and `bindings`: a scheduler's decision (upstream `registry/core/pod/storage`, BindingREST). */
import type { Kind } from '../../core/api/kind.ts';
import { conflict, internal, notFound } from '../../core/api/rest/errors.ts';
import { notSupported, required } from '../../core/api/validation/field-error.ts';
import type { KubeObject, Pod } from '../../core/kube/objects.ts';
import { PODS } from '../../core/kube/resource.ts';
import { formatTime } from '../../core/kube/time.ts';
import { writeObject } from '../rest/update.ts';
import { type Answer, type Call, created, type Handler } from './call.ts';

interface Binding extends KubeObject {
  target?: { kind?: string; name?: string };
}

/** `bindings`, which can only be created: the older way to a binding, by the name in the body. */
export const BINDINGS_KIND: Kind = {
  group: '',
  version: 'v1',
  kind: 'Binding',
  plural: 'bindings',
  singular: 'binding',
  namespaced: true,
  verbs: ['create'],
  subresources: [],
  schema: 'io.k8s.api.core.v1.Binding',
  validateCreate: () => [],
  validateUpdate: () => [],
  columns: [],
};

/** How the refusals call the resource. */
const NAMED = { group: '', plural: 'pods/binding' };

/** Sets `spec.nodeName` once, and the condition that says so. Throws 404, 409, 500 (an unsound target, as upstream). */
export const BINDING: Handler = {
  target: { group: '', version: 'v1', kind: 'Binding', schema: 'io.k8s.api.core.v1.Binding' },
  async handle(call: Call): Promise<Answer> {
    const binding = call.body as Binding;
    refuseUnsound(binding);
    const name = call.name || (binding.metadata.name ?? '');
    const kind = call.scope.parts.registry.find(PODS)!;
    const scope = { ...call.scope, kind };
    const now = scope.parts.clock.now();
    await writeObject(scope, name, call.options.dryRun, (current) => {
      if (!current) throw notFound(kind, name);
      const bound = bind(current as Pod, binding, now);
      return { change: { put: bound }, answer: bound };
    });
    return created();
  },
};

function refuseUnsound({ target = {} }: Binding): void {
  const { kind = '', name = '' } = target;
  const causes = [
    ...(kind === '' || kind === 'Node' ? [] : [notSupported('target.kind', kind, ['Node', '<empty>'])]),
    ...(name === '' ? [required('target.name')] : []),
  ];
  if (causes.length === 0) return;
  const texts = causes.map((cause) => `${cause.field}: ${cause.message}`);
  throw internal(texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`);
}

function bind(pod: Pod, binding: Binding, now: number): Pod {
  const name = pod.metadata.name ?? '';
  const refuse = (why: string) => conflict(NAMED, name, why);
  const { uid, resourceVersion } = binding.metadata;
  if (uid && uid !== pod.metadata.uid) {
    throw refuse(`Precondition failed: UID in precondition: ${uid}, UID in object meta: ${pod.metadata.uid ?? ''}`);
  }
  if (resourceVersion && resourceVersion !== pod.metadata.resourceVersion) {
    const why = `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${pod.metadata.resourceVersion ?? ''}`;
    throw refuse(why);
  }
  if (pod.metadata.deletionTimestamp) throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`);
  if (pod.spec.nodeName) throw refuse(`pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`);
  if ((pod.spec.schedulingGates?.length ?? 0) > 0) throw refuse(`pod ${name} has non-empty .spec.schedulingGates`);
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      ...merged('annotations', pod.metadata.annotations, binding.metadata.annotations),
      ...merged('labels', pod.metadata.labels, binding.metadata.labels),
    },
    spec: { ...pod.spec, nodeName: binding.target?.name ?? '' },
    status: { ...pod.status, conditions: scheduled(pod, now) },
  };
}

function merged(field: 'annotations' | 'labels', old?: Record<string, string>, more?: Record<string, string>) {
  return more ? { [field]: { ...old, ...more } } : {};
}

function scheduled({ status }: Pod, now: number) {
  const others = (status?.conditions ?? []).filter((condition) => condition.type !== 'PodScheduled');
  const before = status?.conditions?.find((condition) => condition.type === 'PodScheduled');
  const lastTransitionTime = before?.status === 'True' ? (before.lastTransitionTime ?? formatTime(now)) : formatTime(now);
  return [...others, { type: 'PodScheduled', status: 'True' as const, lastProbeTime: null, lastTransitionTime }];
}
