/** Writes `src/core/api/schema/schema.gen.json`: the definitions our kinds need, read from the models of @kubernetes/client-node. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const models = join(root, 'node_modules/@kubernetes/client-node/dist/gen/models');
const target = join(root, 'src/core/api/schema/schema.gen.json');

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** Classes whose definition does not lie in core/v1, by package. Everything else is core/v1. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  [META]: [
    'Condition',
    'DeleteOptions',
    'FieldSelectorRequirement',
    'LabelSelector',
    'LabelSelectorRequirement',
    'ListMeta',
    'ManagedFieldsEntry',
    'ObjectMeta',
    'OwnerReference',
    'Preconditions',
    'Status',
    'StatusCause',
    'StatusDetails',
    'WatchEvent',
    'APIGroup',
    'APIGroupList',
    'APIResource',
    'APIResourceList',
    'APIVersions',
    'GroupVersionForDiscovery',
    'ServerAddressByClientCIDR',
    'ShardInfo',
  ],
  'io.k8s.api.apps.v1': [
    'ControllerRevision',
    'ControllerRevisionList',
    'DaemonSet',
    'DaemonSetCondition',
    'DaemonSetList',
    'DaemonSetSpec',
    'DaemonSetStatus',
    'DaemonSetUpdateStrategy',
    'Deployment',
    'DeploymentCondition',
    'DeploymentList',
    'DeploymentSpec',
    'DeploymentStatus',
    'DeploymentStrategy',
    'ReplicaSet',
    'ReplicaSetCondition',
    'ReplicaSetList',
    'ReplicaSetSpec',
    'ReplicaSetStatus',
    'RollingUpdateDaemonSet',
    'RollingUpdateDeployment',
  ],
  'io.k8s.api.authentication.v1': [
    'TokenReview',
    'TokenReviewSpec',
    'TokenReviewStatus',
    'UserInfo',
    'SelfSubjectReview',
    'SelfSubjectReviewStatus',
    'TokenRequestSpec',
    'TokenRequestStatus',
    'BoundObjectReference',
  ],
  'io.k8s.api.authorization.v1': [
    'FieldSelectorAttributes',
    'LabelSelectorAttributes',
    'LocalSubjectAccessReview',
    'NonResourceAttributes',
    'NonResourceRule',
    'ResourceAttributes',
    'ResourceRule',
    'SelfSubjectAccessReview',
    'SelfSubjectAccessReviewSpec',
    'SelfSubjectRulesReview',
    'SelfSubjectRulesReviewSpec',
    'SubjectAccessReview',
    'SubjectAccessReviewSpec',
    'SubjectAccessReviewStatus',
    'SubjectRulesReviewStatus',
  ],
  'io.k8s.api.autoscaling.v1': ['Scale', 'ScaleSpec', 'ScaleStatus'],
  'io.k8s.api.coordination.v1': ['Lease', 'LeaseList', 'LeaseSpec'],
  'io.k8s.api.policy.v1': [
    'Eviction',
    'PodDisruptionBudget',
    'PodDisruptionBudgetList',
    'PodDisruptionBudgetSpec',
    'PodDisruptionBudgetStatus',
  ],
  'io.k8s.api.rbac.v1': [
    'AggregationRule',
    'ClusterRole',
    'ClusterRoleBinding',
    'ClusterRoleBindingList',
    'ClusterRoleList',
    'PolicyRule',
    'Role',
    'RoleBinding',
    'RoleBindingList',
    'RoleList',
    'RoleRef',
  ],
  'io.k8s.api.scheduling.v1': ['PriorityClass', 'PriorityClassList'],
};

/** Class names that the generator made unique with a prefix of their group. */
const RENAMED: Readonly<Record<string, string>> = {
  AuthenticationV1TokenRequest: 'io.k8s.api.authentication.v1.TokenRequest',
  CoreV1EndpointPort: 'io.k8s.api.core.v1.EndpointPort',
  CoreV1Event: 'io.k8s.api.core.v1.Event',
  CoreV1EventList: 'io.k8s.api.core.v1.EventList',
  CoreV1EventSeries: 'io.k8s.api.core.v1.EventSeries',
  CoreV1ResourceClaim: 'io.k8s.api.core.v1.ResourceClaim',
  EventsV1Event: 'io.k8s.api.events.v1.Event',
  EventsV1EventList: 'io.k8s.api.events.v1.EventList',
  EventsV1EventSeries: 'io.k8s.api.events.v1.EventSeries',
  RbacV1Subject: 'io.k8s.api.rbac.v1.Subject',
  V1MicroTime: `${META}.MicroTime`,
};

