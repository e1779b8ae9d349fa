/** Certificates, tokens and rights of one cluster, opened from its data directory. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KINDS } from '../core/api/kinds/all.ts';
import type { Clock, Store } from '../ports.ts';
import { type AccessControl, createAccessControl } from '../server/auth/access-control.ts';
import { SigningKey } from '../server/auth/signing-key.ts';
import { adminToken } from '../server/auth/static-tokens.ts';
import { parseTokenFile, type StaticToken, TokenFileError } from '../server/auth/token-file.ts';
import { type ClusterPki, openClusterPki } from '../server/tls/cluster-pki.ts';
import { CommandError, EXIT } from './exit-codes.ts';

export interface AccessOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Where certificates, keys and the admin's token are kept. */
  readonly filesDir: string;
  /** `--token-auth-file`. */
  readonly tokenAuthFile?: string | undefined;
}

export interface Access {
  readonly control: AccessControl;
  /** The admin's bearer token. */
  readonly token: string;
  /** Where the authority's certificate lies once `openCertificates` has answered. */
  readonly caFile: string;
}

/** Tokens and rights: opens what is there, makes what is missing. Throws `CommandError` for a bad token file. */
export function openAccess({ store, clock, filesDir, tokenAuthFile }: AccessOptions): Access {
  const admin = adminToken(filesDir);
  const tokens = [admin, ...(tokenAuthFile === undefined ? [] : readTokens(tokenAuthFile))];
  const control = createAccessControl({ store, kinds: KINDS, clock, tokens, signingKey: SigningKey.open(filesDir) });
  return { control, token: admin.token, caFile: join(filesDir, 'pki', 'ca.crt') };
}

/** The certificates: what is there and good is kept. The first time this takes a quarter of a second. */
export function openCertificates({ clock, filesDir }: Pick<AccessOptions, 'clock' | 'filesDir'>): Promise<ClusterPki> {
  return openClusterPki({ directory: filesDir, now: clock.now() });
}

function readTokens(file: string): StaticToken[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(
      `--token-auth-file ${file}: cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
      EXIT.usage,
    );
  }
  try {
    return parseTokenFile(text, file);
  } catch (error) {
    throw error instanceof TokenFileError ? new CommandError(error.message, EXIT.usage) : error;
  }
}
