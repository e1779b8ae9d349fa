/** TokenReview and SelfSubjectReview: who a token, or the asker, is (upstream registry/authentication). */
import type { KubeObject } from '../../kube/objects.ts';
import type { UserInfo } from '../kind.ts';
import { badRequest } from '../rest/errors.ts';
import { ISSUER } from './service-account-claims.ts';

export interface TokenReview extends KubeObject {
  spec?: { token?: string; audiences?: string[] };
}

/** A user as the wire has it. */
export interface WireUser {
  username?: string;
  uid?: string;
  groups?: string[];
  extra?: Record<string, string[]>;
}

export function wireUser({ name, uid, groups, extra }: UserInfo): WireUser {
  return {
    ...(name ? { username: name } : {}),
    ...(uid ? { uid } : {}),
    ...(groups.length > 0 ? { groups } : {}),
    ...(extra && Object.keys(extra).length > 0 ? { extra } : {}),
  };
}

/** Who a token stands for at one of `audiences`; throws an error with the reason where it stands for nobody. */
export type TokenAuthenticator = (token: string, audiences: readonly string[]) => UserInfo;

/** The status of a TokenReview. Throws 400 without a token. */
export function tokenReviewStatus(review: TokenReview, authenticate: TokenAuthenticator): Record<string, unknown> {
  const { token = '', audiences } = review.spec ?? {};
  if (token === '') throw badRequest('token is required for TokenReview in authentication');
  const asked = audiences?.length ? audiences : [ISSUER];
  try {
    return { authenticated: true, user: wireUser(authenticate(token, asked)), audiences: asked };
  } catch (error) {
    return { user: {}, error: error instanceof Error ? error.message : String(error) };
  }
}
