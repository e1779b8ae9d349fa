/** `serviceaccounts/token`: what a TokenRequest may ask and the claims it gets (upstream registry/core/serviceaccount TokenREST). */
import type { KubeObject, Pod } from '../../kube/objects.ts';
import { NODES, PODS, type ResourceRef, SECRETS } from '../../kube/resource.ts';
import { formatTime, type Instant } from '../../kube/time.ts';
import type { Cause } from '../api-error.ts';
import { badRequest, conflict, notFound } from '../rest/errors.ts';
import { invalid, invalidValue } from '../validation/field-error.ts';
import { METADATA, SPEC } from '../validation/path.ts';
import { type Claims, ISSUER, type KubernetesClaims, type Lookup } from './service-account-claims.ts';

interface BoundObjectRef {
  kind?: string;
  apiVersion?: string;
  name?: string;
  uid?: string;
}

export interface TokenRequest extends KubeObject {
  spec?: { audiences?: string[] | null; expirationSeconds?: number | null; boundObjectRef?: BoundObjectRef | null };
  status?: { token: string; expirationTimestamp: string | null };
}

export interface TokenRequestContext {
  readonly account: KubeObject;
  readonly now: Instant;
  readonly lookup: Lookup;
  uid(): string;
}

const KIND = { group: 'authentication.k8s.io', kind: 'TokenRequest' };
const DEFAULT_SECONDS = 3600;
const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;

/** Fills the life of the token in, one hour. Belongs before the managed fields; the rest is up to `prepareTokenRequest`. */
export function defaultTokenRequest(request: TokenRequest): void {
  request.spec = { ...request.spec, expirationSeconds: request.spec?.expirationSeconds ?? DEFAULT_SECONDS };
}

/** The request with its defaults, to be answered with a token over `claims`. Throws 400, 404, 409, 422 as upstream. */
export function prepareTokenRequest(
  request: TokenRequest,
  context: TokenRequestContext,
): { request: TokenRequest; claims: Claims } {
  const { account, now } = context;
  const { name = '', namespace = '', uid = '' } = account.metadata;
  refuseOtherNames(request, { name, namespace });
  const { audiences, expirationSeconds, boundObjectRef } = request.spec ?? {};
  const spec = {
    audiences: audiences?.length ? audiences : [ISSUER],
    expirationSeconds: expirationSeconds ?? DEFAULT_SECONDS,
    boundObjectRef: boundObjectRef ?? null,
  };
  refuseUnsound(spec.expirationSeconds);
  const bound = boundTo(spec.boundObjectRef, { account: name, namespace, lookup: context.lookup });
  const seconds = Math.floor(now / 1000);
  const claims: Claims = {
    aud: spec.audiences,
    exp: seconds + spec.expirationSeconds,
    iat: seconds,
    iss: ISSUER,
    jti: context.uid(),
    nbf: seconds,
    sub: `system:serviceaccount:${namespace}:${name}`,
    'kubernetes.io': { namespace, serviceaccount: { name, uid }, ...bound },
  };
  const metadata = { ...request.metadata, name, namespace, uid, creationTimestamp: formatTime(now) };
  return { request: { ...request, metadata, spec }, claims };
}

/** The answer to a prepared request. */
export function withToken(request: TokenRequest, claims: Claims, token: string): TokenRequest {
  return { ...request, status: { token, expirationTimestamp: formatTime(claims.exp * 1000) } };
}

function refuseOtherNames({ metadata }: TokenRequest, { name, namespace }: { name: string; namespace: string }): void {
  const causes: Cause[] = [];
  if (metadata.name && metadata.name !== name) {
    causes.push(invalidValue(METADATA.child('name'), metadata.name, 'must match the service account name if specified'));
  } else if (metadata.namespace && metadata.namespace !== namespace) {
    const detail = 'must match the service account namespace if specified';
    causes.push(invalidValue(METADATA.child('namespace'), metadata.namespace, detail));
  }
  if (causes.length > 0) throw invalid(KIND, name, causes);
}

function refuseUnsound(seconds: number): void {
  const at = SPEC.child('expirationSeconds');
  if (seconds < MIN_SECONDS) {
    throw invalid(KIND, '', [invalidValue(at, seconds, 'may not specify a duration less than 10 minutes')]);
  }
  if (seconds > MAX_SECONDS) {
    throw invalid(KIND, '', [invalidValue(at, seconds, 'may not specify a duration larger than 2^32 seconds')]);
  }
}

/** What a token can be bound to; a node is cluster-scoped. */
const BINDABLE: Readonly<Record<string, { ref: ResourceRef; namespaced: boolean; claim: 'pod' | 'secret' | 'node' }>> = {
  Pod: { ref: PODS, namespaced: true, claim: 'pod' },
  Secret: { ref: SECRETS, namespaced: true, claim: 'secret' },
  Node: { ref: NODES, namespaced: false, claim: 'node' },
};

interface Home {
  readonly account: string;
  readonly namespace: string;
  readonly lookup: Lookup;
}

function boundTo(ref: BoundObjectRef | null, { account, namespace, lookup }: Home): Partial<KubernetesClaims> {
  if (!ref) return {};
  const { kind = '', apiVersion = '', name = '', uid = '' } = ref;
  const bindable = apiVersion === 'v1' ? BINDABLE[kind] : undefined;
  if (!bindable) throw badRequest(`cannot bind token to object of type ${groupVersionKind(apiVersion, kind)}`);
  const found = lookup(bindable.ref, { namespace: bindable.namespaced ? namespace : undefined, name });
  if (!found) throw notFound({ group: '', plural: bindable.ref.resource }, name);
  const { serviceAccountName, nodeName } = bindable.claim === 'pod' ? (found as Pod).spec : {};
  if (bindable.claim === 'pod' && serviceAccountName !== account) {
    throw badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with serviceaccount ${JSON.stringify(serviceAccountName ?? '')}`,
    );
  }
  const ownUid = found.metadata.uid ?? '';
  if (uid !== '' && uid !== ownUid) {
    const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw conflict({ group: '', plural: kind }, name, why);
  }
  const node = nodeName ? { node: { name: nodeName, uid: lookup(NODES, { name: nodeName })?.metadata.uid ?? '' } } : {};
  return { ...node, [bindable.claim]: { name, uid: ownUid } };
}

/** As Go prints a `GroupVersionKind`. */
function groupVersionKind(apiVersion: string, kind: string): string {
  return `${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`;
}
