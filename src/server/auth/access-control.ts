/** Everything the API server needs to know who asks and what they may: one call makes it from a store. */
import type { Authorizer } from '../../core/api/authorization/attributes.ts';
import { confirmNoEscalation, grantsRights, type RbacWrite } from '../../core/api/authorization/escalation.ts';
import { authorize } from '../../core/api/authorization/rbac.ts';
import type { Kind } from '../../core/api/kind.ts';
import type { Clock, Store } from '../../ports.ts';
import type { Authenticate, Authorize } from '../access.ts';
import { keyOf, Registry, served } from '../registry.ts';
import type { Handler } from '../subresources/call.ts';
import { Authenticator } from './authenticator.ts';
import { impersonating } from './impersonation.ts';
import { reviewHandlers } from './review-handlers.ts';
import type { SigningKey } from './signing-key.ts';
import { StaticTokens } from './static-tokens.ts';
import { storedPolicy } from './stored-policy.ts';
import type { StaticToken } from './token-file.ts';

export interface AccessControlOptions {
  readonly store: Store;
  readonly kinds: readonly Kind[];
  readonly clock: Clock;
  /** The administrator's and those of `--token-auth-file`. */
  readonly tokens: readonly StaticToken[];
  readonly signingKey: SigningKey;
}

export interface AccessControl {
  readonly authenticate: Authenticate;
  readonly authorize: Authorize;
  /** Reviews and `serviceaccounts/token`. */
  readonly handlers: ReadonlyMap<string, Handler>;
  /** To be asked before a role or a binding is written: throws 403 where it would give rights the writer lacks, 404 for an unknown role. */
  readonly confirmGrant: (group: string, write: RbacWrite) => void;
}

/** RBAC over the stored roles; certificates, static tokens and service account tokens; impersonation. */
export function createAccessControl({ store, kinds, clock, tokens, signingKey }: AccessControlOptions): AccessControl {
  const registry = new Registry(kinds);
  const policy = storedPolicy(store);
  const authenticator = new Authenticator({
    tokens: new StaticTokens(tokens),
    signingKey,
    clock,
    lookup(ref, { namespace, name }) {
      const kind = registry.find(ref);
      const stored = kind && store.get(keyOf(kind, namespace, name))?.value;
      return stored && served(kind, stored);
    },
  });
  const may: Authorizer = (user, attributes) => authorize(user, attributes, policy);
  return {
    authenticate: impersonating(authenticator.request, may),
    authorize: may,
    handlers: reviewHandlers({ authenticator, authorize: may, policy, signingKey }),
    confirmGrant(group, write) {
      if (grantsRights(group, write.plural)) confirmNoEscalation(write, policy);
    },
  };
}
