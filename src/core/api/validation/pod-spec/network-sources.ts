/** Volumes on networks and in clouds, the deprecated ones included: the API still takes them. */
import { dns1123Label, dns1123Subdomain } from '../../../kube/names.ts';
import type { Cause } from '../../api-error.ts';
import { invalidValue, notSupported, pushProblems, required, tooLong } from '../field-error.ts';
import { rangeProblem } from '../formats.ts';
import type { Path } from '../path.ts';
import type { Check } from './check.ts';
import { requireFields } from './require-fields.ts';
import type { ObjectRef } from './shape.ts';

const IQN = /iqn\.\d{4}-\d{2}\.([a-zA-Z0-9\-.]+)(:[^,;*&$|\s]+)$/;
const EUI = /^eui.[a-zA-Z0-9]{16}$/;
const NAA = /^naa.[a-zA-Z0-9]{32}$/;

interface Iscsi {
  targetPortal?: string;
  iqn?: string;
  lun?: number;
  chapAuthDiscovery?: boolean;
  chapAuthSession?: boolean;
  secretRef?: ObjectRef;
  initiatorName?: string;
}

/** Disks with a partition number (GCE, AWS), whose name is in the field `name`. */
export function validatePartitioned(name: string): (source: never, at: Path, check: Check) => void {
  return (source: { partition?: number } & Record<string, unknown>, at: Path, check: Check) => {
    requireFields(source, { at, names: [name] }, check.out);
    const partition = source.partition ?? 0;
    if (partition < 0 || partition > 255) {
      check.out.push(invalidValue(at.child('partition'), partition, rangeProblem(1, 255)));
    }
  };
}

export function validateIscsi(source: Iscsi, at: Path, check: Check): void {
  if (!source.targetPortal) check.out.push(required(at.child('targetPortal')));
  if (!source.iqn) check.out.push(required(at.child('iqn')));
  else validateIscsiName(source.iqn, at.child('iqn'), check.out);
  validateLun(source.lun ?? 0, at.child('lun'), check.out);
  if ((source.chapAuthDiscovery || source.chapAuthSession) && !source.secretRef) check.out.push(required(at.child('secretRef')));
  if (source.initiatorName !== undefined) validateIscsiName(source.initiatorName, at.child('initiatorname'), check.out);
}

function validateIscsiName(name: string, at: Path, out: Cause[]): void {
  const form = { iqn: IQN, eui: EUI, naa: NAA }[name.slice(0, 3)];
  if (!form) out.push(invalidValue(at, name, 'must be valid format starting with iqn, eui, or naa'));
  else if (!form.test(name)) out.push(invalidValue(at, name, 'must be valid format'));
}

function validateLun(lun: number, at: Path, out: Cause[]): void {
  if (lun < 0 || lun > 255) out.push(invalidValue(at, lun, rangeProblem(0, 255)));
}

