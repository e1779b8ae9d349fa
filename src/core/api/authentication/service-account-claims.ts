/** What a service account's token says, and the user it stands for (upstream pkg/serviceaccount). */
import type { KubeObject } from '../../kube/objects.ts';
import { NODES, type ObjectKey, PODS, type ResourceRef, SECRETS, SERVICEACCOUNTS } from '../../kube/resource.ts';
import type { Instant } from '../../kube/time.ts';
import type { UserInfo } from '../kind.ts';

/** The only audience of tokens for this API, and their issuer. */
export const ISSUER = 'https://kubernetes.default.svc';

interface Named {
  name: string;
  uid: string;
}

/** The private part of the claims. */
export interface KubernetesClaims {
  namespace: string;
  serviceaccount: Named;
  pod?: Named;
  secret?: Named;
  node?: Named;
}

/** The payload of a token; times are seconds since the epoch. */
export interface Claims {
  aud: string[];
  exp: number;
  iat: number;
  iss: string;
  jti: string;
  nbf: number;
  sub: string;
  'kubernetes.io': KubernetesClaims;
}

/** Finds a stored object. */
export type Lookup = (ref: ResourceRef, key: ObjectKey) => KubeObject | undefined;

/** Why a token is not accepted, for the log: callers are told no more than 401. */
export class TokenRefused extends Error {}

/**
 * Checks the claims of a token whose signature holds: time, audience, and that the account and what the token is bound to
 * are still the same objects. Throws `TokenRefused`.
 */
export function userOfClaims(
  claims: Claims,
  { now, audiences, lookup }: { now: Instant; audiences: readonly string[]; lookup: Lookup },
): UserInfo {
  if (claims.iss !== ISSUER) throw new TokenRefused('the token was issued by somebody else');
  if (now >= claims.exp * 1000) throw new TokenRefused('service account token has expired');
  if (now < claims.nbf * 1000) throw new TokenRefused('service account token is not valid yet');
  if (!claims.aud.some((audience) => audiences.includes(audience))) {
    throw new TokenRefused(
      `token audiences [${claims.aud.join(' ')}] is invalid for the target audiences [${audiences.join(' ')}]`,
    );
  }
  const { namespace, serviceaccount, pod, secret, node } = claims['kubernetes.io'];
  const gone = new TokenRefused('service account token has been invalidated');
  const lives = (ref: ResourceRef, bound: Named, home?: string) => {
    const found = lookup(ref, { namespace: home, name: bound.name });
    return found !== undefined && found.metadata.uid === bound.uid;
  };
  if (!lives(SERVICEACCOUNTS, serviceaccount, namespace)) throw gone;
  if (pod && !lives(PODS, pod, namespace)) throw gone;
  if (secret && !lives(SECRETS, secret, namespace)) throw gone;
  if (node && !pod && !lives(NODES, node)) throw gone;
  return {
    name: `system:serviceaccount:${namespace}:${serviceaccount.name}`,
    uid: serviceaccount.uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
    extra: extraOf(claims),
  };
}

function extraOf(claims: Claims): Record<string, string[]> {
  const { pod, node } = claims['kubernetes.io'];
  const extra: Record<string, string[]> = { 'authentication.kubernetes.io/credential-id': [`JTI=${claims.jti}`] };
  for (const [what, bound] of [
    ['node', node],
    ['pod', pod],
  ] as const) {
    if (!bound) continue;
    extra[`authentication.kubernetes.io/${what}-name`] = [bound.name];
    if (bound.uid) extra[`authentication.kubernetes.io/${what}-uid`] = [bound.uid];
  }
  return extra;
}
