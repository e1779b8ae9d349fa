/** What each kind refuses, beyond the recorded answers: upstream's words and field paths. */
import { describe, expect, it } from 'vitest';
import type { Cause } from '../../src/core/api/api-error.ts';
import { ApiError } from '../../src/core/api/api-error.ts';
import type { WriteContext } from '../../src/core/api/kind.ts';
import { kindNamed } from '../../src/core/api/kinds/all.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';

const CONTEXT: WriteContext = {
  now: 0,
  user: { name: 'u', groups: [] },
  namespace: 'ns',
  dryRun: false,
  uid: () => 'uid',
  suffix: () => 'bcdfg',
  lookup: () => ({ metadata: { name: 'ns' }, status: { phase: 'Active' } }),
  lookupAll: () => [],
  warn: () => undefined,
};

type Body = Record<string, unknown>;

function objectOf(apiVersion: string, kind: string, body: Body): KubeObject {
  const namespaced = kindNamed(apiVersion, kind)?.namespaced;
  return {
    apiVersion,
    kind,
    metadata: { name: 'x', uid: 'u', ...(namespaced ? { namespace: 'ns' } : {}) },
    ...structuredClone(body),
  };
}

/** `field: message` of every cause: of a create, or of an update where `old` is given. */
function check(type: string, body: Body, old?: Body): string[] {
  const [apiVersion = '', name = ''] = type.split(' ');
  const kind = kindNamed(apiVersion, name);
  if (!kind) throw new Error(`no kind ${type}`);
  const prepare = (given: Body): KubeObject => {
    const object = objectOf(apiVersion, name, given);
    kind.defaults?.(object);
    kind.prepareCreate?.(object, CONTEXT);
    kind.admitCreate?.(object, CONTEXT);
    return object;
  };
  const print = (causes: readonly Cause[]) => causes.map(({ field, message }) => `${field}: ${message}`);
  try {
    if (!old) return print(kind.validateCreate(prepare(body), CONTEXT));
    const before = prepare(old);
    const next = objectOf(apiVersion, name, body);
    kind.defaults?.(next);
    if (before.metadata.generation !== undefined) next.metadata.generation = before.metadata.generation;
    kind.prepareUpdate?.(next, before, CONTEXT);
    kind.admitUpdate?.(next, before, CONTEXT);
    return [...new Set(print(kind.validateUpdate(next, before, CONTEXT)))];
  } catch (error) {
    if (error instanceof ApiError) return print(error.status.details?.causes ?? []);
    throw error;
  }
}

const SERVICE = 'v1 Service';
const PORTS = [{ port: 80 }];
const RBAC = 'rbac.authorization.k8s.io/v1';
const ROLE_REF = { kind: 'ClusterRole', name: 'r' };
const TEMPLATE = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i:1' }] } };
const SELECTOR = { matchLabels: { a: 'b' } };
const DEPLOYMENT = { replicas: 1, selector: SELECTOR, template: TEMPLATE };
const NEW_EVENT = {
  eventTime: '2020-01-01T00:00:00.000001Z',
  reportingController: 'c',
  reportingInstance: 'i',
  action: 'a',
  reason: 'r',
  type: 'Normal',
  regarding: { namespace: 'ns' },
};

