/** Role-based access control: which rules a user has, and whether one of them allows a request (upstream pkg/registry/rbac/validation). */

import type { LabelSelector } from '../../kube/objects.ts';
import { compileSelector } from '../../kube/selector.ts';
import { ApiError } from '../api-error.ts';
import type { UserInfo } from '../kind.ts';
import { type Binding, type PolicyRule, RBAC_GROUP, type Role, type Subject } from '../kinds/rbac-rules.ts';
import type { Attributes, Authorization } from './attributes.ts';
import { ruleAllows } from './rule-match.ts';

/** Who may do everything, whatever roles say. */
export const MASTERS = 'system:masters';

export interface ClusterRole extends Role {
  aggregationRule?: { clusterRoleSelectors?: LabelSelector[] };
}

/** The roles and bindings of a cluster. */
export interface PolicySource {
  role(namespace: string, name: string): Role | undefined;
  clusterRole(name: string): ClusterRole | undefined;
  clusterRoles(): readonly ClusterRole[];
  roleBindings(namespace: string): readonly Binding[];
  clusterRoleBindings(): readonly Binding[];
}

/** One rule a user has, with the text that says by which binding; or what keeps a binding from giving its rules. */
type Grant = { readonly rule: PolicyRule; readonly by: () => string } | { readonly error: string };

/** Whether `user` may; members of `system:masters` always may, without a reason, as upstream. */
export function authorize(user: UserInfo, attributes: Attributes, policy: PolicySource): Authorization {
  if (user.groups.includes(MASTERS)) return { allowed: true, reason: '' };
  const errors: string[] = [];
  for (const grant of grantsOf(user, attributes.isResource ? attributes.namespace : '', policy)) {
    if ('error' in grant) errors.push(grant.error);
    else if (ruleAllows(grant.rule, attributes)) return { allowed: true, reason: `RBAC: allowed by ${grant.by()}` };
  }
  return { allowed: false, reason: errors.length === 0 ? '' : `RBAC: ${aggregate(errors)}` };
}

/** All rules `user` has in a namespace (`''`: cluster-wide ones alone), and what went wrong while collecting them. */
export function rulesFor(user: UserInfo, namespace: string, policy: PolicySource): { rules: PolicyRule[]; errors: string[] } {
  const rules: PolicyRule[] = [];
  const errors: string[] = [];
  for (const grant of grantsOf(user, namespace, policy)) {
    if ('error' in grant) errors.push(grant.error);
    else rules.push(grant.rule);
  }
  return { rules, errors };
}

/** The rules behind a `roleRef`, those that a ClusterRole aggregates included. Throws 404 where there is no such role. */
export function referencedRules(ref: Binding['roleRef'], namespace: string, policy: PolicySource): readonly PolicyRule[] {
  const { kind = '', name = '' } = ref ?? {};
  const clusterWide = kind === 'ClusterRole';
  const role = clusterWide ? policy.clusterRole(name) : policy.role(namespace, name);
  if (!role) {
    const noun = clusterWide ? 'clusterrole' : 'role';
    const details = { name, group: RBAC_GROUP, kind: noun };
    throw new ApiError(404, 'NotFound', `${noun}.${RBAC_GROUP} ${JSON.stringify(name)} not found`, details);
  }
  return clusterWide ? aggregated(role, policy) : (role.rules ?? []);
}

/** Errors as Go's aggregate prints them: each once, in brackets where there are several. */
function aggregate(errors: readonly string[]): string {
  const texts = [...new Set(errors)];
  return texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`;
}

function* grantsOf(user: UserInfo, namespace: string, policy: PolicySource): Generator<Grant> {
  for (const binding of policy.clusterRoleBindings()) yield* grantsBy(binding, '', { user, policy });
  if (namespace === '') return;
  for (const binding of policy.roleBindings(namespace)) yield* grantsBy(binding, namespace, { user, policy });
}

function* grantsBy(
  binding: Binding,
  namespace: string,
  { user, policy }: { user: UserInfo; policy: PolicySource },
): Generator<Grant> {
  const subject = binding.subjects?.find((one) => concerns(one, user, namespace));
  if (!subject) return;
  const by = () => describe(binding, subject, namespace);
  try {
    for (const rule of referencedRules(binding.roleRef, namespace, policy)) yield { rule, by };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    yield { error: error.message };
  }
}

function concerns({ kind, name = '', namespace }: Subject, user: UserInfo, bindingNamespace: string): boolean {
  if (kind === 'User') return user.name === name;
  if (kind === 'Group') return user.groups.includes(name);
  const home = namespace || bindingNamespace;
  return kind === 'ServiceAccount' && home !== '' && user.name === `system:serviceaccount:${home}:${name}`;
}

function describe(binding: Binding, subject: Subject, namespace: string): string {
  const { kind = '', name = '' } = binding.roleRef ?? {};
  const own = binding.metadata.name ?? '';
  const what =
    namespace === '' ? `ClusterRoleBinding ${JSON.stringify(own)}` : `RoleBinding ${JSON.stringify(`${own}/${namespace}`)}`;
  const account = subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace || namespace}` : (subject.name ?? '');
  return `${what} of ${kind} ${JSON.stringify(name)} to ${subject.kind} ${JSON.stringify(account)}`;
}

/**
 * Upstream's controller writes the union of the selected roles into `rules`, over whatever was there; here it is taken when it
 * is asked for. A selected role may aggregate others itself; `seen` holds those that are being looked at.
 */
function aggregated(role: ClusterRole, policy: PolicySource, seen: readonly ClusterRole[] = []): readonly PolicyRule[] {
  const selectors = role.aggregationRule?.clusterRoleSelectors;
  if (!selectors?.length) return role.rules ?? [];
  const tests = selectors.map(compileSelector);
  const path = [...seen, role];
  const selected = policy
    .clusterRoles()
    .filter((other) => !path.some((one) => one.metadata.name === other.metadata.name))
    .filter((other) => tests.some((test) => test(other.metadata.labels)));
  return selected.flatMap((other) => aggregated(other, policy, path));
}
