/** Volume plugins that are deprecated or gone, and files that hide the service account token. */
import { formatQuantity, tryQuantity } from '../../../kube/quantity.ts';
import type { Path } from '../../validation/path.ts';
import type { Volume } from '../../validation/pod-spec/shape.ts';
import { quote } from '../../validation/print-value.ts';
import type { Warn } from './warn.ts';

const PLUGINS: Readonly<Record<string, string>> = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
};
/** Where upstream's name of the field differs. */
const NAMES: Readonly<Record<string, string>> = { storageos: 'storageOS' };

interface Items {
  items?: { path?: string }[];
}

interface Source {
  serviceAccountToken?: { path?: string };
  configMap?: Items;
  secret?: Items;
  downwardAPI?: Items;
  clusterTrustBundle?: { path?: string };
}

export function warnOfVolumes(volumes: readonly Volume[], at: Path, warn: Warn): void {
  for (const [i, volume] of volumes.entries()) {
    for (const name in PLUGINS) {
      if (volume[name]) warn(`${at.index(i).child(NAMES[name] ?? name)}: ${PLUGINS[name]}`);
    }
    warnOfClaim(volume, at.index(i), warn);
  }
  const tokens = new Set(volumes.flatMap(sourcesOf).flatMap(({ serviceAccountToken }) => serviceAccountToken?.path ?? []));
  if (tokens.size === 0) return;
  for (const [i, volume] of volumes.entries()) {
    const sources = at.index(i).child('projected').child('sources');
    for (const source of sourcesOf(volume)) warnOfHidden(source, { at: sources, tokens }, warn);
  }
}

function sourcesOf(volume: Volume): Source[] {
  return (volume.projected as { sources?: Source[] } | undefined)?.sources ?? [];
}

function warnOfHidden(source: Source, of: { at: Path; tokens: ReadonlySet<string> }, warn: Warn): void {
  const say = (field: Path, path: string): void => {
    if (of.tokens.has(path)) warn(`${field}: has duplicated path with ServiceAccountToken ${quote(path)}`);
  };
  const lists = { configMap: source.configMap, secrets: source.secret, downwardAPI: source.downwardAPI };
  for (const [name, keyed] of Object.entries(lists)) {
    for (const [j, { path = '' }] of (keyed?.items ?? []).entries()) say(of.at.child(name).index(j), path);
  }
  const bundle = source.clusterTrustBundle?.path;
  if (bundle) say(of.at.child('ClusterTrustBundle'), bundle);
}

function warnOfClaim(volume: Volume, at: Path, warn: Warn): void {
  const template = (
    volume.ephemeral as { volumeClaimTemplate?: { spec?: { resources?: { requests?: Record<string, string> } } } } | undefined
  )?.volumeClaimTemplate;
  const text = template?.spec?.resources?.requests?.storage;
  const quantity = text === undefined ? undefined : tryQuantity(text);
  if (!quantity || quantity.scale >= 0 || quantity.value % 10n ** BigInt(-quantity.scale) === 0n) return;
  const field = at
    .child('ephemeral')
    .child('volumeClaimTemplate')
    .child('spec')
    .child('resources')
    .child('requests')
    .key('storage');
  warn(`${field}: fractional byte value ${quote(formatQuantity(quantity))} is invalid, must be an integer`);
}
