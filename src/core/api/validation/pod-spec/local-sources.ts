/** Volumes made of the node's disk or of API objects: hostPath, nfs, secret, configMap, downwardAPI, image. */
import type { Cause } from '../../api-error.ts';
import { invalidValue, notSupported, required } from '../field-error.ts';
import type { Path } from '../path.ts';
import type { Check } from './check.ts';
import { VOLUME_FIELDS, validateFieldRef, validateResourceFieldRef } from './downward-fields.ts';
import { validateNoBacksteps, validateNonReserved } from './local-path.ts';
import { validatePullPolicy } from './pull-policy.ts';
import type { FieldRef, ResourceFieldRef } from './shape.ts';

export interface KeyToPath {
  key?: string;
  path?: string;
  mode?: number;
}

export interface DownwardFile {
  path?: string;
  fieldRef?: FieldRef;
  resourceFieldRef?: ResourceFieldRef;
  mode?: number;
}

const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];
const MODE_RULE = 'must be a number between 0 and 0777 (octal), both inclusive';

/** File modes are 0 to 0777. */
export function validateMode(mode: number | undefined, at: Path, out: Cause[]): void {
  if (mode !== undefined && (mode < 0 || mode > 0o777)) out.push(invalidValue(at, mode, MODE_RULE));
}

export function validateHostPath(source: { path?: string; type?: string }, at: Path, check: Check): void {
  if (!source.path) {
    check.out.push(required(at.child('path')));
    return;
  }
  validateNoBacksteps(source.path, at.child('path'), check.out);
  if (source.type !== undefined && !HOST_PATH_TYPES.includes(source.type)) {
    check.out.push(notSupported(at.child('type'), source.type, HOST_PATH_TYPES));
  }
}

export function validateNfs(source: { server?: string; path?: string }, at: Path, check: Check): void {
  if (!source.server) check.out.push(required(at.child('server')));
  if (!source.path) check.out.push(required(at.child('path')));
  if (!source.path?.startsWith('/'))
    check.out.push(invalidValue(at.child('path'), source.path ?? '', 'must be an absolute path'));
}

interface KeyedSource {
  name?: string;
  secretName?: string;
  defaultMode?: number;
  items?: KeyToPath[];
}

export function validateSecret(source: KeyedSource, at: Path, check: Check): void {
  if (!source.secretName) check.out.push(required(at.child('secretName')));
  validateKeyed(source, at, check.out);
}

export function validateConfigMap(source: KeyedSource, at: Path, check: Check): void {
  if (!source.name) check.out.push(required(at.child('name')));
  validateKeyed(source, at, check.out);
}

function validateKeyed(source: KeyedSource, at: Path, out: Cause[]): void {
  validateMode(source.defaultMode, at.child('defaultMode'), out);
  for (const [i, item] of (source.items ?? []).entries()) validateKeyToPath(item, at.child('items').index(i), out);
}

/** One key of a ConfigMap or Secret and the file it becomes. */
export function validateKeyToPath(item: KeyToPath, at: Path, out: Cause[]): void {
  if (!item.key) out.push(required(at.child('key')));
  if (!item.path) out.push(required(at.child('path')));
  validateNonReserved(item.path ?? '', at.child('path'), out);
  validateMode(item.mode, at.child('mode'), out);
}

export function validateDownwardApi(source: { defaultMode?: number; items?: DownwardFile[] }, at: Path, check: Check): void {
  validateMode(source.defaultMode, at.child('defaultMode'), check.out);
  for (const file of source.items ?? []) validateDownwardFile(file, at, check.out);
}

/** One file of a downward API volume; upstream reports it at the volume itself. */
export function validateDownwardFile(file: DownwardFile, at: Path, out: Cause[]): void {
  if (!file.path) out.push(required(at.child('path')));
  validateNonReserved(file.path ?? '', at.child('path'), out);
  if (file.fieldRef) {
    validateFieldRef(file.fieldRef, { at: at.child('fieldRef'), allowed: VOLUME_FIELDS }, out);
    if (file.resourceFieldRef) {
      out.push(invalidValue(at, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
    }
  } else if (file.resourceFieldRef) {
    validateResourceFieldRef(file.resourceFieldRef, { at: at.child('resourceFieldRef'), inVolume: true }, out);
  } else out.push(required(at, 'one of fieldRef and resourceFieldRef is required'));
  validateMode(file.mode, at.child('mode'), out);
}

export function validateImage(source: { reference?: string; pullPolicy?: string }, at: Path, check: Check): void {
  if (check.isPod && !source.reference) check.out.push(required(at.child('reference')));
  validatePullPolicy(source.pullPolicy, at.child('pullPolicy'), check.out);
}