export function validateFlocker(source: { datasetName?: string; datasetUUID?: string }, at: Path, check: Check): void {
  const { datasetName = '', datasetUUID = '' } = source;
  if (!datasetName && !datasetUUID) check.out.push(required(at, 'one of datasetName and datasetUUID is required'));
  if (datasetName && datasetUUID) {
    check.out.push(invalidValue(at, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  }
  if (datasetName.includes('/')) check.out.push(invalidValue(at.child('datasetName'), datasetName, "must not contain '/'"));
}

export function validateCinder(source: { volumeID?: string; secretRef?: ObjectRef }, at: Path, check: Check): void {
  if (!source.volumeID) check.out.push(required(at.child('volumeID')));
  if (source.secretRef && !source.secretRef.name) check.out.push(required(at.child('secretRef').child('name')));
}

const PAIRS = 'must be a host:port pair or multiple pairs separated by commas';
const PAIR = /^(\[[^\]]*\]|[^:[\]]*):[^:]*$/;

export function validateQuobyte(source: { registry?: string; tenant?: string; volume?: string }, at: Path, check: Check): void {
  const { registry = '', tenant = '' } = source;
  if (registry === '') check.out.push(required(at.child('registry'), PAIRS));
  else if (tenant.length >= 65) {
    check.out.push(required(at.child('tenant'), 'must be a UUID and may not exceed a length of 64 characters'));
  } else {
    for (const pair of registry.split(',')) {
      if (!PAIR.test(pair)) check.out.push(invalidValue(at.child('registry'), registry, PAIRS));
    }
  }
  if (!source.volume) check.out.push(required(at.child('volume')));
}

export function validateFc(source: { targetWWNs?: string[]; wwids?: string[]; lun?: number }, at: Path, check: Check): void {
  const { targetWWNs = [], wwids = [] } = source;
  if (targetWWNs.length === 0 && wwids.length === 0) {
    check.out.push(required(at.child('targetWWNs'), 'must specify either targetWWNs or wwids, but not both'));
  }
  if (targetWWNs.length === 0) return;
  if (wwids.length > 0) {
    check.out.push(invalidValue(at.child('targetWWNs'), targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'));
  }
  if (source.lun === undefined) check.out.push(required(at.child('lun'), 'lun is required if targetWWNs is specified'));
  else validateLun(source.lun, at.child('lun'), check.out);
}

export function validateFlex(source: { driver?: string; options?: Record<string, string> }, at: Path, check: Check): void {
  if (!source.driver) check.out.push(required(at.child('driver')));
  for (const key of Object.keys(source.options ?? {})) {
    const domain = `.${(key.split('/')[0] ?? key).toLowerCase()}`;
    if (domain.endsWith('.kubernetes.io') || domain.endsWith('.k8s.io')) {
      const rule = 'kubernetes.io and k8s.io namespaces are reserved';
      check.out.push(invalidValue(at.child('options').key(key), key, rule));
    }
  }
}

export function validateAzureFile(source: { secretName?: string; shareName?: string }, at: Path, check: Check): void {
  requireFields(source as Record<string, unknown>, { at, names: ['secretName', 'shareName'] }, check.out);
}

interface AzureDisk {
  diskName?: string;
  diskURI?: string;
  cachingMode?: string;
  kind?: string;
}

const CACHING = ['None', 'ReadOnly', 'ReadWrite'];
const DISK_KINDS = ['Dedicated', 'Managed', 'Shared'];
const MANAGED_URI = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const BLOB_URI = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';

export function validateAzureDisk(source: AzureDisk, at: Path, check: Check): void {
  const { diskURI = '', cachingMode, kind } = source;
  requireFields({ ...source }, { at, names: ['diskName', 'diskURI'] }, check.out);
  if (cachingMode !== undefined && !CACHING.includes(cachingMode)) {
    check.out.push(notSupported(at.child('cachingMode'), cachingMode, CACHING));
  }
  if (kind === undefined) return;
  if (!DISK_KINDS.includes(kind)) check.out.push(notSupported(at.child('kind'), kind, DISK_KINDS));
  const form = kind === 'Managed' ? { prefix: '/subscriptions/', shown: MANAGED_URI } : { prefix: 'https://', shown: BLOB_URI };
  if (!diskURI.startsWith(form.prefix)) check.out.push(notSupported(at.child('diskURI'), diskURI, [form.shown]));
}

interface StorageOs {
  volumeName?: string;
  volumeNamespace?: string;
  secretRef?: ObjectRef;
}

export function validateStorageOs(source: StorageOs, at: Path, check: Check): void {
  const { volumeName: name, volumeNamespace: namespace } = source;
  if (!name) check.out.push(required(at.child('volumeName')));
  else pushProblems(check.out, at.child('volumeName'), { value: name, problems: dns1123Label(name) });
  if (namespace) pushProblems(check.out, at.child('volumeNamespace'), { value: namespace, problems: dns1123Label(namespace) });
  if (source.secretRef && !source.secretRef.name) check.out.push(required(at.child('secretRef').child('name')));
}

export function validateCsi(source: { driver?: string; nodePublishSecretRef?: ObjectRef }, at: Path, check: Check): void {
  const driver = source.driver ?? '';
  if (driver === '') check.out.push(required(at.child('driver')));
  if (driver.length > 63) check.out.push(tooLong(at.child('driver'), 63));
  pushProblems(check.out, at.child('driver'), { value: driver, problems: dns1123Subdomain(driver.toLowerCase()) });
  const secret = source.nodePublishSecretRef;
  if (!secret) return;
  if (!secret.name) check.out.push(required(at.child('nodePublishSecretRef').child('name')));
  else pushProblems(check.out, at.child('name'), { value: secret.name, problems: dns1123Subdomain(secret.name) });
}
