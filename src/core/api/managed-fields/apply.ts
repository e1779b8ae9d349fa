/** Server-side apply: a manager's whole configuration is merged in, and what it no longer says goes (upstream `merge.Updater.Apply`). */
import type { KubeObject, ManagedFieldsEntry } from '../../kube/objects.ts';
import { formatTime } from '../../kube/time.ts';
import { ApiError } from '../api-error.ts';
import { decodeTyped, zeroObject } from '../schema/decode.ts';
import { DecodeError } from '../schema/decode-context.ts';
import { refuseConflicts } from './conflicts.ts';
import { fieldSet, removePaths, withNamedFields } from './field-set.ts';
import type { Manager, Managers } from './managers.ts';
import { decodeManagers, encodeManagers, managerId } from './managers.ts';
import { mergeTyped } from './merge.ts';
import type { PathSet } from './path-set.ts';
import { difference, EMPTY, intersection, isEmptySet, recursiveDifference, union } from './path-set.ts';
import { resetSet } from './reset-fields.ts';
import type { Shape } from './shape.ts';
import { ownedShapeOf, shapeOf } from './shape.ts';
import { joinProblems, typeProblems } from './typed.ts';
import type { Ownership } from './update.ts';
import { changesOf, loses, moveOwnership } from './update.ts';

/** One apply request. */
export interface Apply extends Ownership {
  readonly kind: string;
  /** Take over what others own. */
  readonly force: boolean;
}

/** What an apply comes to, before defaults and admission. */
export interface Applied {
  /** Decoded and private, with its `managedFields`. */
  readonly object: KubeObject;
  /** Nothing but ownership may have changed. */
  readonly unchanged: boolean;
}

/**
 * Applies `config`, the parsed body, to `live` (absent: the object is created). Throws 400 for a body of another kind or one
 * that carries managed fields, 409 with a cause for each conflict unless `force`, and 500 where the body does not fit the schema.
 */
export function applyConfiguration(live: KubeObject | undefined, config: unknown, by: Apply): Applied {
  const body = checkedBody(config, by);
  const before = live ?? zeroObject(by.schema);
  const managers = managersBefore(live, by);
  const shape = shapeOf(by.schema);
  const applier: Omit<Manager, 'time' | 'set'> = {
    manager: by.manager,
    operation: 'Apply',
    apiVersion: by.apiVersion,
    subresource: by.subresource ?? '',
  };
  const self = managerId(applier);
  const last = managers.get(self);
  const set = appliedSet(body, by);
  const plain = withoutManagedFields(before);
  const claimed: Managers = new Map(managers).set(self, { ...applier, time: last?.time, set });
  const merged = mergeTyped(shape, plain, body);
  const pruned = prune({ shape: ownedShapeOf(by.schema), merged, managers: claimed, last: last?.set });
  const changes = changesOf(plain, pruned as KubeObject, by);
  const taken = changes ? union(changes.modified, changes.added) : EMPTY;
  if (!by.force) refuseConflicts(conflictsWith(claimed, self, taken));
  const after: Managers = new Map();
  for (const [id, manager] of claimed) {
    const left = id === self ? manager.set : loses(manager.set, taken, changes?.removed ?? EMPTY);
    const time = id === self && changes ? formatTime(by.now) : manager.time;
    if (!isEmptySet(left)) after.set(id, { ...manager, time, set: left });
  }
  // Nobody owns the UID, but one that differs must reach the checks that refuse it.
  const otherUid = body.metadata?.uid !== undefined && body.metadata.uid !== plain.metadata.uid;
  const object = decoded(changes || otherUid ? pruned : plain, by);
  keepLastApplied(object, body, by.manager);
  setManagedFields(object, encodeManagers(after));
  return { object, unchanged: changes === undefined && !otherUid };
}

function setManagedFields(object: KubeObject, entries: ManagedFieldsEntry[] | undefined): void {
  if (entries) object.metadata.managedFields = entries;
  else delete object.metadata.managedFields;
}

