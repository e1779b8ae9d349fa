/** Who may do what: rules, roles and bindings, and nobody granting what they do not hold. */
import { describe, expect, test } from 'vitest';
import { ApiError } from '../../src/core/api/api-error.ts';
import type { Attributes } from '../../src/core/api/authorization/attributes.ts';
import { BOOTSTRAP_POLICY } from '../../src/core/api/authorization/bootstrap.ts';
import { confirmNoEscalation } from '../../src/core/api/authorization/escalation.ts';
import { authorize, type ClusterRole, type PolicySource } from '../../src/core/api/authorization/rbac.ts';
import { ruleAllows } from '../../src/core/api/authorization/rule-match.ts';
import type { UserInfo } from '../../src/core/api/kind.ts';
import { KINDS } from '../../src/core/api/kinds/all.ts';
import type { Binding, PolicyRule, Role } from '../../src/core/api/kinds/rbac-rules.ts';
import { validateRole } from '../../src/core/api/kinds/rbac-rules.ts';

/** `get pods/log x in ns` of group `g`, or `get /path`. */
function parse(text: string): Attributes {
  const [, verb = '', what = '', name = '', namespace = '', group = ''] =
    /^(\S+) (\S+)(?: (\S+))??(?: in (\S+))?(?: of (\S+))?$/.exec(text) ?? [];
  if (what.startsWith('/')) return { isResource: false, verb, path: what };
  const [resource = '', subresource = ''] = what.split('/');
  return { isResource: true, verb, group, resource, subresource, namespace, name };
}

const rule = (verbs: string, groups: string, resources: string, names = ''): PolicyRule => ({
  verbs: verbs.split(' '),
  apiGroups: groups.split(' '),
  resources: resources.split(' '),
  ...(names === '' ? {} : { resourceNames: names.split(' ') }),
});
const urls = (verbs: string, paths: string): PolicyRule => ({ verbs: verbs.split(' '), nonResourceURLs: paths.split(' ') });

describe('one rule', () => {
  const check = (of: PolicyRule, request: string, allowed: boolean) => expect(ruleAllows(of, parse(request))).toBe(allowed);
  test.each<[PolicyRule, string, boolean]>([
    [rule('get list', '', 'pods'), 'list pods in n', true],
    [rule('get list', '', 'pods'), 'watch pods in n', false],
    [rule('get', '', 'pods'), 'get pods of apps', false],
    [rule('*', '*', '*'), 'delete daemonsets/status x in n of apps', true],
    [rule('get', '', 'pods'), 'get pods/log x in n', false],
    [rule('get', '', 'pods/log'), 'get pods/log x in n', true],
    [rule('get', '', '*/log'), 'get pods/log x in n', true],
    [rule('get', '', '*/log'), 'get pods x in n', false],
    [rule('get', '', 'pods', 'x y'), 'get pods y in n', true],
    [rule('get', '', 'pods', 'x y'), 'get pods z in n', false],
    [rule('get list', '', 'pods', 'x'), 'list pods in n', false],
    [rule('*', '*', '*'), 'get /metrics', false],
    [urls('get', '/healthz /x/*'), 'get /healthz', true],
    [urls('get', '/healthz /x/*'), 'get /healthz/ping', false],
    [urls('get', '/healthz /x/*'), 'get /x/y/z', true],
    [urls('get', '/x/*'), 'get /x', false],
    [urls('get', '*'), 'get /anything', true],
    [urls('get', '/healthz'), 'post /healthz', false],
    [urls('get', '/pods'), 'get pods in n', false],
  ])('%j on %s: %s', check);
});

/** A cluster with the bootstrap policy and more. */
function cluster(more: { roles?: Role[]; clusterRoles?: ClusterRole[]; bindings?: Binding[] } = {}): PolicySource {
  const clusterRoles = [
    ...BOOTSTRAP_POLICY.filter((one) => one.kind === 'ClusterRole'),
    ...(more.clusterRoles ?? []),
  ] as ClusterRole[];
  const bindings = [
    ...(BOOTSTRAP_POLICY.filter((one) => one.kind === 'ClusterRoleBinding') as Binding[]),
    ...(more.bindings ?? []),
  ];
  return {
    role: (namespace, name) => more.roles?.find((one) => one.metadata.namespace === namespace && one.metadata.name === name),
    clusterRole: (name) => clusterRoles.find((one) => one.metadata.name === name),
    clusterRoles: () => clusterRoles,
    roleBindings: (namespace) => bindings.filter((one) => one.metadata.namespace === namespace),
    clusterRoleBindings: () => bindings.filter((one) => one.metadata.namespace === undefined),
  };
}