/** Where the walk starts; what these refer to is included with them. */
const ROOTS = [
  'V1Namespace',
  'V1Node',
  'V1Pod',
  'V1PodTemplate',
  'CoreV1Event',
  'V1ConfigMap',
  'V1Secret',
  'V1ServiceAccount',
  'V1Service',
  'V1Binding',
  'V1Endpoints',
  'V1LimitRange',
  'V1ResourceQuota',
  'V1PersistentVolume',
  'V1PersistentVolumeClaim',
  'V1ReplicationController',
  'V1Status',
  'V1DeleteOptions',
  'V1WatchEvent',
  'V1APIGroupList',
  'V1APIResourceList',
  'V1APIVersions',
  'V1DaemonSet',
  'V1ControllerRevision',
  'V1Deployment',
  'V1ReplicaSet',
  'V1Scale',
  'V1Lease',
  'V1PriorityClass',
  'V1PodDisruptionBudget',
  'V1Eviction',
  'EventsV1Event',
  'V1Role',
  'V1RoleBinding',
  'V1ClusterRole',
  'V1ClusterRoleBinding',
  'V1TokenReview',
  'V1SelfSubjectReview',
  'AuthenticationV1TokenRequest',
  'V1SubjectAccessReview',
  'V1SelfSubjectAccessReview',
  'V1LocalSubjectAccessReview',
  'V1SelfSubjectRulesReview',
  'V1NamespaceList',
  'V1NodeList',
  'V1PodList',
  'V1PodTemplateList',
  'CoreV1EventList',
  'V1ConfigMapList',
  'V1SecretList',
  'V1ServiceAccountList',
  'V1ServiceList',
  'V1EndpointsList',
  'V1LimitRangeList',
  'V1ResourceQuotaList',
  'V1PersistentVolumeList',
  'V1PersistentVolumeClaimList',
  'V1ReplicationControllerList',
  'V1DaemonSetList',
  'V1ControllerRevisionList',
  'V1DeploymentList',
  'V1ReplicaSetList',
  'V1LeaseList',
  'V1PriorityClassList',
  'V1PodDisruptionBudgetList',
  'EventsV1EventList',
  'V1RoleList',
  'V1RoleBindingList',
  'V1ClusterRoleList',
  'V1ClusterRoleBindingList',
];

interface Field {
  /** A scalar name, `#Definition`, `[]type` or `{}type`. */
  t: string;
  d?: string;
  r?: 1;
}

interface Definition {
  d?: string;
  f: Record<string, Field>;
}

const packageOf: ReadonlyMap<string, string> = new Map(
  Object.entries(PACKAGES).flatMap(([name, kinds]) => kinds.map((kind) => [`V1${kind}`, name] as [string, string])),
);

function openApiName(className: string): string {
  const renamed = RENAMED[className];
  if (renamed) return renamed;
  if (!className.startsWith('V1') || /^V1(alpha|beta)/.test(className)) throw new Error(`no OpenAPI name for class ${className}`);
  return `${packageOf.get(className) ?? 'io.k8s.api.core.v1'}.${className.slice(2)}`;
}

const SCALARS: Readonly<Record<string, string>> = {
  'string:': 'string',
  'string:byte': 'bytes',
  'number:int32': 'int32',
  'number:int64': 'int64',
  'number:double': 'double',
  'boolean:': 'boolean',
  'Date:date-time': 'time',
  'V1MicroTime:date-time-micro': 'microtime',
  'V1MicroTime:': 'microtime',
  'IntOrString:int-or-string': 'int-or-string',
  'IntOrString:': 'int-or-string',
  'any:': 'any',
};

/** The compact type of a model attribute; `refs` collects the classes it names. */
function compactType(type: string, format: string, refs: string[]): string {
  const list = /^Array<(.*)>$/.exec(type);
  if (list?.[1]) return `[]${compactType(list[1], format, refs)}`;
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type);
  if (map?.[1]) return `{}${compactType(map[1], format, refs)}`;
  const scalar = SCALARS[`${type}:${format}`];
  if (scalar) return scalar;
  if (type === 'V1MicroTime') return 'microtime';
  if (!/^[A-Z]\w*$/.test(type)) throw new Error(`unknown model type ${type} (${format})`);
  refs.push(type);
  return `#${openApiName(type)}`;
}

function clean(comment: string): string {
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .replace(/\\(['"])/g, '$1')
    .trim();
}

/** Descriptions and required fields come from the `.d.ts`, types and formats from the `.js`. */
function readModel(className: string): { definition: Definition; refs: string[] } {
  const js = readFileSync(join(models, `${className}.js`), 'utf8');
  const dts = readFileSync(join(models, `${className}.d.ts`), 'utf8');
  const table = /attributeTypeMap = (\[[\s\S]*?\]);/.exec(js)?.[1];
  if (!table) throw new Error(`${className}.js has no attributeTypeMap`);
  const attributes = JSON.parse(table) as { name: string; baseName: string; type: string; format: string }[];
  const declared = new Map<string, { optional: boolean; doc: string }>();
  for (const [, doc, name, optional] of dts.matchAll(/(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?'([^']+)'(\??):/g)) {
    if (name) declared.set(name, { optional: optional === '?', doc: clean(doc ?? '') });
  }
  const refs: string[] = [];
  const definition: Definition = { f: {} };
  const doc = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export declare class/.exec(dts)?.[1];
  if (doc) definition.d = clean(doc);
  for (const { name, baseName, type, format } of attributes) {
    const known = declared.get(name);
    if (!known) throw new Error(`${className}.${name} is not declared`);
    definition.f[baseName] = {
      t: compactType(type, format, refs),
      ...(known.doc ? { d: known.doc } : {}),
      ...(known.optional ? {} : { r: 1 as const }),
    };
  }
  return { definition, refs };
}

const definitions: Record<string, Definition> = {};
const queue = [...ROOTS];
for (let className = queue.pop(); className; className = queue.pop()) {
  const name = openApiName(className);
  if (definitions[name]) continue;
  const { definition, refs } = readModel(className);
  definitions[name] = definition;
  queue.push(...refs);
}
const sorted = Object.fromEntries(Object.entries(definitions).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(target, `${JSON.stringify(sorted)}\n`);
