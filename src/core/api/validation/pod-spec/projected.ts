/** Projected volumes: several sources in one directory, whose paths may not collide. */
import type { Cause } from '../../api-error.ts';
import { forbiddenValue, invalidValue, required } from '../field-error.ts';
import type { Path } from '../path.ts';
import type { Check } from './check.ts';
import { type ClusterTrustBundle, validateTrustBundle } from './cluster-trust-bundle.ts';
import { validateNonReserved } from './local-path.ts';
import { type DownwardFile, type KeyToPath, validateDownwardFile, validateKeyToPath, validateMode } from './local-sources.ts';

interface TokenSource {
  expirationSeconds?: number;
  path?: string;
}

interface ProjectedSource {
  secret?: { name?: string; items?: KeyToPath[] };
  configMap?: { name?: string; items?: KeyToPath[] };
  downwardAPI?: { items?: DownwardFile[] };
  serviceAccountToken?: TokenSource;
  clusterTrustBundle?: ClusterTrustBundle;
}

export function validateProjected(volume: { defaultMode?: number; sources?: ProjectedSource[] }, at: Path, check: Check): void {
  validateMode(volume.defaultMode, at.child('defaultMode'), check.out);
  const taken: Taken = { paths: new Set(), at, out: check.out };
  for (const [i, source] of (volume.sources ?? []).entries()) validateOne(source, at.child('sources').index(i), taken);
}

/** The paths used so far in the volume; a second use is reported at the volume. */
interface Taken {
  readonly paths: Set<string>;
  readonly at: Path;
  readonly out: Cause[];
}

function take(path: string | undefined, shown: string, taken: Taken): void {
  if (!path) return;
  if (taken.paths.has(path)) taken.out.push(invalidValue(taken.at, shown, 'conflicting duplicate paths'));
  taken.paths.add(path);
}

function validateOne(source: ProjectedSource, at: Path, taken: Taken): void {
  let found = 0;
  for (const name of ['secret', 'configMap'] as const) {
    const keyed = source[name];
    if (!keyed) continue;
    found++;
    validateKeyed(keyed, at.child(name), taken);
  }
  if (source.downwardAPI) {
    found++;
    for (const file of source.downwardAPI.items ?? []) {
      validateDownwardFile(file, at.child('downwardAPI'), taken.out);
      take(file.path, file.path ?? '', taken);
    }
  }
  if (source.serviceAccountToken) {
    found++;
    validateToken(source.serviceAccountToken, at.child('serviceAccountToken'), taken);
  }
  if (source.clusterTrustBundle) {
    found++;
    validateTrustBundle(source.clusterTrustBundle, at.child('clusterTrustBundle'), taken.out);
    take(source.clusterTrustBundle.path, source.clusterTrustBundle.path ?? '', taken);
  }
  if (found > 1) taken.out.push(forbiddenValue(at, 'may not specify more than 1 volume type per source'));
}

function validateKeyed(keyed: { name?: string; items?: KeyToPath[] }, at: Path, taken: Taken): void {
  if (!keyed.name) taken.out.push(required(at.child('name')));
  for (const [i, item] of (keyed.items ?? []).entries()) {
    validateKeyToPath(item, at.child('items').index(i), taken.out);
    take(item.path, keyed.name ?? '', taken);
  }
}

/** Lifetimes are ten minutes to 2^32 seconds; the path is reported at the volume, as upstream does. */
function validateToken(token: TokenSource, at: Path, taken: Taken): void {
  const seconds = token.expirationSeconds ?? 0;
  const lifetime = at.child('expirationSeconds');
  if (seconds < 600) taken.out.push(invalidValue(lifetime, seconds, 'may not specify a duration less than 10 minutes'));
  if (seconds > 2 ** 32) {
    taken.out.push(invalidValue(lifetime, seconds, 'may not specify a duration larger than 2^32 seconds'));
  }
  if (!token.path) taken.out.push(required(taken.at.child('path')));
  else validateNonReserved(token.path, taken.at.child('path'), taken.out);
}
