/** Defaults of volumes: file modes, lifetimes of tokens, and what the old network volumes assume. */
import type { ResourceList } from '../../kube/objects.ts';
import type { FieldRef, ResourceFieldRef, Volume } from '../validation/pod-spec/shape.ts';
import { defaultFieldRef } from './container.ts';
import { defaultPullPolicy } from './image-tag.ts';
import { defaultResourceList } from './resource-list.ts';

type Fields = Record<string, unknown>;

/** Readable by all, writable by the owner. */
const FILE_MODE = 0o644;
const HOUR = 3600;

/** What each kind of source assumes for fields that are absent or empty. */
const ASSUMED: Readonly<Record<string, Fields>> = {
  rbd: { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' },
  iscsi: { iscsiInterface: 'default' },
  scaleIO: { storageMode: 'ThinProvisioned', fsType: 'xfs' },
  secret: { defaultMode: FILE_MODE },
  configMap: { defaultMode: FILE_MODE },
  downwardAPI: { defaultMode: FILE_MODE },
  projected: { defaultMode: FILE_MODE },
};

/** Fills one volume in; without any source it is an empty directory. */
export function defaultVolume(volume: Volume): void {
  let found = false;
  for (const name in volume) {
    if (name === 'name' || volume[name] === undefined || volume[name] === null) continue;
    found = true;
    defaultSource(name, volume[name] as Fields);
  }
  if (!found) volume.emptyDir = {};
}

function defaultSource(name: string, source: Fields): void {
  const assumed = ASSUMED[name];
  if (assumed) assume(source, assumed);
  switch (name) {
    case 'hostPath':
      source.type ??= '';
      break;
    case 'downwardAPI':
      defaultDownwardItems(source.items);
      break;
    case 'projected':
      for (const part of (source.sources ?? []) as Fields[]) defaultProjection(part);
      break;
    case 'azureDisk':
      defaultAzureDisk(source);
      break;
    case 'ephemeral':
      defaultClaim(source.volumeClaimTemplate as { spec?: Fields } | undefined);
      break;
    case 'image':
      source.pullPolicy ||= defaultPullPolicy((source.reference as string | undefined) ?? '');
  }
}

/** Numbers stay as given: mode 0 is a mode. Empty texts count as absent. */
function assume(source: Fields, assumed: Fields): void {
  for (const [field, value] of Object.entries(assumed)) {
    const given = source[field];
    if (given === undefined || given === null || given === '') source[field] = value;
  }
}

function defaultAzureDisk(source: Fields): void {
  source.cachingMode ??= 'ReadWrite';
  source.kind ??= 'Shared';
  source.fsType ??= 'ext4';
  source.readOnly ??= false;
}

function defaultDownwardItems(items: unknown): void {
  for (const item of (items ?? []) as { fieldRef?: FieldRef; resourceFieldRef?: ResourceFieldRef }[]) {
    if (item.fieldRef) defaultFieldRef(item.fieldRef);
  }
}

function defaultProjection(part: Fields): void {
  const token = part.serviceAccountToken as { expirationSeconds?: number } | undefined;
  if (token) token.expirationSeconds ??= HOUR;
  defaultDownwardItems((part.downwardAPI as Fields | undefined)?.items);
}

function defaultClaim(template: { spec?: Fields } | undefined): void {
  const spec = template?.spec;
  if (!spec) return;
  spec.volumeMode ??= 'Filesystem';
  const resources = spec.resources as { limits?: ResourceList; requests?: ResourceList } | undefined;
  defaultResourceList(resources?.limits);
  defaultResourceList(resources?.requests);
}
