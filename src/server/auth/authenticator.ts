/** Who asks: a client certificate, a static bearer token, or a service account's token. */
import { ApiError } from '../../core/api/api-error.ts';
import { ISSUER, type Lookup, TokenRefused, userOfClaims } from '../../core/api/authentication/service-account-claims.ts';
import type { UserInfo } from '../../core/api/kind.ts';
import type { Clock } from '../../ports.ts';
import type { Authenticate } from '../access.ts';
import { certificateUser } from './client-certificate.ts';
import type { SigningKey } from './signing-key.ts';
import type { StaticTokens } from './static-tokens.ts';

export interface AuthenticatorParts {
  readonly tokens: StaticTokens;
  readonly signingKey: SigningKey;
  readonly clock: Clock;
  /** Finds service accounts and what tokens are bound to. */
  readonly lookup: Lookup;
}

const API_AUDIENCES = [ISSUER];

/** Checks credentials. One that holds is enough; where none does and one was given, the answer is 401. */
export class Authenticator {
  readonly #parts: AuthenticatorParts;

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts;
  }

  /** The user behind a token at one of `audiences`. Throws `TokenRefused`, which says why. */
  token(token: string, audiences: readonly string[]): UserInfo {
    const { tokens, signingKey, clock, lookup } = this.#parts;
    const known = audiences.includes(ISSUER) ? tokens.find(token) : undefined;
    if (known) return authenticated(known);
    const claims = signingKey.verify(token);
    if (!claims) throw new TokenRefused('invalid bearer token');
    try {
      return authenticated(userOfClaims(claims, { now: clock.now(), audiences, lookup }));
    } catch (error) {
      throw error instanceof TokenRefused ? new TokenRefused(`[invalid bearer token, ${error.message}]`) : error;
    }
  }

  /** The user of a request, `undefined` without credentials. Throws 401. */
  readonly request: Authenticate = (request) => {
    const presented = request.socket ? certificateUser(request.socket) : 'none';
    if (typeof presented === 'object') return authenticated(presented);
    const token = bearerToken(request.headers.authorization);
    if (token !== undefined) {
      try {
        return this.token(token, API_AUDIENCES);
      } catch (error) {
        throw error instanceof TokenRefused ? unauthorized() : error;
      }
    }
    if (presented === 'refused') throw unauthorized();
    return undefined;
  };
}

/** The token of an `Authorization` header; other schemes, and a scheme without a token, are no credentials. */
function bearerToken(header: string | undefined): string | undefined {
  const [scheme = '', token] = (header ?? '').trim().split(' ', 3);
  return scheme.toLowerCase() === 'bearer' && token ? token : undefined;
}

function unauthorized(): ApiError {
  return new ApiError(401, 'Unauthorized', 'Unauthorized');
}

function authenticated(user: UserInfo): UserInfo {
  const { groups } = user;
  const known = groups.includes('system:authenticated') || groups.includes('system:unauthenticated');
  return known ? user : { ...user, groups: [...groups, 'system:authenticated'] };
}
