/** Reviews: questions that the server answers and never stores. */
import type { Kind } from '../kind.ts';
import { DEFAULT_COLUMNS } from '../table/column.ts';
import { CREATE_ONLY } from './verbs.ts';

function reviewKind(group: 'authentication' | 'authorization', kind: string, namespaced = false): Kind {
  return {
    group: `${group}.k8s.io`,
    version: 'v1',
    kind,
    plural: `${kind.toLowerCase()}s`,
    singular: kind.toLowerCase(),
    namespaced,
    verbs: CREATE_ONLY,
    subresources: [],
    schema: `io.k8s.api.${group}.v1.${kind}`,
    validateCreate: () => [],
    validateUpdate: () => [],
    columns: DEFAULT_COLUMNS,
  };
}

/** authentication.k8s.io/v1 and authorization.k8s.io/v1. */
export const REVIEW_KINDS: readonly Kind[] = [
  reviewKind('authentication', 'SelfSubjectReview'),
  reviewKind('authentication', 'TokenReview'),
  reviewKind('authorization', 'LocalSubjectAccessReview', true),
  reviewKind('authorization', 'SelfSubjectAccessReview'),
  reviewKind('authorization', 'SelfSubjectRulesReview'),
  reviewKind('authorization', 'SubjectAccessReview'),
];
