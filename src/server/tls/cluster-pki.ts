/** The cluster's authority and certificates: made once, kept in the data directory, leaves renewed when their end is near. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Instant } from '../../core/kube/time.ts';
import type { KeyPair, Leaf } from './issue.ts';
import { readSecret, writeSecret } from './pki-files.ts';

/** What the server listens with and its administrator authenticates with; PEM texts. */
export interface ClusterPki {
  /** Signs the others; clients verify the server with it, the server its clients. */
  readonly ca: string;
  readonly server: KeyPair;
  /** User `admin` of group `system:masters`. */
  readonly admin: KeyPair;
}

export interface PkiOptions {
  /** Where the files are kept (below `pki/`); absent means nowhere. */
  readonly directory?: string | undefined;
  readonly now: Instant;
  /** Names and addresses the server is reached by, besides the usual ones. */
  readonly hosts?: readonly string[];
}

const AUTHORITY_YEARS = 10;
const LEAF_YEARS = 1;
/** A leaf is renewed on start when it ends within this time. */
const RENEW_BEFORE = 60 * 24 * 3_600_000;

/**
 * Opens what is there and makes what is missing, damaged, near its end, or of another authority. A new authority makes
 * every leaf new. Throws the system's error where files cannot be read or written.
 */
export async function openClusterPki({ directory, now, hosts = [] }: PkiOptions): Promise<ClusterPki> {
  const files = new PairFiles(directory);
  let authority = files.read('ca');
  if (!authority || !isGood(authority, { now, authority })) {
    const { issueAuthority } = await import('./issue.ts');
    authority = await issueAuthority('everynode-ca', { now, years: AUTHORITY_YEARS });
    files.write('ca', authority);
  }
  const leaf = async (name: string, wanted: Leaf): Promise<KeyPair> => {
    const kept = files.read(name);
    if (kept && isGood(kept, { now, authority, leaf: wanted })) return kept;
    const { issueLeaf } = await import('./issue.ts');
    const made = await issueLeaf(authority, wanted, { now, years: LEAF_YEARS });
    files.write(name, made);
    return made;
  };
  const names = [...new Set([...USUAL_HOSTS, hostname().toLowerCase(), ...hosts])].filter(
    (name) => isIP(name) || HOST.test(name),
  );
  const server = await leaf('server', { for: 'server', commonName: 'kube-apiserver', hosts: names });
  const admin = await leaf('admin', { for: 'client', commonName: 'admin', organizations: ['system:masters'] });
  return { ca: authority.cert, server, admin };
}

/** 10.96.0.1 is the address of the service `kubernetes`. */
const USUAL_HOSTS = [
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
  '127.0.0.1',
  '::1',
  '10.96.0.1',
];
/** What a certificate may name; a machine's own name can be anything. */
const HOST = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i;

interface Demand {
  readonly now: Instant;
  readonly authority: KeyPair;
  readonly leaf?: Leaf;
}

/** Whether a pair belongs together, is signed by the authority, holds long enough and names everything it should. */
function isGood({ key, cert }: KeyPair, { now, authority, leaf }: Demand): boolean {
  try {
    const parsed = new X509Certificate(cert);
    if (!parsed.checkPrivateKey(createPrivateKey(key))) return false;
    if (parsed.validFromDate.getTime() > now || parsed.validToDate.getTime() < now + RENEW_BEFORE) return false;
    if (!parsed.verify(new X509Certificate(authority.cert).publicKey)) return false;
    return (
      leaf?.for !== 'server' ||
      leaf.hosts.every((host) => (isIP(host) ? parsed.checkIP(host) : parsed.checkHost(host)) !== undefined)
    );
  } catch {
    return false;
  }
}

/** `pki/<name>.key` and `pki/<name>.crt`; the key is written first, so that a certificate never stands without its own. */
class PairFiles {
  readonly #directory: string | undefined;

  constructor(directory: string | undefined) {
    this.#directory = directory;
  }

  read(name: string): KeyPair | undefined {
    if (this.#directory === undefined) return undefined;
    const key = readSecret(this.#path(name, 'key'));
    const cert = readSecret(this.#path(name, 'crt'));
    return key === undefined || cert === undefined ? undefined : { key, cert };
  }

  write(name: string, pair: KeyPair): void {
    if (this.#directory === undefined) return;
    writeSecret(this.#path(name, 'key'), pair.key);
    writeSecret(this.#path(name, 'crt'), pair.cert);
  }

  #path(name: string, end: string): string {
    return join(this.#directory ?? '', 'pki', `${name}.${end}`);
  }
}
