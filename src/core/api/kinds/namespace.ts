/** Namespaces: their life from Active through Terminating to gone (upstream pkg/registry/core/namespace). */
import { labelNameProblems } from '../../kube/names.ts';
import type { Condition, KubeObject } from '../../kube/objects.ts';
import type { Cause } from '../api-error.ts';
import type { Kind, PartialSubresource } from '../kind.ts';
import { forbidden } from '../rest/errors.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table/column.ts';
import { invalidValue } from '../validation/field-error.ts';
import { validateFinalizerName, validateObjectMeta, validateObjectMetaUpdate } from '../validation/metadata.ts';
import { type Path, SPEC } from '../validation/path.ts';
import { PART_VERBS, VERBS_WITHOUT_COLLECTION_DELETE } from './verbs.ts';

export interface Namespace extends KubeObject {
  spec?: { finalizers?: string[] };
  status?: { phase?: string; conditions?: Condition[] };
}

const NAME_LABEL = 'kubernetes.io/metadata.name';
const OWN_FINALIZER = 'kubernetes';
const STANDARD_FINALIZERS = new Set([OWN_FINALIZER, 'orphan', 'foregroundDeletion']);

/** Namespaces that may never be deleted (upstream `NamespaceLifecycle`). */
const IMMORTAL_NAMESPACES: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

const STATUS: PartialSubresource<Namespace> = {
  name: 'status',
  verbs: PART_VERBS,
  resetFields: ['f:spec'],
  prepareUpdate(next, old) {
    next.spec = old.spec ?? {};
  },
  validateUpdate: (next, old) => [...validateObjectMetaUpdate(next.metadata, old.metadata), ...phaseCauses(next)],
};

const FINALIZE: PartialSubresource<Namespace> = {
  name: 'finalize',
  verbs: ['update'],
  resetFields: ['f:status'],
  prepareUpdate(next, old) {
    next.status = old.status ?? {};
  },
  validateUpdate: (next, old) => [
    ...validateObjectMetaUpdate(next.metadata, old.metadata),
    ...finalizerCauses(next, (i) => SPEC.child('finalizers').index(i)),
  ],
};

/** `namespaces`, core/v1. */
export const NAMESPACE_KIND: Kind<Namespace> = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  namespaced: false,
  verbs: VERBS_WITHOUT_COLLECTION_DELETE,
  subresources: [FINALIZE, STATUS],
  schema: 'io.k8s.api.core.v1.Namespace',
  nameProblems: labelNameProblems,
  defaults(namespace) {
    namespace.spec ??= {};
    labelWithName(namespace);
  },
  prepareCreate(namespace) {
    labelWithName(namespace);
    const finalizers = namespace.spec?.finalizers ?? [];
    if (!finalizers.includes(OWN_FINALIZER)) namespace.spec = { ...namespace.spec, finalizers: [...finalizers, OWN_FINALIZER] };
    namespace.status = { phase: 'Active' };
  },
  validateCreate,
  prepareUpdate(next, old) {
    next.spec = old.spec ?? {};
    next.status = old.status ?? {};
  },
  validateUpdate: (next, old) => [...validateCreate(next), ...validateObjectMetaUpdate(next.metadata, old.metadata)],
  resetFields: ['f:status'],
  beforeDelete({ metadata: { name = '' } }) {
    if (IMMORTAL_NAMESPACES.has(name)) throw forbidden(NAMESPACE_KIND, name, 'this namespace may not be deleted');
  },
  fields: {
    'status.phase': (namespace) => (namespace as Namespace).status?.phase ?? '',
    name: (namespace) => namespace.metadata.name ?? '',
  },
  columns: [
    NAME_COLUMN,
    column<Namespace>({ name: 'Status', description: 'The status of the namespace' }, ({ status }) => status?.phase ?? ''),
    AGE_COLUMN,
  ],
};

/** A namespace as the server makes it for itself. */
export function namespaceNamed(name: string): Namespace {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

/** A generated name is known only when the rest is ready (upstream's `Canonicalize`): so this runs more than once. */
function labelWithName(namespace: Namespace): void {
  const { metadata } = namespace;
  if (metadata.name) metadata.labels = { ...metadata.labels, [NAME_LABEL]: metadata.name };
}

function validateCreate(namespace: Namespace): Cause[] {
  labelWithName(namespace);
  const out = validateObjectMeta(namespace.metadata, { namespaced: false, nameProblems: labelNameProblems });
  return [...out, ...finalizerCauses(namespace, () => SPEC.child('finalizers'))];
}

function finalizerCauses({ spec }: Namespace, at: (index: number) => Path): Cause[] {
  const out: Cause[] = [];
  for (const [i, name] of (spec?.finalizers ?? []).entries()) {
    validateFinalizerName(name, at(i), out);
    if (name.includes('/') || STANDARD_FINALIZERS.has(name)) continue;
    out.push(invalidValue(at(i), name, 'name is neither a standard finalizer name nor is it fully qualified'));
  }
  return out;
}

function phaseCauses({ metadata, status }: Namespace): Cause[] {
  const phase = status?.phase ?? '';
  if (!metadata.deletionTimestamp) {
    if (phase === 'Active') return [];
    return [invalidValue('status.Phase', phase, "may only be 'Active' if `deletionTimestamp` is empty")];
  }
  if (phase === 'Terminating') return [];
  return [invalidValue('status.Phase', phase, "may only be 'Terminating' if `deletionTimestamp` is not empty")];
}