describe('create refuses', () => {
  const rows: [string, Body, string[]][] = [
    [
      'v1 ConfigMap',
      { data: { 'a/b': '1', '..c': '2' } },
      [
        'data[..c]: Invalid value: "..c": must not start with \'..\'',
        "data[a/b]: Invalid value: \"a/b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      ],
    ],
    ['v1 ConfigMap', { data: { ok: '1' } }, []],
    [
      'v1 Secret',
      { type: 'kubernetes.io/service-account-token' },
      ['metadata.annotations[kubernetes.io/service-account.name]: Required value'],
    ],
    ['v1 Secret', { type: 'kubernetes.io/basic-auth', data: { username: 'eA==' } }, []],
    [
      'v1 Secret',
      { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': '[]' } },
      [
        'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": json: cannot unmarshal array into Go value of type map[string]interface {}',
      ],
    ],
    ['v1 Secret', { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': '{"auths":{}}' } }, []],
    ['v1 Secret', { data: { a: 'A'.repeat(1398104) } }, ['data: Too long: may not be more than 1048576 bytes']],
    [
      'coordination.k8s.io/v1 Lease',
      { spec: { leaseDurationSeconds: 0, leaseTransitions: -1 } },
      [
        'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
        'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
    [
      'v1 Namespace',
      { spec: { finalizers: ['odd'] } },
      ['spec.finalizers: Invalid value: "odd": name is neither a standard finalizer name nor is it fully qualified'],
    ],
    [
      'v1 Node',
      { spec: { taints: [{ key: 'a' }, { key: 'b', effect: 'Never' }] } },
      [
        'metadata.taints[0].effect: Required value',
        'metadata.taints[1].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
      ],
    ],
    [
      'v1 Node',
      { spec: { podCIDRs: ['10.0.0.0/33'] } },
      ['spec.podCIDRs[0]: Invalid value: "10.0.0.0/33": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'],
    ],
    ['v1 Node', { spec: { podCIDRs: ['10.0.0.0/24', 'fd00::/64'] } }, []],
    [
      'v1 Node',
      { status: { capacity: { cpu: '-1', pods: '1500m' } } },
      [
        'status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0',
        'status.capacity.pods: Invalid value: "1500m": must be an integer',
        'status.allocatable.cpu: Invalid value: "-1": must be greater than or equal to 0',
        'status.allocatable.pods: Invalid value: "1500m": must be an integer',
      ],
    ],
    [
      'scheduling.k8s.io/v1 PriorityClass',
      { metadata: { name: 'system-mine' }, value: 1 },
      [
        "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-mine is not a known system priority class",
      ],
    ],
    [
      'scheduling.k8s.io/v1 PriorityClass',
      { metadata: { name: 'system-node-critical' }, value: 1 },
      [
        "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: value of system-node-critical PriorityClass must be 2000001000",
      ],
    ],
    [
      'policy/v1 PodDisruptionBudget',
      { spec: { minAvailable: 1, maxUnavailable: '50%' } },
      [
        'spec: Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":"50%","UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set',
      ],
    ],
    [
      `${RBAC} Role`,
      { rules: [{}, { verbs: ['get'], nonResourceURLs: ['/x'], resources: ['pods'] }] },
      [
        'rules[0].verbs: Required value: verbs must contain at least one value',
        'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
        'rules[0].resources: Required value: resource rules must supply at least one resource',
        'rules[1].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs',
        'rules[1].nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular resources and non-resource URLs',
      ],
    ],
    [`${RBAC} ClusterRole`, { metadata: { name: 'system:a' }, rules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }] }, []],
    [
      `${RBAC} ClusterRoleBinding`,
      { roleRef: { kind: 'Role', name: 'a/b' }, subjects: [{ kind: 'ServiceAccount', name: 's' }] },
      [
        'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
        'roleRef.name: Invalid value: "a/b": may not contain \'/\'',
        'subjects[0].namespace: Required value',
      ],
    ],
    [
      SERVICE,
      { spec: { type: 'ExternalName', externalName: 'a_b' } },
      [
        "spec.externalName: Invalid value: \"a_b\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      ],
    ],
    [SERVICE, { spec: { clusterIP: 'None', selector: { a: 'b' } } }, []],
    [
      SERVICE,
      { spec: { ports: [{ port: 1, nodePort: 30001 }] } },
      ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ],
    [
      SERVICE,
      { spec: { type: 'NodePort', ports: [{ port: 1, nodePort: 80 }] } },
      [
        'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
      ],
    ],
    [
      SERVICE,
      { spec: { clusterIP: '1.2.3.4', ports: PORTS } },
      [
        'spec.clusterIPs: Invalid value: ["1.2.3.4"]: failed to allocate IP 1.2.3.4: the provided IP (1.2.3.4) is not in the valid range. The range of valid IPs is 10.96.0.0/12',
      ],
    ],
    [
      SERVICE,
      { spec: { clusterIP: 'x', ports: PORTS } },
      ['spec.clusterIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    ],
    [
      SERVICE,
      { spec: { ports: PORTS, sessionAffinity: 'X', internalTrafficPolicy: 'Y', externalTrafficPolicy: 'Local' } },
      [
        'spec.sessionAffinity: Unsupported value: "X": supported values: "ClientIP", "None"',
        'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
        'spec.internalTrafficPolicy: Unsupported value: "Y": supported values: "Cluster", "Local"',
      ],
    ],
    [
      SERVICE,
      { spec: { ports: PORTS, externalIPs: ['127.0.0.1'], loadBalancerClass: 'a.b/c' } },
      [
        'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
        "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
      ],
    ],
    [SERVICE, { spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports: PORTS } }, []],
    [
      'v1 Endpoints',
      { subsets: [{ ports: [{ port: 0 }] }, { addresses: [{ ip: 'x' }] }] },
      [
        'subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`',
        'subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
        'subsets[1].addresses[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      ],
    ],
    [
      'events.k8s.io/v1 Event',
      { ...NEW_EVENT, series: { count: 1 } },
      ['series.count: Invalid value: "": should be at least 2', 'series.lastObservedTime: Required value'],
    ],
    [
      'events.k8s.io/v1 Event',
      { ...NEW_EVENT, deprecatedCount: 2, deprecatedSource: { component: 'x' } },
      ['count: Invalid value: "": needs to be unset', 'source: Invalid value: "": needs to be unset'],
    ],
    [
      'apps/v1 Deployment',
      { spec: { ...DEPLOYMENT, selector: { matchLabels: { a: 'c' } } } },
      ['spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`'],
    ],
    [
      'apps/v1 Deployment',
      { spec: { ...DEPLOYMENT, replicas: -1, minReadySeconds: 600 } },
      [
        'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
        'spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds',
      ],
    ],
    [
      'apps/v1 Deployment',
      { spec: { ...DEPLOYMENT, strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: '0%' } } } },
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0'],
    ],
    [
      'apps/v1 Deployment',
      { spec: { ...DEPLOYMENT, strategy: { type: 'Recreate', rollingUpdate: {} } } },
      ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ],
    [
      'apps/v1 ReplicaSet',
      { spec: { selector: {}, template: TEMPLATE } },
      ['spec.selector: Invalid value: {}: empty selector is invalid for deployment'],
    ],
    [
      'apps/v1 ReplicaSet',
      { spec: { selector: SELECTOR, template: { ...TEMPLATE, spec: { ...TEMPLATE.spec, restartPolicy: 'Never' } } } },
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
  ];
  it.each(rows)('%s %j', (type, body, causes) => {
    expect(check(type, body)).toEqual(causes);
  });
});

describe('update refuses', () => {
  const rows: [string, Body, Body, string[]][] = [
    [
      'v1 ConfigMap',
      { data: { a: '1' }, immutable: true },
      { data: { a: '2' }, immutable: true },
      ['data: Forbidden: field is immutable when `immutable` is set'],
    ],
    [
      'v1 Node',
      { spec: { podCIDR: '10.0.0.0/24', providerID: 'a' } },
      { spec: { podCIDR: '10.0.1.0/24', providerID: 'b' } },
      [
        'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
        'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
      ],
    ],
    [
      'scheduling.k8s.io/v1 PriorityClass',
      { value: 1 },
      { value: 2, preemptionPolicy: 'Never' },
      ['value: Forbidden: may not be changed in an update.', 'preemptionPolicy: Invalid value: "Never": field is immutable'],
    ],
    [
      `${RBAC} RoleBinding`,
      { roleRef: ROLE_REF },
      { roleRef: { ...ROLE_REF, name: 's' } },
      ['roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"ClusterRole","Name":"s"}: cannot change roleRef'],
    ],
    [
      'events.k8s.io/v1 Event',
      NEW_EVENT,
      { ...NEW_EVENT, reason: 'other' },
      ['reason: Invalid value: "other": field is immutable', 'reason: Invalid value: "other": field is immutable'],
    ],
    [
      'apps/v1 Deployment',
      { spec: DEPLOYMENT },
      {
        spec: {
          ...DEPLOYMENT,
          selector: { matchLabels: { a: 'b', c: 'd' } },
          template: { ...TEMPLATE, metadata: { labels: { a: 'b', c: 'd' } } },
        },
      },
      ['spec.selector: Invalid value: {"matchLabels":{"a":"b","c":"d"}}: field is immutable'],
    ],
    [SERVICE, { spec: { ports: PORTS } }, { spec: { ports: PORTS, type: 'NodePort' } }, []],
    [SERVICE, { spec: { ports: PORTS } }, { spec: { type: 'ExternalName', externalName: 'a.b' } }, []],
  ];
  it.each(rows)('%s %j -> %j', (type, old, next, causes) => {
    expect(check(type, next, old)).toEqual(causes);
  });
});
