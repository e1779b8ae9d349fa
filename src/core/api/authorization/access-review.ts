/** The reviews of authorization.k8s.io: what they must say, and what they are answered (upstream registry/authorization). */
import type { KubeObject } from '../../kube/objects.ts';
import type { Cause } from '../api-error.ts';
import type { UserInfo } from '../kind.ts';
import { badRequest } from '../rest/errors.ts';
import { invalid, invalidValue } from '../validation/field-error.ts';
import { METADATA, SPEC } from '../validation/path.ts';
import type { Attributes, Authorizer } from './attributes.ts';
import { type PolicySource, rulesFor } from './rbac.ts';

interface AccessSpec {
  resourceAttributes?: {
    namespace?: string;
    verb?: string;
    group?: string;
    resource?: string;
    subresource?: string;
    name?: string;
  };
  nonResourceAttributes?: { path?: string; verb?: string };
  user?: string;
  groups?: string[];
  uid?: string;
  extra?: Record<string, string[]>;
}

export interface AccessReview extends KubeObject {
  spec?: AccessSpec;
}

export interface RulesReview extends KubeObject {
  spec?: { namespace?: string };
}

export type AccessReviewKind = 'SelfSubjectAccessReview' | 'SubjectAccessReview' | 'LocalSubjectAccessReview';

const GROUP = 'authorization.k8s.io';

/**
 * The status of an access review: `asker` asks about themselves in a SelfSubjectAccessReview, about the user of the spec
 * otherwise. Throws 422.
 */
export function accessReviewStatus(
  review: AccessReview,
  { kind, asker, authorize }: { kind: AccessReviewKind; asker: UserInfo; authorize: Authorizer },
): { allowed: boolean; reason?: string } {
  const causes = validate(review, kind);
  if (causes.length > 0) throw invalid({ group: GROUP, kind }, '', causes);
  const spec = review.spec ?? {};
  const subject = kind === 'SelfSubjectAccessReview' ? asker : subjectOf(spec);
  const { allowed, reason } = authorize(subject, attributesOf(spec));
  return { allowed, ...(reason === '' ? {} : { reason }) };
}

/** The status of a SelfSubjectRulesReview. Throws 400 without a namespace. */
export function rulesReviewStatus(review: RulesReview, user: UserInfo, policy: PolicySource): Record<string, unknown> {
  const namespace = review.spec?.namespace ?? '';
  if (namespace === '') throw badRequest('no namespace on request');
  const { rules, errors } = rulesFor(user, namespace, policy);
  return {
    resourceRules: rules
      .filter((rule) => rule.resources?.length)
      .map(({ verbs = [], apiGroups, resources, resourceNames }) => ({
        verbs,
        ...(apiGroups?.length ? { apiGroups } : {}),
        ...(resources?.length ? { resources } : {}),
        ...(resourceNames?.length ? { resourceNames } : {}),
      })),
    nonResourceRules: rules
      .filter((rule) => rule.nonResourceURLs?.length)
      .map(({ verbs = [], nonResourceURLs = [] }) => ({ verbs, nonResourceURLs })),
    incomplete: errors.length > 0,
    ...(errors.length > 0 ? { evaluationError: errors.join(', ') } : {}),
  };
}

function validate(review: AccessReview, kind: AccessReviewKind): Cause[] {
  const { resourceAttributes, nonResourceAttributes, user = '', groups = [] } = review.spec ?? {};
  const causes: Cause[] = [];
  if (resourceAttributes && nonResourceAttributes) {
    const detail = 'cannot be specified in combination with resourceAttributes';
    causes.push(invalidValue(SPEC.child('nonResourceAttributes'), nonResourceAttributes, detail));
  }
  if (!resourceAttributes && !nonResourceAttributes) {
    const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    causes.push(invalidValue(SPEC.child('resourceAttributes'), null, detail));
  }
  if (kind !== 'SelfSubjectAccessReview' && user === '' && groups.length === 0) {
    causes.push(invalidValue(SPEC.child('user'), user, 'at least one of user or group must be specified'));
  }
  const { managedFields: _managed, namespace, ...metadata } = review.metadata;
  const rest = kind === 'LocalSubjectAccessReview' || !namespace ? metadata : { ...metadata, namespace };
  if (Object.values(rest).some((value) => value !== '' && value !== null && value !== undefined)) {
    const why = kind === 'LocalSubjectAccessReview' ? 'must be empty except for namespace' : 'must be empty';
    causes.push(invalidValue(METADATA, review.metadata, why));
  }
  if (kind === 'LocalSubjectAccessReview') causes.push(...validateLocal(review));
  return causes;
}

function validateLocal({ metadata, spec = {} }: AccessReview): Cause[] {
  const { resourceAttributes, nonResourceAttributes } = spec;
  const causes: Cause[] = [];
  if (resourceAttributes && (resourceAttributes.namespace ?? '') !== (metadata.namespace ?? '')) {
    const at = SPEC.child('resourceAttributes').child('namespace');
    causes.push(invalidValue(at, resourceAttributes.namespace ?? '', 'must match metadata.namespace'));
  }
  if (nonResourceAttributes) {
    causes.push(invalidValue(SPEC.child('nonResourceAttributes'), nonResourceAttributes, 'disallowed on this kind of request'));
  }
  return causes;
}

function subjectOf({ user = '', groups = [], uid, extra }: AccessSpec): UserInfo {
  return { name: user, groups, ...(uid ? { uid } : {}), ...(extra ? { extra } : {}) };
}

function attributesOf({ resourceAttributes, nonResourceAttributes }: AccessSpec): Attributes {
  if (!resourceAttributes) {
    return { isResource: false, verb: nonResourceAttributes?.verb ?? '', path: nonResourceAttributes?.path ?? '' };
  }
  const { namespace = '', verb = '', group = '', resource = '', subresource = '', name = '' } = resourceAttributes;
  return { isResource: true, verb, group, resource, subresource, namespace, name };
}
