/** What a daemon pod is called: `<daemonset>-<node>` under the handbook, `<daemonset>-` and five random characters upstream. */
import { dns1123Subdomain, maskTrailingDash } from '../kube/names.ts';
import { stableHash } from './stable-hash.ts';

const MAX_LENGTH = 253;
const HASH_LENGTH = 8;
const SUFFIX_LENGTH = 5;

export interface NodeNameInput {
  readonly daemonSet: string;
  readonly node: string;
  /** The revision's hash, of which a part is the suffix. */
  readonly hash: string;
  /** How many names the API has refused already because something else has them. */
  readonly refused: number;
  taken(name: string): boolean;
}

/**
 * The host-based name (handbook, "Pod name format and host-based identity"). While a pod of that name still exists the
 * revision's suffix is added, then a count, until a name is free.
 */
export function nodePodName({ daemonSet, node, hash, refused, taken }: NodeNameInput): string {
  const base = `${daemonSet}-${node}`;
  let skip = refused;
  for (let attempt = 0; ; attempt++) {
    const name = fitting(`${base}${suffix(hash, attempt)}`);
    if (taken(name)) continue;
    if (skip-- > 0) continue;
    return name;
  }
}

function suffix(hash: string, attempt: number): string {
  if (attempt === 0) return '';
  const short = hash.slice(0, SUFFIX_LENGTH);
  return attempt === 1 ? `-${short}` : `-${short}-${attempt}`;
}

/** The name itself where it is a valid pod name, else its beginning and a stable hash of the whole. */
function fitting(name: string): string {
  if (dns1123Subdomain(name).length === 0) return name;
  const clean = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const head = clean.slice(0, MAX_LENGTH - HASH_LENGTH - 1).replace(/^-+|-+$/g, '');
  return `${head === '' ? 'pod' : head}-${stableHash(name, HASH_LENGTH)}`;
}

/** Upstream's `generateName`: the DaemonSet's name and a dash, or the bare name where that is no valid prefix. */
export function generatedPodPrefix(daemonSet: string): string {
  const prefix = `${daemonSet}-`;
  return dns1123Subdomain(maskTrailingDash(prefix)).length === 0 ? prefix : daemonSet;
}

/** `<daemonset>-<hash>`, with the DaemonSet's part clipped so that it is always a valid name (upstream does not clip). */
export function revisionName(daemonSet: string, hash: string): string {
  const head = daemonSet.slice(0, MAX_LENGTH - hash.length - 1).replace(/[^a-z0-9]+$/, '');
  return `${head}-${hash}`;
}