const binding = (name: string, role: string, subject: string, namespace?: string): Binding => {
  const [kind = '', subjectName = '', home] = subject.split(' ');
  const [roleKind = '', roleName = ''] = role.split(' ');
  return {
    metadata: { name, ...(namespace ? { namespace } : {}) },
    roleRef: { kind: roleKind, name: roleName },
    subjects: [{ kind, name: subjectName, ...(home ? { namespace: home } : {}) }],
  };
};

const jane: UserInfo = { name: 'jane', groups: ['dev', 'system:authenticated'] };
const nobody: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
const robot: UserInfo = { name: 'system:serviceaccount:n:robot', groups: ['system:serviceaccounts', 'system:authenticated'] };
const root: UserInfo = { name: 'root', groups: ['system:masters'] };
const reader: Role = { metadata: { name: 'reader', namespace: 'n' }, rules: [rule('get list', '', 'pods')] };

describe('a user', () => {
  const policy = cluster({
    roles: [reader],
    clusterRoles: [
      {
        metadata: { name: 'agents', labels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } },
        rules: [rule('get', 'x.io', 'agents')],
      },
    ],
    bindings: [
      binding('pods', 'Role reader', 'User jane', 'n'),
      binding('robots', 'Role reader', 'ServiceAccount robot', 'n'),
      binding('viewers', 'ClusterRole view', 'Group dev', 'm'),
      binding('admins', 'ClusterRole admin', 'User jane', 'p'),
      binding('lost', 'ClusterRole gone', 'Group dev', 'lost'),
      binding('nodes', 'ClusterRole system:aggregate-to-view', 'User jane', 'o'),
    ],
  });
  const check = (user: UserInfo, request: string, allowed: boolean, reason: string) =>
    expect(authorize(user, parse(request), policy)).toEqual({ allowed, reason });
  test.each<[UserInfo, string, boolean, string]>([
    [root, 'delete nodes x', true, ''],
    [jane, 'list pods in n', true, 'RBAC: allowed by RoleBinding "pods/n" of Role "reader" to User "jane"'],
    [jane, 'list pods in other', false, ''],
    [jane, 'list pods', false, ''],
    [robot, 'list pods in n', true, 'RBAC: allowed by RoleBinding "robots/n" of Role "reader" to ServiceAccount "robot/n"'],
    [
      jane,
      'get daemonsets x in m of apps',
      true,
      'RBAC: allowed by RoleBinding "viewers/m" of ClusterRole "view" to Group "dev"',
    ],
    [jane, 'get agents x in m of x.io', true, 'RBAC: allowed by RoleBinding "viewers/m" of ClusterRole "view" to Group "dev"'],
    [jane, 'get secrets x in m', false, ''],
    [jane, 'get agents x in p of x.io', true, 'RBAC: allowed by RoleBinding "admins/p" of ClusterRole "admin" to User "jane"'],
    [
      jane,
      'delete roles x in p of rbac.authorization.k8s.io',
      true,
      'RBAC: allowed by RoleBinding "admins/p" of ClusterRole "admin" to User "jane"',
    ],
    [jane, 'get pods in lost', false, 'RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found'],
    [
      jane,
      'get /apis',
      true,
      'RBAC: allowed by ClusterRoleBinding "system:discovery" of ClusterRole "system:discovery" to Group "system:authenticated"',
    ],
    [nobody, 'get /apis', false, ''],
    [
      nobody,
      'get /version',
      true,
      'RBAC: allowed by ClusterRoleBinding "system:public-info-viewer" of ClusterRole "system:public-info-viewer" to Group "system:unauthenticated"',
    ],
    [nobody, 'create selfsubjectreviews of authentication.k8s.io', false, ''],
    [jane, 'get /metrics', false, ''],
  ])('%j %s', check);
});

