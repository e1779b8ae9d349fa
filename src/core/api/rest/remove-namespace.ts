/** DELETE of a namespace: it is marked `Terminating` and stays until its `spec.finalizers` are gone (upstream registry/core/namespace). */
import type { KubeObject } from '../../kube/objects.ts';
import { formatTime } from '../../kube/time.ts';
import type { Kind, WriteContext } from '../kind.ts';
import type { RemoveOptions } from './delete-options.ts';
import { conflict } from './errors.ts';
import { ORPHAN_FINALIZER, type Removal } from './remove.ts';

interface Namespace extends KubeObject {
  spec?: { finalizers?: string[] };
  status?: { phase?: string };
}

/** Whether a namespace has nothing left to wait for. */
export function isFinalized(namespace: KubeObject): boolean {
  return ((namespace as Namespace).spec?.finalizers?.length ?? 0) === 0;
}

/** Decides a DELETE of `current`, which stays as it is. Throws 403 for the protected ones, 409 for a failed precondition. */
export function removeNamespace(kind: Kind, current: KubeObject, options: RemoveOptions, context: WriteContext): Removal {
  kind.beforeDelete?.(current, context);
  checkPreconditions(kind, current, options);
  const { metadata } = current;
  const done = isFinalized(current) && (metadata.finalizers?.length ?? 0) === 0;
  if (metadata.deletionTimestamp !== undefined) return { object: current, remove: done };
  const kept = (metadata.finalizers ?? []).filter((finalizer) => finalizer !== ORPHAN_FINALIZER);
  const orphan = options.orphanDependents ?? options.propagationPolicy === 'Orphan';
  const { finalizers: _old, ...rest } = metadata;
  const finalizers = orphan ? [...kept, ORPHAN_FINALIZER] : kept;
  const next: Namespace = {
    ...current,
    metadata: {
      ...rest,
      ...(finalizers.length > 0 ? { finalizers } : {}),
      deletionTimestamp: formatTime(context.now),
    },
    status: { ...(current as Namespace).status, phase: 'Terminating' },
  };
  return { put: next, object: next, remove: isFinalized(next) && finalizers.length === 0 };
}

function checkPreconditions(kind: Kind, current: KubeObject, { preconditions }: RemoveOptions): void {
  const { uid, resourceVersion } = preconditions;
  const { metadata } = current;
  const name = metadata.name ?? '';
  if (uid !== undefined && uid !== metadata.uid) {
    throw conflict(kind, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid ?? ''}`);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion ?? ''}`;
    throw conflict(kind, name, why);
  }
}
