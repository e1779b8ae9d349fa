/** The kinds of volumes in the order upstream looks at them, each with its rules. */
import { parseQuantity } from '../../../kube/quantity.ts';
import { forbiddenValue, required } from '../field-error.ts';
import type { Path } from '../path.ts';
import type { Check } from './check.ts';
import { validateEphemeral } from './claim-template.ts';
import { validateDescending } from './local-path.ts';
import {
  validateConfigMap,
  validateDownwardApi,
  validateHostPath,
  validateImage,
  validateNfs,
  validateSecret,
} from './local-sources.ts';
import {
  validateAzureDisk,
  validateAzureFile,
  validateCinder,
  validateCsi,
  validateFc,
  validateFlex,
  validateFlocker,
  validateIscsi,
  validatePartitioned,
  validateQuobyte,
  validateStorageOs,
} from './network-sources.ts';
import { validateProjected } from './projected.ts';
import { requireFields } from './require-fields.ts';

export interface VolumeSourceRule {
  readonly name: string;
  /** What upstream calls the field in its refusals, where that differs. */
  readonly path?: string;
  /** What it calls the field of a second source, where that differs once more. */
  readonly extra?: string;
  validate(source: never, at: Path, check: Check): void;
}

function validateEmptyDir(source: { sizeLimit?: string | number }, at: Path, check: Check): void {
  if (source.sizeLimit === undefined || parseQuantity(source.sizeLimit).value >= 0n) return;
  check.out.push(forbiddenValue(at.child('sizeLimit'), 'SizeLimit field must be a valid resource quantity'));
}

function validateGitRepo(source: { repository?: string; directory?: string }, at: Path, check: Check): void {
  if (!source.repository) check.out.push(required(at.child('repository')));
  validateDescending(source.directory ?? '', at.child('directory'), check.out);
}

const fields =
  (...names: string[]) =>
  (source: never, at: Path, check: Check): void =>
    requireFields(source, { at, names }, check.out);

export const VOLUME_SOURCES: readonly VolumeSourceRule[] = [
  { name: 'emptyDir', validate: validateEmptyDir },
  { name: 'hostPath', validate: validateHostPath },
  { name: 'gitRepo', validate: validateGitRepo },
  { name: 'gcePersistentDisk', path: 'persistentDisk', extra: 'gcePersistentDisk', validate: validatePartitioned('pdName') },
  { name: 'awsElasticBlockStore', validate: validatePartitioned('volumeID') },
  { name: 'secret', validate: validateSecret },
  { name: 'nfs', validate: validateNfs },
  { name: 'iscsi', validate: validateIscsi },
  { name: 'glusterfs', validate: fields('endpoints', 'path') },
  { name: 'flocker', validate: validateFlocker },
  { name: 'persistentVolumeClaim', validate: fields('claimName') },
  { name: 'rbd', validate: fields('monitors', 'image') },
  { name: 'cinder', validate: validateCinder },
  { name: 'cephfs', extra: 'cephFS', validate: fields('monitors') },
  { name: 'quobyte', validate: validateQuobyte },
  { name: 'downwardAPI', extra: 'downwarAPI', validate: validateDownwardApi },
  { name: 'fc', validate: validateFc },
  { name: 'flexVolume', validate: validateFlex },
  { name: 'configMap', validate: validateConfigMap },
  { name: 'azureFile', validate: validateAzureFile },
  { name: 'vsphereVolume', validate: fields('volumePath') },
  { name: 'photonPersistentDisk', validate: fields('pdID') },
  { name: 'portworxVolume', validate: fields('volumeID') },
  { name: 'azureDisk', validate: validateAzureDisk },
  { name: 'storageos', validate: validateStorageOs },
  { name: 'projected', validate: validateProjected },
  { name: 'scaleIO', validate: fields('gateway', 'system', 'volumeName') },
  { name: 'csi', validate: validateCsi },
  { name: 'ephemeral', validate: validateEphemeral },
  { name: 'image', validate: validateImage },
];