describe('a grant', () => {
  const power = binding('power', 'Role binder', 'User jane', 'n');
  const able = binding('able', 'Role granter', 'User jane', 'n');
  const granter: Role = {
    metadata: { name: 'granter', namespace: 'n' },
    rules: [rule('get list', '', 'pods secrets', 'x'), rule('*', 'apps', '*/status daemonsets'), rule('get', '', 'configmaps')],
  };
  const held =
    'user "jane" (groups=["dev" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n';
  const check = (
    user: UserInfo,
    plural: string,
    next: Role | Binding,
    outcome: string,
    more: Role[] = [],
    old?: Role | Binding,
  ) => {
    const policy = cluster({ roles: [granter, ...more], bindings: more.length > 0 ? [able, power] : [able] });
    const namespace = plural.startsWith('cluster') ? '' : 'n';
    let said = 'granted';
    try {
      confirmNoEscalation({ user, plural, namespace, next, old }, policy);
    } catch (error) {
      said = error instanceof ApiError ? `${error.code} ${error.message}` : String(error);
    }
    expect(said).toBe(outcome);
  };
  const role = (...rules: PolicyRule[]): Role => ({ metadata: { name: 'r', namespace: 'n' }, rules });
  const refused = (plural: string, text: string) => `403 ${plural}.rbac.authorization.k8s.io "r" is forbidden: ${held}${text}`;
  const secrets = rule('get list', '', 'secrets');

  test('of what one holds, of a part of it, or by who holds everything', () => {
    check(jane, 'roles', role(rule('get', '', 'configmaps'), rule('list', '', 'pods', 'x')), 'granted');
    check(jane, 'roles', role(rule('update', 'apps', 'daemonsets/status daemonsets')), 'granted');
    check(root, 'roles', role(secrets), 'granted');
  });
  test('of more is refused with what is missing', () => {
    check(jane, 'roles', role(secrets), refused('roles', '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}'));
    check(
      jane,
      'roles',
      role(rule('get', '', 'configmaps pods')),
      refused('roles', '{APIGroups:[""], Resources:["pods"], Verbs:["get"]}'),
    );
    check(
      jane,
      'roles',
      role(rule('get', '', 'pods', 'x y')),
      refused('roles', '{APIGroups:[""], Resources:["pods"], ResourceNames:["y"], Verbs:["get"]}'),
    );
    check(
      jane,
      'clusterroles',
      role(urls('get', '/apis/* /x')),
      refused('clusterroles', '{NonResourceURLs:["/x"], Verbs:["get"]}'),
    );
  });
  test('by a binding: of the rules of its role, which must be there', () => {
    const to = (ref: string) => ({ ...binding('r', ref, 'User jane'), metadata: { name: 'r', namespace: 'n' } });
    check(jane, 'rolebindings', to('Role granter'), 'granted');
    check(
      jane,
      'rolebindings',
      to('ClusterRole cluster-admin'),
      refused('rolebindings', '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}\n{NonResourceURLs:["*"], Verbs:["*"]}'),
    );
    check(jane, 'rolebindings', to('Role nope'), '404 role.rbac.authorization.k8s.io "nope" not found');
  });
  test('with the verbs "escalate" and "bind"', () => {
    const having = (verb: string, resource: string, name: string): Role => ({
      metadata: { name: 'binder', namespace: 'n' },
      rules: [rule(verb, 'rbac.authorization.k8s.io', resource, name)],
    });
    check(jane, 'roles', role(secrets), 'granted', [having('escalate', 'roles', 'r')]);
    check(jane, 'rolebindings', binding('r', 'ClusterRole cluster-admin', 'User jane', 'n'), 'granted', [
      having('bind', 'clusterroles', 'cluster-admin'),
    ]);
  });
  test('that is there already may be written again', () => {
    check(jane, 'roles', role(secrets), 'granted', [], role(secrets));
  });
  test('by aggregation needs every right', () => {
    const next = { ...role(), aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } };
    check(
      jane,
      'clusterroles',
      next,
      '403 clusterroles.rbac.authorization.k8s.io "r" is forbidden: must have cluster-admin privileges to use the aggregationRule',
    );
  });
});

test('the bootstrap roles are valid, and speak of resources that are served', () => {
  const served = new Set(KINDS.flatMap((kind) => [kind.plural, ...kind.subresources.map((one) => `${kind.plural}/${one.name}`)]));
  const outside = /^(\*|pods\/(attach|exec|portforward|proxy)|services\/proxy|deployments\/rollback|bindings)$/;
  for (const object of BOOTSTRAP_POLICY) {
    if (object.kind !== 'ClusterRole') continue;
    expect(validateRole(object as Role, false), object.metadata.name).toEqual([]);
    for (const { resources = [] } of (object as Role).rules ?? []) {
      expect(
        resources.filter((one) => !served.has(one) && !outside.test(one)),
        object.metadata.name,
      ).toEqual([]);
    }
  }
});
