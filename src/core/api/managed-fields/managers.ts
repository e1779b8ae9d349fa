/** The managers of an object: `metadata.managedFields` decoded and encoded (upstream `managedfields/internal`). */
import type { ManagedFieldsEntry } from '../../kube/objects.ts';
import { decodeFields, encodeFields } from './fields-v1.ts';
import type { PathSet } from './path-set.ts';

/** One manager with what it owns. */
export interface Manager {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string | undefined;
  readonly set: PathSet;
  /** The entry it was read from; used again while it says the same. */
  readonly entry?: ManagedFieldsEntry;
}

/** Managers by their identity. */
export type Managers = Map<string, Manager>;

/** Who a manager is: appliers are the same in every API version. */
export function managerId({ manager, operation, apiVersion, subresource }: Omit<Manager, 'time' | 'set'>): string {
  return JSON.stringify([manager, operation, operation === 'Apply' ? '' : apiVersion, subresource]);
}

/** The managers of a list; `undefined` where some entry cannot be read. */
export function decodeManagers(entries: readonly ManagedFieldsEntry[] | undefined): Managers | undefined {
  const managers: Managers = new Map();
  for (const entry of entries ?? []) {
    const { operation, apiVersion, fieldsType } = entry;
    if ((operation !== 'Apply' && operation !== 'Update') || !apiVersion || fieldsType !== 'FieldsV1') return undefined;
    const set = decodeFields(entry.fieldsV1);
    if (!set) return undefined;
    const { manager = '', subresource = '', time } = entry;
    const decoded: Manager = { manager, operation, apiVersion, subresource, time: time ?? undefined, set, entry };
    managers.set(managerId(decoded), decoded);
  }
  return managers;
}

/** The list as it is stored, in upstream's order; `undefined` where there is none. */
export function encodeManagers(managers: Managers): ManagedFieldsEntry[] | undefined {
  if (managers.size === 0) return undefined;
  return [...managers.values()].sort(inOrder).map(encodeManager);
}

function encodeManager({ manager, operation, apiVersion, time, set, subresource, entry }: Manager): ManagedFieldsEntry {
  const fieldsV1 = encodeFields(set);
  if (entry && entry.fieldsV1 === fieldsV1 && entry.time === time && entry.apiVersion === apiVersion) return entry;
  return {
    ...(manager === '' ? {} : { manager }),
    operation,
    apiVersion,
    ...(time === undefined ? {} : { time }),
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...(subresource === '' ? {} : { subresource }),
  };
}

function inOrder(a: Manager, b: Manager): number {
  return (
    byText(a.operation, b.operation) ||
    byText(a.time ?? '', b.time ?? '') ||
    byText(a.manager, b.manager) ||
    byText(a.apiVersion, b.apiVersion) ||
    byText(a.subresource, b.subresource)
  );
}

/** The order of Go strings and of canonical times. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Longest manager name taken from a user agent, in bytes (upstream `FieldManagerMaxLength`). */
const MAX_NAME = 128;

/** The manager of a request without `fieldManager`: its user agent up to the first `/`, printable characters only. */
export function managerFromUserAgent(userAgent: string): string {
  let name = '';
  let bytes = 0;
  for (const char of userAgent.split('/', 1)[0] ?? '') {
    if (!/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(char)) continue;
    bytes += utf8Length(char.codePointAt(0) ?? 0);
    if (bytes > MAX_NAME) break;
    name += char;
  }
  return name;
}

function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
