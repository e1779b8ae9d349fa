/** Nobody grants rights they do not hold (upstream registry/rbac `policybased` storages). */
import type { KubeObject } from '../../kube/objects.ts';
import type { ApiError } from '../api-error.ts';
import type { UserInfo } from '../kind.ts';
import { type Binding, type PolicyRule, RBAC_GROUP } from '../kinds/rbac-rules.ts';
import { forbidden } from '../rest/errors.ts';
import { authorize, type ClusterRole, MASTERS, type PolicySource, referencedRules, rulesFor } from './rbac.ts';
import { compact, describeRule, quoted, uncovered } from './rule-cover.ts';

/** A write of a role or a binding. */
export interface RbacWrite {
  readonly user: UserInfo;
  /** `roles`, `clusterroles`, `rolebindings` or `clusterrolebindings`. */
  readonly plural: string;
  /** `''` for the cluster-wide ones. */
  readonly namespace: string;
  readonly next: KubeObject;
  /** The stored object; absent on create. */
  readonly old?: KubeObject | undefined;
}

const PLURALS = new Set(['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings']);
const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

/** Whether writes of a resource have to pass `confirmNoEscalation`. */
export function grantsRights(group: string, plural: string): boolean {
  return group === RBAC_GROUP && PLURALS.has(plural);
}

/**
 * Throws 403 where the write would give somebody rights that the writer lacks and the writer has neither the verb `escalate`
 * (roles) nor `bind` (bindings); 404 where a binding refers to a role that is not there. Belongs behind validation.
 */
export function confirmNoEscalation(write: RbacWrite, policy: PolicySource): void {
  if (write.user.groups.includes(MASTERS)) return;
  if (write.plural.endsWith('roles')) confirmRole(write, policy);
  else confirmBinding(write, policy);
}

function confirmRole(write: RbacWrite, policy: PolicySource): void {
  const next = write.next as ClusterRole;
  const old = write.old as ClusterRole | undefined;
  if (old && same(old.rules ?? [], next.rules ?? []) && same(old.aggregationRule, next.aggregationRule)) return;
  const verb = { verb: 'escalate', resource: write.plural, name: next.metadata.name ?? '' };
  if (may(write, verb, policy)) return;
  if (write.plural === 'clusterroles' && (next.aggregationRule || old?.aggregationRule)) {
    const lacks = missing(write, EVERYTHING, policy);
    if (lacks !== undefined) throw refusal(write, 'must have cluster-admin privileges to use the aggregationRule');
  }
  refuseMissing(write, next.rules ?? [], policy);
}

function confirmBinding(write: RbacWrite, policy: PolicySource): void {
  const next = write.next as Binding;
  const old = write.old as Binding | undefined;
  if (old && same(old.roleRef, next.roleRef) && same(old.subjects ?? [], next.subjects ?? [])) return;
  const { kind, name = '' } = next.roleRef ?? {};
  const verb = { verb: 'bind', resource: kind === 'ClusterRole' ? 'clusterroles' : 'roles', name };
  if (may(write, verb, policy)) return;
  refuseMissing(write, referencedRules(next.roleRef, write.namespace, policy), policy);
}

function may(write: RbacWrite, about: { verb: string; resource: string; name: string }, policy: PolicySource): boolean {
  const attributes = { isResource: true, group: RBAC_GROUP, subresource: '', namespace: write.namespace, ...about } as const;
  return authorize(write.user, attributes, policy).allowed;
}

function refuseMissing(write: RbacWrite, rules: readonly PolicyRule[], policy: PolicySource): void {
  const lacks = missing(write, rules, policy);
  if (lacks !== undefined) throw refusal(write, lacks);
}

/** What `user` lacks of `rules`, in upstream's words. */
function missing({ user, namespace }: RbacWrite, rules: readonly PolicyRule[], policy: PolicySource): string | undefined {
  const own = rulesFor(user, namespace, policy);
  const lacks = compact(uncovered(own.rules, rules)).map(describeRule);
  if (lacks.length === 0) return undefined;
  const errors = own.errors.length === 0 ? '' : `; resolution errors: [${own.errors.join(' ')}]`;
  const who = `user ${JSON.stringify(user.name)} (groups=${quoted(user.groups)})`;
  return `${who} is attempting to grant RBAC permissions not currently held:\n${[...new Set(lacks)].sort().join('\n')}${errors}`;
}

function refusal({ plural, next }: RbacWrite, why: string): ApiError {
  return forbidden({ group: RBAC_GROUP, plural }, next.metadata.name ?? '', why);
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}
