/** PUT and the second half of PATCH: what an update makes of the stored object (upstream `registry.Store.Update`, `rest.BeforeUpdate`). */
import type { KubeObject, ObjectMeta } from '../../kube/objects.ts';
import type { Cause } from '../api-error.ts';
import type { Kind, PartialSubresource } from '../kind.ts';
import { jsonEqual } from '../managed-fields/compare.ts';
import { invalid, invalidValue } from '../validation/field-error.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/metadata.ts';

import { conflict, internal, OBJECT_MODIFIED, qualifiedResource } from './errors.ts';
import { pathSegmentProblems, withTypeFirst } from './identity.ts';
import type { Outcome } from './outcome.ts';
import { own } from './ownership.ts';
import { isFinalized } from './remove-namespace.ts';
import type { WriteRequest } from './request.ts';
import { allowsUnconditionalUpdate, etcdKey } from './write-rules.ts';

/** One update. */
export interface Update {
  readonly kind: Kind;
  /** Absent for the main resource. */
  readonly subresource?: PartialSubresource | undefined;
  /** Decoded and defaulted, private, used up. Its name and namespace match the URL. */
  readonly next: KubeObject;
  /** The stored object; stays as it is. */
  readonly old: KubeObject;
  readonly request: WriteRequest;
  /** `next` carries its managed fields already (server-side apply). */
  readonly owned?: boolean;
}

/** Decides an update. Throws 409 for another state, 422 for an invalid object, and whatever admission refuses. */
export function update(change: Update): Outcome {
  const { kind, subresource, next, old, request } = change;
  if (!change.owned) own({ kind, next, live: old, request, subresource });
  checkResourceVersion(kind, next, old);
  keepSystemFields(next, old);
  prepare(change);
  shareUnchanged(next, old);
  const causes = [...commonCauses(kind, next, old), ...validated(change)];
  if (causes.length > 0) throw invalid(kind, old.metadata.name ?? '', causes);
  next.metadata.resourceVersion = old.metadata.resourceVersion ?? '';
  const answer = withTypeFirst(kind, next);
  if (isDone(kind, answer, old)) return { change: { remove: old }, answer };
  return jsonEqual(answer, old) ? { change: { keep: true }, answer: old } : { change: { put: answer }, answer };
}

/** The UID a PUT names is a precondition; its failure reads as etcd3's storage error. Throws 409. */
export function checkUid(kind: Kind, next: KubeObject, old: KubeObject): void {
  const wanted = next.metadata.uid;
  const { uid = '', name = '', namespace } = old.metadata;
  if (!wanted || wanted === uid) return;
  const why = `StorageError: invalid object, Code: 4, Key: ${etcdKey(kind, namespace, name)}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${uid}`;
  throw conflict(kind, name, why);
}

function checkResourceVersion(kind: Kind, next: KubeObject, old: KubeObject): void {
  const given = next.metadata.resourceVersion ?? '';
  const name = old.metadata.name ?? '';
  if (given !== '' && !/^\d+$/.test(given)) {
    throw internal(`strconv.ParseUint: parsing ${JSON.stringify(given)}: invalid syntax`);
  }
  const wanted = Number(given);
  if (wanted === 0) {
    if (allowsUnconditionalUpdate(kind)) return;
    const cause = invalidValue('metadata.resourceVersion', 0, 'must be specified for an update');
    throw invalid({ group: kind.group, kind: kind.plural }, name, [cause]);
  }
  if (given !== old.metadata.resourceVersion) throw conflict(kind, name, OBJECT_MODIFIED);
}

/** What no update changes: UID where it is left out, creation, deletion and generation. */
function keepSystemFields({ metadata: next }: KubeObject, { metadata: old }: KubeObject): void {
  if (!next.uid && old.uid !== undefined) next.uid = old.uid;
  if (old.creationTimestamp !== undefined) next.creationTimestamp = old.creationTimestamp;
  if (old.deletionTimestamp !== undefined) next.deletionTimestamp = old.deletionTimestamp;
  if (old.deletionGracePeriodSeconds !== undefined) next.deletionGracePeriodSeconds = old.deletionGracePeriodSeconds;
  if (old.generation === undefined) delete next.generation;
  else next.generation = old.generation;
}

function prepare({ kind, subresource, next, old, request }: Update): void {
  if (subresource) {
    subresource.prepareUpdate?.(next, old, request.context);
    return;
  }
  kind.prepareUpdate?.(next, old, request.context);
  kind.admitUpdate?.(next, old, request.context);
}

/**
 * What is equal becomes the same: the states of an object in the store's history share what did not change, and every comparison
 * from here on is one of identity.
 */
function shareUnchanged(next: KubeObject, old: KubeObject): void {
  share(next, old);
  share(next.metadata as Record<string, unknown>, old.metadata as Record<string, unknown>);
}

/** `metadata` differs by its resource version; of raw `data` (ControllerRevision) the order of keys counts, which equality does not see. */
const NEVER_SHARED = new Set(['metadata', 'data']);

function share(next: Record<string, unknown>, old: Record<string, unknown>): void {
  for (const key in next) {
    const value = next[key];
    if (typeof value !== 'object' || value === old[key] || NEVER_SHARED.has(key)) continue;
    if (jsonEqual(value, old[key])) next[key] = old[key];
  }
}

/** What upstream checks of every kind's metadata before the kind's own rules, which mostly repeat it (`validateCommonFields`). */
function commonCauses({ namespaced }: Kind, { metadata: next }: KubeObject, { metadata: old }: KubeObject): Cause[] {
  if (sameRules(next, old)) return [];
  return [...validateObjectMeta(next, { namespaced, nameProblems: pathSegmentProblems }), ...validateObjectMetaUpdate(next, old)];
}

/** Nothing the common rules look at has changed: what was sound is sound. */
function sameRules(next: ObjectMeta, old: ObjectMeta): boolean {
  return CHECKED.every((field) => jsonEqual(next[field], old[field]));
}

const CHECKED = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
] as const satisfies (keyof ObjectMeta)[];

function validated({ kind, subresource, next, old, request }: Update): Cause[] {
  if (!subresource) return kind.validateUpdate(next, old, request.context);
  return subresource.validateUpdate?.(next, old, request.context) ?? [];
}

/** Whether an object that is being deleted has just lost the last thing it waited for (upstream `ShouldDeleteDuringUpdate`). */
function isDone(kind: Kind, next: KubeObject, { metadata: old }: KubeObject): boolean {
  if (old.deletionTimestamp === undefined || (next.metadata.finalizers?.length ?? 0) > 0) return false;
  if (qualifiedResource(kind) === 'namespaces') return isFinalized(next);
  return old.deletionGracePeriodSeconds === 0;
}
