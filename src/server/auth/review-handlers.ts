/** Answers to the virtual kinds: reviews, and tokens of service accounts. Nothing of them is stored. */
import {
  defaultTokenRequest,
  prepareTokenRequest,
  type TokenRequest,
  withToken,
} from '../../core/api/authentication/token-request.ts';
import { type TokenReview, tokenReviewStatus, wireUser } from '../../core/api/authentication/token-review.ts';
import {
  type AccessReview,
  type AccessReviewKind,
  accessReviewStatus,
  type RulesReview,
  rulesReviewStatus,
} from '../../core/api/authorization/access-review.ts';
import type { Authorizer } from '../../core/api/authorization/attributes.ts';
import type { PolicySource } from '../../core/api/authorization/rbac.ts';
import type { Kind } from '../../core/api/kind.ts';
import { REVIEW_KINDS } from '../../core/api/kinds/reviews.ts';
import { updateManagedFields } from '../../core/api/managed-fields/update.ts';
import { badRequest, notFound } from '../../core/api/rest/errors.ts';
import type { DecodeTarget } from '../../core/api/schema/body.ts';
import type { KubeObject } from '../../core/kube/objects.ts';
import { apiVersionOf, SERVICEACCOUNTS } from '../../core/kube/resource.ts';
import { formatTime } from '../../core/kube/time.ts';
import { writeContext, writeRequest } from '../rest/scope.ts';
import type { Call, Handler } from '../subresources/call.ts';
import type { Authenticator } from './authenticator.ts';
import type { SigningKey } from './signing-key.ts';

export interface ReviewParts {
  readonly authenticator: Authenticator;
  readonly authorize: Authorizer;
  readonly policy: PolicySource;
  readonly signingKey: SigningKey;
}

const TOKEN_REQUEST: DecodeTarget = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenRequest',
  schema: 'io.k8s.api.authentication.v1.TokenRequest',
};

/** Handlers by `plural` or `plural/subresource`, as the server takes them. */
export function reviewHandlers(parts: ReviewParts): Map<string, Handler> {
  const handlers = new Map<string, Handler>([['serviceaccounts/token', tokenRequests(parts.signingKey)]]);
  for (const kind of REVIEW_KINDS) handlers.set(kind.plural, { target: kind, handle: (call) => review(kind, call, parts) });
  return handlers;
}

async function review(kind: Kind, call: Call, parts: ReviewParts) {
  const { body, scope } = call;
  if (scope.namespace !== undefined) {
    const { namespace } = body.metadata;
    if (namespace && namespace !== scope.namespace) {
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    }
    body.metadata.namespace = scope.namespace;
  }
  const status = statusOf(kind, call, parts);
  const own = kind.kind !== 'SelfSubjectReview';
  const metadata = own ? owned(kind, call, body) : { creationTimestamp: formatTime(scope.parts.clock.now()) };
  const object = { ...body, kind: kind.kind, apiVersion: apiVersionOf(kind), metadata, status };
  return { status: 201, object };
}

function statusOf(kind: Kind, { body, scope }: Call, parts: ReviewParts): unknown {
  switch (kind.kind) {
    case 'SelfSubjectReview':
      return { userInfo: wireUser(scope.user) };
    case 'TokenReview':
      return tokenReviewStatus(body as TokenReview, (token, audiences) => parts.authenticator.token(token, audiences));
    case 'SelfSubjectRulesReview':
      return rulesReviewStatus(body as RulesReview, scope.user, parts.policy);
    default:
      return accessReviewStatus(body as AccessReview, {
        kind: kind.kind as AccessReviewKind,
        asker: scope.user,
        authorize: parts.authorize,
      });
  }
}

function tokenRequests(signingKey: SigningKey): Handler {
  return {
    target: TOKEN_REQUEST,
    async handle(call) {
      const { scope, name } = call;
      const context = writeContext(scope, call.options.dryRun);
      const account = context.lookup(SERVICEACCOUNTS, { namespace: scope.namespace, name });
      if (!account) throw notFound(scope.kind, name);
      defaultTokenRequest(call.body);
      const metadata = owned(TOKEN_REQUEST, call, call.body, 'token');
      const prepared = prepareTokenRequest({ ...call.body, metadata } as TokenRequest, { ...context, account });
      const token = signingKey.sign(prepared.claims);
      return { status: 201, object: withToken(prepared.request, prepared.claims, token) };
    },
  };
}

/** The metadata with the managed fields that a create of a stored object would get. */
function owned(target: DecodeTarget, { scope, options }: Call, body: KubeObject, subresource?: string): KubeObject['metadata'] {
  const { context, manager } = writeRequest(scope, options);
  const ownership = {
    schema: target.schema,
    apiVersion: apiVersionOf(target),
    manager,
    subresource,
    now: context.now,
    resetFields: undefined,
  };
  const { managedFields: _given, ...metadata } = body.metadata;
  const managedFields = updateManagedFields(undefined, { ...body, metadata }, ownership);
  return managedFields ? { ...metadata, managedFields } : metadata;
}
