/** DELETE: what it makes of an object, by preconditions, grace, finalizers and propagation (upstream `rest.BeforeDelete`, `registry.Store.Delete`). */
import type { KubeObject, ObjectMeta } from '../../kube/objects.ts';
import { formatTime, parseTime } from '../../kube/time.ts';
import type { Kind, WriteContext } from '../kind.ts';
import type { RemoveOptions } from './delete-options.ts';
import { conflict } from './errors.ts';
import { isCollected } from './write-rules.ts';

/** The garbage collector's finalizers. */
export const ORPHAN_FINALIZER = 'orphan';
const FOREGROUND_FINALIZER = 'foregroundDeletion';

/**
 * What a DELETE does: `put` is written first where it is there (a watcher sees it), then the object is removed where `remove`
 * is true. `object` is the state to answer with.
 */
export interface Removal {
  readonly put?: KubeObject;
  readonly remove: boolean;
  readonly object: KubeObject;
}

/** Decides a DELETE of `current`, which stays as it is. Throws what the preconditions or the kind refuse. */
export function remove(kind: Kind, current: KubeObject, options: RemoveOptions, context: WriteContext): Removal {
  kind.beforeDelete?.(current, context);
  checkPreconditions(kind, current, options);
  const requested = options.gracePeriodSeconds;
  const seconds = requested !== undefined && requested < 0 ? 1 : requested;
  return kind.grace
    ? gracefully(kind, current, { ...options, gracePeriodSeconds: seconds }, context)
    : atOnce(kind, current, options, context);
}

/** Throws 409 where a precondition names another UID or resource version. */
function checkPreconditions(kind: Kind, current: KubeObject, { preconditions }: RemoveOptions): void {
  const { uid, resourceVersion } = preconditions;
  const named = { group: kind.group, plural: kind.kind };
  const { metadata } = current;
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid ?? ''}). The object might have been deleted and then recreated`;
    throw conflict(named, metadata.name ?? '', why);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion ?? ''}). The object might have been modified`;
    throw conflict(named, metadata.name ?? '', why);
  }
}

function gracefully(kind: Kind, current: KubeObject, options: RemoveOptions, context: WriteContext): Removal {
  const { metadata } = current;
  if (metadata.deletionTimestamp !== undefined) return again(current, options);
  const seconds = kind.grace!(current, options.gracePeriodSeconds);
  const next = withMetadata(current, {
    ...metadata,
    ...collectorFinalizers(kind, metadata, options),
    deletionTimestamp: formatTime(context.now + seconds * 1000),
    deletionGracePeriodSeconds: seconds,
    ...(metadata.generation ? { generation: metadata.generation + 1 } : {}),
  });
  return { put: next, object: next, remove: seconds === 0 && !hasFinalizers(next) };
}

/** A DELETE of an object that is being deleted already: it may only shorten the grace. */
function again(current: KubeObject, options: RemoveOptions): Removal {
  const { metadata } = current;
  const before = metadata.deletionGracePeriodSeconds;
  const finalizers = hasFinalizers(current);
  if (before === undefined) return { object: current, remove: !finalizers };
  const seconds = options.gracePeriodSeconds;
  if (seconds === undefined || seconds >= before) return { object: current, remove: false };
  const at = (parseTime(metadata.deletionTimestamp) ?? 0) - before * 1000 + seconds * 1000;
  const next = withMetadata(current, { ...metadata, deletionTimestamp: formatTime(at), deletionGracePeriodSeconds: seconds });
  return { put: next, object: next, remove: seconds === 0 && !finalizers };
}

function atOnce(kind: Kind, current: KubeObject, options: RemoveOptions, context: WriteContext): Removal {
  const { metadata } = current;
  const { finalizers = metadata.finalizers } = collectorFinalizers(kind, metadata, options);
  if (finalizers === undefined || finalizers.length === 0) return { object: current, remove: true };
  const first = metadata.deletionTimestamp === undefined;
  const { finalizers: _old, ...rest } = metadata;
  const next = withMetadata(current, {
    ...rest,
    finalizers,
    deletionTimestamp: first ? formatTime(context.now) : metadata.deletionTimestamp!,
    deletionGracePeriodSeconds: 0,
    ...(first && metadata.generation ? { generation: metadata.generation + 1 } : {}),
  });
  return { put: next, object: next, remove: false };
}

/** The finalizers with the collector's two put in or taken out; nothing where they stay as they are. */
function collectorFinalizers(kind: Kind, metadata: ObjectMeta, options: RemoveOptions): { finalizers?: string[] } {
  if (!isCollected(kind)) return {};
  const before = metadata.finalizers ?? [];
  const wanted = collectorFinalizer(kind, before, options);
  const next = before.filter((finalizer) => finalizer !== ORPHAN_FINALIZER && finalizer !== FOREGROUND_FINALIZER);
  if (wanted !== undefined) next.push(wanted);
  const same = next.length === before.length && next.every((finalizer) => before.includes(finalizer));
  return same ? {} : { finalizers: next };
}

/** An explicit option wins, then a finalizer the object carries, then the kind's default. */
function collectorFinalizer(kind: Kind, finalizers: readonly string[], options: RemoveOptions): string | undefined {
  if (options.orphanDependents !== undefined) return options.orphanDependents ? ORPHAN_FINALIZER : undefined;
  switch (options.propagationPolicy) {
    case 'Orphan':
      return ORPHAN_FINALIZER;
    case 'Foreground':
      return FOREGROUND_FINALIZER;
    case 'Background':
      return undefined;
  }
  const carried = finalizers.find((finalizer) => finalizer === ORPHAN_FINALIZER || finalizer === FOREGROUND_FINALIZER);
  return carried ?? (kind.defaultPropagation === 'Orphan' ? ORPHAN_FINALIZER : undefined);
}

function hasFinalizers(object: KubeObject): boolean {
  return (object.metadata.finalizers?.length ?? 0) > 0;
}

function withMetadata(object: KubeObject, metadata: ObjectMeta): KubeObject {
  return { ...object, metadata };
}
