/** Users known by a token that does not change. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import type { UserInfo } from '../../core/api/kind.ts';
import { readSecret, writeSecret } from '../tls/pki-files.ts';
import type { StaticToken } from './token-file.ts';

/** Looks tokens up by their digests, all of them each time, so that the time taken tells nothing about them. */
export class StaticTokens {
  readonly #users: { readonly digest: Buffer; readonly user: UserInfo }[] = [];

  /** Of two equal tokens the later one counts, as upstream. */
  constructor(tokens: readonly StaticToken[]) {
    for (const { token, user } of tokens) this.#users.push({ digest: digestOf(token), user });
  }

  find(token: string): UserInfo | undefined {
    const digest = digestOf(token);
    let found: UserInfo | undefined;
    for (const known of this.#users) if (timingSafeEqual(known.digest, digest)) found = known.user;
    return found;
  }
}

const TOKEN_FILE = 'admin.token';

/** The administrator's token of a data directory, made where there is none; without a directory a new one each time. */
export function adminToken(directory: string | undefined): StaticToken {
  const path = directory === undefined ? undefined : join(directory, TOKEN_FILE);
  const kept = path === undefined ? undefined : readSecret(path)?.trim();
  const token = kept || randomBytes(32).toString('base64url');
  if (path !== undefined && !kept) writeSecret(path, `${token}\n`);
  return { token, user: { name: 'admin', groups: ['system:masters'] } };
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
