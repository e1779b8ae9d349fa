/** The roles and bindings every cluster starts with: upstream's `bootstrappolicy`, reduced to what this server serves. */
import type { KubeObject } from '../../kube/objects.ts';
import { type Binding, type PolicyRule, RBAC_GROUP } from '../kinds/rbac-rules.ts';
import { type ClusterRole, MASTERS } from './rbac.ts';

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];
const BOOTSTRAPPING = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };
const METADATA = { labels: BOOTSTRAPPING, annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' } };
const PUBLIC_PATHS = ['/healthz', '/livez', '/readyz', '/version', '/version/'];
const AUTHENTICATED = 'system:authenticated';
const UNAUTHENTICATED = 'system:unauthenticated';

const on = (apiGroup: string, resources: string[], verbs: string[]): PolicyRule => ({ verbs, apiGroups: [apiGroup], resources });
const paths = (nonResourceURLs: string[], verbs = ['get']): PolicyRule => ({ verbs, nonResourceURLs });

const VIEW: PolicyRule[] = [
  on('', ['configmaps', 'endpoints', 'pods', 'pods/log', 'pods/status', 'serviceaccounts', 'services', 'services/status'], READ),
  on('', ['bindings', 'events', 'namespaces', 'namespaces/status'], READ),
  on(
    'apps',
    ['controllerrevisions', 'daemonsets', 'daemonsets/status', 'deployments', 'deployments/scale', 'deployments/status'],
    READ,
  ),
  on('apps', ['replicasets', 'replicasets/scale', 'replicasets/status'], READ),
  on('events.k8s.io', ['events'], READ),
  on('policy', ['poddisruptionbudgets', 'poddisruptionbudgets/status'], READ),
];
const EDIT: PolicyRule[] = [
  on('', ['pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy', 'secrets', 'services/proxy'], READ),
  on('', ['serviceaccounts'], ['impersonate']),
  on('', ['pods', 'pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy'], WRITE),
  on('', ['pods/eviction'], ['create']),
  on('', ['configmaps', 'events', 'secrets', 'serviceaccounts', 'services', 'services/proxy'], WRITE),
  on('', ['serviceaccounts/token'], ['create']),
  on(
    'apps',
    ['daemonsets', 'deployments', 'deployments/rollback', 'deployments/scale', 'replicasets', 'replicasets/scale'],
    WRITE,
  ),
  on('coordination.k8s.io', ['leases'], [...WRITE, ...READ]),
  on('policy', ['poddisruptionbudgets'], WRITE),
];
const ADMIN: PolicyRule[] = [
  on('authorization.k8s.io', ['localsubjectaccessreviews'], ['create']),
  on(RBAC_GROUP, ['rolebindings', 'roles'], [...WRITE, ...READ]),
];

/** One of `admin`, `edit` and `view`: what roles with its label say, its own part among them. */
function userFacing(
  name: string,
  own: PolicyRule[],
  below: { labels?: Record<string, string>; rules: PolicyRule[] },
): KubeObject[] {
  const label = `rbac.authorization.k8s.io/aggregate-to-${name}`;
  const whole: ClusterRole = {
    ...clusterRole(name, [...own, ...below.rules], below.labels),
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [label]: 'true' } }] },
  };
  return [whole, clusterRole(`system:aggregate-to-${name}`, own, { [label]: 'true' })];
}

const aggregatedTo = (name: string) => ({ [`rbac.authorization.k8s.io/aggregate-to-${name}`]: 'true' });

/** In the order they are to be made; creation fields are the server's to fill in. */
export const BOOTSTRAP_POLICY: readonly KubeObject[] = [
  clusterRole('cluster-admin', [on('*', ['*'], ['*']), paths(['*'], ['*'])]),
  clusterRole('system:discovery', [
    paths([
      '/api',
      '/api/*',
      '/apis',
      '/apis/*',
      '/healthz',
      '/livez',
      '/openapi',
      '/openapi/*',
      '/readyz',
      '/version',
      '/version/',
    ]),
  ]),
  clusterRole('system:public-info-viewer', [paths(PUBLIC_PATHS)]),
  clusterRole('system:basic-user', [
    on('authorization.k8s.io', ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'], ['create']),
    on('authentication.k8s.io', ['selfsubjectreviews'], ['create']),
  ]),
  clusterRole('system:auth-delegator', [
    on('authentication.k8s.io', ['tokenreviews'], ['create']),
    on('authorization.k8s.io', ['subjectaccessreviews'], ['create']),
  ]),
  clusterRole('system:monitoring', [
    paths(['/healthz', '/healthz/*', '/livez', '/livez/*', '/metrics', '/metrics/slis', '/readyz', '/readyz/*']),
  ]),
  ...userFacing('admin', ADMIN, { rules: [...EDIT, ...VIEW] }),
  ...userFacing('edit', EDIT, { labels: aggregatedTo('admin'), rules: VIEW }),
  ...userFacing('view', VIEW, { labels: aggregatedTo('edit'), rules: [] }),
  clusterRoleBinding('cluster-admin', [MASTERS]),
  clusterRoleBinding('system:discovery', [AUTHENTICATED]),
  clusterRoleBinding('system:public-info-viewer', [AUTHENTICATED, UNAUTHENTICATED]),
  clusterRoleBinding('system:basic-user', [AUTHENTICATED]),
  clusterRoleBinding('system:monitoring', ['system:monitoring']),
];

function clusterRole(name: string, rules: PolicyRule[], labels: Record<string, string> = {}): ClusterRole {
  return {
    apiVersion: `${RBAC_GROUP}/v1`,
    kind: 'ClusterRole',
    metadata: { name, ...METADATA, labels: { ...BOOTSTRAPPING, ...labels } },
    rules,
  };
}

function clusterRoleBinding(name: string, groups: readonly string[]): Binding {
  return {
    apiVersion: `${RBAC_GROUP}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name, ...METADATA },
    roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name },
    subjects: groups.map((group) => ({ apiGroup: RBAC_GROUP, kind: 'Group', name: group })),
  };
}
