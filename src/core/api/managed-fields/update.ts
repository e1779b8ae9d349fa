/** Ownership after a write that is no apply: what changed moves to the writer (upstream `fieldmanager`, `merge.Updater.Update`). */
import type { KubeObject, ManagedFieldsEntry } from '../../kube/objects.ts';
import type { Instant } from '../../kube/time.ts';
import { formatTime } from '../../kube/time.ts';
import { zeroObject } from '../schema/decode.ts';
import { capManagers } from './cap.ts';
import type { Changes } from './compare.ts';
import { compare } from './compare.ts';
import type { Manager, Managers } from './managers.ts';
import { decodeManagers, encodeManagers, managerId } from './managers.ts';
import type { PathSet } from './path-set.ts';
import { difference, EMPTY, intersection, isEmptySet, recursiveDifference, union } from './path-set.ts';
import { resetSet } from './reset-fields.ts';
import type { Shape } from './shape.ts';
import { ownedShapeOf } from './shape.ts';

/** Who writes, where and when. */
export interface Ownership {
  /** OpenAPI name of the objects' definition. */
  readonly schema: string;
  readonly apiVersion: string;
  /** Empty means unknown. */
  readonly manager: string;
  /** `status` and the like; absent for the main resource. */
  readonly subresource?: string | undefined;
  readonly now: Instant;
  /** Paths this endpoint never owns (`Kind.resetFields`). */
  readonly resetFields?: readonly string[] | undefined;
}

/**
 * The `managedFields` that `next` gets when it is written over `live` (absent on create). `next` is decoded and
 * defaulted, before admission and before the server sets its own fields; its own `managedFields` are what the client
 * sent: an empty list or one empty entry forgets all, anything unreadable counts as not sent. Neither object is changed.
 */
export function updateManagedFields(
  live: KubeObject | undefined,
  next: KubeObject,
  by: Ownership,
): ManagedFieldsEntry[] | undefined {
  const sent = next.metadata.managedFields;
  const stored = live?.metadata.managedFields;
  const managers = managersOf(sent, stored, by.subresource !== undefined);
  // Objects that nobody tracks stay untracked until they are applied.
  if (managers.size === 0 && live?.metadata.uid) return undefined;
  const changes = changesOf(live ?? zeroObject(by.schema), next, by);
  if (!changes) return encodeManagers(managers);
  const after = moveOwnership(managers, changes, { ...by, operation: 'Update' });
  return encodeManagers(capManagers(after));
}

/** What changed, without what nobody owns; `undefined` where nothing did. */
export function changesOf(old: KubeObject, next: KubeObject, by: Ownership): Changes | undefined {
  const { resetFields = NOTHING } = by;
  const changes = compare(comparedShape(by.schema, resetFields), old, next);
  const reset = resetFields.length > 0 ? resetSet(resetFields) : EMPTY;
  if (!changes || isEmptySet(reset)) return changes;
  return {
    added: recursiveDifference(changes.added, reset),
    modified: recursiveDifference(changes.modified, reset),
    removed: recursiveDifference(changes.removed, reset),
  };
}

const NOTHING: readonly string[] = [];
const compared = new WeakMap<readonly string[], Map<string, Shape>>();

/** What is worth comparing: whole top-level fields that are never owned are not even looked at. */
function comparedShape(schema: string, resetFields: readonly string[]): Shape {
  const known = compared.get(resetFields)?.get(schema);
  if (known) return known;
  const whole = ownedShapeOf(schema);
  const shape: Shape =
    whole.kind === 'struct'
      ? { kind: 'struct', fields: new Map([...whole.fields].filter(([name]) => !resetFields.includes(`f:${name}`))) }
      : whole;
  compared.set(resetFields, new Map(compared.get(resetFields)).set(schema, shape));
  return shape;
}

function managersOf(
  sent: ManagedFieldsEntry[] | undefined,
  stored: ManagedFieldsEntry[] | undefined,
  ofSubresource: boolean,
): Managers {
  if (!ofSubresource && sent) {
    if (sent.length === 0 || (sent.length === 1 && isBlank(sent[0]))) return new Map();
    const managers = decodeManagers(sent);
    if (managers && managers.size > 0) return managers;
  }
  return decodeManagers(stored) ?? new Map();
}

function isBlank(entry: ManagedFieldsEntry | undefined): boolean {
  return Object.values(entry ?? {}).every((value) => value === undefined || value === null);
}

/** Takes what changed from all managers and gives it to the writer. */
export function moveOwnership(managers: Managers, changes: Changes, by: Ownership & { operation: 'Update' }): Managers {
  const taken = union(changes.modified, changes.added);
  const writer: Omit<Manager, 'time' | 'set'> = {
    manager: by.manager === '' ? 'unknown' : by.manager,
    operation: by.operation,
    apiVersion: by.apiVersion,
    subresource: by.subresource ?? '',
  };
  const self = managerId(writer);
  const after: Managers = new Map();
  for (const [id, manager] of managers) {
    const set = id === self ? difference(manager.set, changes.removed) : loses(manager.set, taken, changes.removed);
    if (isEmptySet(set)) continue;
    after.set(id, set === manager.set ? manager : { ...manager, set });
  }
  const own = withoutMetadata(taken);
  if (isEmptySet(own)) return after;
  const before = after.get(self);
  after.set(self, { ...writer, time: formatTime(by.now), set: before ? union(before.set, own) : own });
  return after;
}

/** What is left of a manager's set when these paths change hands and those are gone. */
export function loses(set: PathSet, taken: PathSet, removed: PathSet): PathSet {
  const conflict = intersection(set, taken);
  return difference(isEmptySet(conflict) ? set : difference(set, conflict), removed);
}

/** `metadata` itself is nobody's. */
function withoutMetadata(set: PathSet): PathSet {
  return set.children.get('f:metadata')?.member ? difference(set, METADATA) : set;
}

const METADATA: PathSet = { member: false, children: new Map([['f:metadata', { member: true, children: new Map() }]]) };