function checkedBody(config: unknown, by: Apply): KubeObject {
  const body = (config ?? {}) as KubeObject;
  const given = typeof body === 'object' && !Array.isArray(body) ? body : ({} as KubeObject);
  const { apiVersion = '', kind = '' } = given;
  if (apiVersion !== by.apiVersion || kind !== by.kind) {
    const version = apiVersion === '' || apiVersion.includes('/') ? apiVersion || '/' : `/${apiVersion}`;
    throw new ApiError(400, 'BadRequest', `invalid object type: ${version}, Kind=${kind}`);
  }
  if (given.metadata?.managedFields) throw new ApiError(400, 'BadRequest', 'metadata.managedFields must be nil');
  const problems = typeProblems(given, by.schema);
  if (problems.length === 0) return given;
  const { namespace = '', name = '' } = given.metadata ?? {};
  const version = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
  const message = `failed to create typed patch object (${namespace}/${name}; ${version}, Kind=${kind}): ${joinProblems(problems)}`;
  throw new ApiError(500, '', message);
}

/** An object that nobody tracked is first claimed by `before-first-apply` (upstream `skipnonapplied.go`). */
function managersBefore(live: KubeObject | undefined, by: Apply): Managers {
  const managers = decodeManagers(live?.metadata.managedFields);
  if (!managers) throw new ApiError(500, '', 'failed to decode managed fields');
  if (managers.size > 0 || !live) return managers;
  const changes = changesOf(zeroObject(by.schema), live, by);
  return changes ? moveOwnership(managers, changes, { ...by, manager: 'before-first-apply', operation: 'Update' }) : managers;
}

/** What the configuration owns: all it says, but for what nobody or not this endpoint owns. */
function appliedSet(body: KubeObject, by: Apply): PathSet {
  const set = fieldSet(ownedShapeOf(by.schema), body);
  const owned = by.resetFields && by.resetFields.length > 0 ? recursiveDifference(set, resetSet(by.resetFields)) : set;
  const metadata = owned.children.get('f:metadata');
  return metadata?.member ? difference(owned, METADATA) : owned;
}

const METADATA: PathSet = { member: false, children: new Map([['f:metadata', { member: true, children: new Map() }]]) };

function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

interface Pruning {
  readonly shape: Shape;
  readonly merged: unknown;
  readonly managers: Managers;
  /** What the applier owned before. */
  readonly last: PathSet | undefined;
}

/** Takes out what the applier owned before and nobody owns now, but nothing that others' items stand on. */
function prune({ shape, merged, managers, last }: Pruning): unknown {
  if (!last || isEmptySet(last)) return merged;
  const named = (set: PathSet): PathSet => withNamedFields(shape, set);
  const mine = named(last);
  const all = named(fieldSet(shape, merged));
  const stripped = removePaths(shape, merged, mine);
  let owned = EMPTY;
  for (const { set } of managers.values()) owned = union(owned, set);
  const restored = removePaths(shape, merged, difference(all, union(named(fieldSet(shape, stripped)), named(owned))));
  const dangling = intersection(difference(all, named(fieldSet(shape, restored))), mine);
  return removePaths(shape, merged, dangling);
}

function conflictsWith(managers: Managers, self: string, taken: PathSet): Map<Manager, PathSet> {
  const conflicts = new Map<Manager, PathSet>();
  for (const [id, manager] of managers) {
    const conflict = id === self ? EMPTY : intersection(manager.set, taken);
    if (!isEmptySet(conflict)) conflicts.set(manager, conflict);
  }
  return conflicts;
}

function decoded(value: unknown, by: Apply): KubeObject {
  try {
    const { object } = decodeTyped(value, by.schema);
    object.apiVersion = by.apiVersion;
    object.kind = by.kind;
    return object;
  } catch (error) {
    if (error instanceof DecodeError) throw new ApiError(500, '', error.message);
    throw error;
  }
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Applies by `kubectl` keep the annotation of client-side apply true where there is one (upstream `lastappliedupdater.go`). */
function keepLastApplied(object: KubeObject, body: KubeObject, manager: string): void {
  const { annotations } = object.metadata;
  if (manager !== 'kubectl' || annotations?.[LAST_APPLIED] === undefined) return;
  const { [LAST_APPLIED]: _, ...others } = body.metadata.annotations ?? {};
  const config = { ...body, metadata: { ...body.metadata, annotations: others } };
  annotations[LAST_APPLIED] = `${JSON.stringify(config)}\n`;
}
