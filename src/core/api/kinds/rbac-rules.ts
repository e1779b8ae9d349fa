/** What roles and bindings must keep to (upstream pkg/apis/rbac/validation), and their defaults. */

import { subdomainNameProblems } from '../../kube/names.ts';
import type { KubeObject } from '../../kube/objects.ts';
import type { Cause } from '../api-error.ts';
import { pathSegmentProblems } from '../rest/identity.ts';
import { invalidValue, notSupported, pushProblems, required } from '../validation/field-error.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/metadata.ts';
import { Path } from '../validation/path.ts';

export const RBAC_GROUP = 'rbac.authorization.k8s.io';

export interface PolicyRule {
  verbs?: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
}

export interface Subject {
  kind: string;
  apiGroup?: string;
  name?: string;
  namespace?: string;
}

export interface Role extends KubeObject {
  rules?: PolicyRule[] | null;
}

export interface Binding extends KubeObject {
  roleRef?: { apiGroup?: string; kind?: string; name?: string };
  subjects?: Subject[];
}

const RULES = new Path('rules');
const SUBJECTS = new Path('subjects');
const ROLE_REF = new Path('roleRef');

/** Roles say `rules: null` where they have none. */
export function defaultRole(role: Role): void {
  if (!role.rules?.length) role.rules = null;
}

/** Fills the group of the role and of users and groups in. */
export function defaultBinding(binding: Binding): void {
  binding.roleRef = { ...binding.roleRef, apiGroup: binding.roleRef?.apiGroup || RBAC_GROUP };
  for (const subject of binding.subjects ?? []) {
    if (!subject.apiGroup && (subject.kind === 'User' || subject.kind === 'Group')) subject.apiGroup = RBAC_GROUP;
  }
}

/** Checks a Role, or a ClusterRole where `namespaced` is false. */
export function validateRole(role: Role, namespaced: boolean): Cause[] {
  const out = validateObjectMeta(role.metadata, { namespaced, nameProblems: pathSegmentProblems });
  for (const [i, rule] of (role.rules ?? []).entries()) validateRule(rule, { namespaced, at: RULES.index(i) }, out);
  return out;
}

/** Checks an update of either. */
export function validateRoleUpdate(next: Role, old: Role, namespaced: boolean): Cause[] {
  return [...validateRole(next, namespaced), ...validateObjectMetaUpdate(next.metadata, old.metadata)];
}

/** Checks a RoleBinding, or a ClusterRoleBinding where `namespaced` is false. */
export function validateBinding(binding: Binding, namespaced: boolean): Cause[] {
  const out = validateObjectMeta(binding.metadata, { namespaced, nameProblems: pathSegmentProblems });
  const { apiGroup = '', kind = '', name = '' } = binding.roleRef ?? {};
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  if (apiGroup !== RBAC_GROUP) out.push(notSupported(ROLE_REF.child('apiGroup'), apiGroup, [RBAC_GROUP]));
  if (!kinds.includes(kind)) out.push(notSupported(ROLE_REF.child('kind'), kind, kinds));
  if (name === '') out.push(required(ROLE_REF.child('name')));
  else pushProblems(out, ROLE_REF.child('name'), { value: name, problems: pathSegmentProblems(name) });
  for (const [i, subject] of (binding.subjects ?? []).entries()) {
    validateSubject(subject, { namespaced, at: SUBJECTS.index(i) }, out);
  }
  return out;
}

/** Checks an update of either; the role may not change. */
export function validateBindingUpdate(next: Binding, old: Binding, namespaced: boolean): Cause[] {
  const out = [...validateBinding(next, namespaced), ...validateObjectMetaUpdate(next.metadata, old.metadata)];
  const [after, before] = [next.roleRef ?? {}, old.roleRef ?? {}];
  if (after.apiGroup !== before.apiGroup || after.kind !== before.kind || after.name !== before.name) {
    const printed = { APIGroup: after.apiGroup ?? '', Kind: after.kind ?? '', Name: after.name ?? '' };
    out.push(invalidValue(ROLE_REF, printed, 'cannot change roleRef'));
  }
  return out;
}

interface Place {
  readonly namespaced: boolean;
  readonly at: Path;
}

function validateRule(rule: PolicyRule, { namespaced, at }: Place, out: Cause[]): void {
  const has = (list: string[] | undefined): boolean => (list?.length ?? 0) > 0;
  if (!has(rule.verbs)) out.push(required(at.child('verbs'), 'verbs must contain at least one value'));
  if (has(rule.nonResourceURLs)) {
    const urls = at.child('nonResourceURLs');
    if (namespaced) out.push(invalidValue(urls, rule.nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'));
    if (has(rule.apiGroups) || has(rule.resources) || has(rule.resourceNames)) {
      out.push(invalidValue(urls, rule.nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs'));
    }
    return;
  }
  if (!has(rule.apiGroups)) out.push(required(at.child('apiGroups'), 'resource rules must supply at least one api group'));
  if (!has(rule.resources)) out.push(required(at.child('resources'), 'resource rules must supply at least one resource'));
}

function validateSubject(subject: Subject, { namespaced, at }: Place, out: Cause[]): void {
  const { kind = '', apiGroup = '', name = '', namespace = '' } = subject;
  if (name === '') out.push(required(at.child('name')));
  switch (kind) {
    case 'ServiceAccount':
      if (name !== '') pushProblems(out, at.child('name'), { value: name, problems: subdomainNameProblems(name, false) });
      if (apiGroup !== '') out.push(notSupported(at.child('apiGroup'), apiGroup, ['']));
      if (!namespaced && namespace === '') out.push(required(at.child('namespace')));
      return;
    case 'User':
    case 'Group':
      if (apiGroup !== RBAC_GROUP) out.push(notSupported(at.child('apiGroup'), apiGroup, [RBAC_GROUP]));
      return;
    default:
      out.push(notSupported(at.child('kind'), kind, ['ServiceAccount', 'User', 'Group']));
  }
}
