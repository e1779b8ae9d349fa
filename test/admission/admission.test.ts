/** What admission makes of pods, and what it refuses. */
import { describe, expect, it } from 'vitest';
import { withAdmission } from '../../src/core/api/admission/order.ts';
import { topologyLabels } from '../../src/core/api/admission/topology-labels.ts';
import { ApiError } from '../../src/core/api/api-error.ts';
import type { Kind, WriteContext } from '../../src/core/api/kind.ts';
import type { KubeObject, Pod, PodSpec } from '../../src/core/kube/objects.ts';

const POD_KIND: Kind = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  namespaced: true,
  verbs: [],
  subresources: [],
  schema: 'io.k8s.api.core.v1.Pod',
  validateCreate: () => [],
  validateUpdate: () => [],
  columns: [],
};

const ADMITTED = withAdmission(POD_KIND);

type Objects = Record<string, Omit<KubeObject, 'metadata'> & { metadata?: Record<string, unknown> }>;

const WORLD: Objects = {
  'namespaces/ns': { status: { phase: 'Active' } },
  'namespaces/going': { status: { phase: 'Terminating' } },
  'serviceaccounts/default': {},
  'serviceaccounts/quiet': { automountServiceAccountToken: false, imagePullSecrets: [{ name: 'registry' }] },
  'serviceaccounts/strict': {
    metadata: { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } },
    secrets: [{ name: 'mine' }],
    imagePullSecrets: [{ name: 'pull' }],
  },
  'priorityclasses/high': { value: 1000, preemptionPolicy: 'Never' },
  'nodes/n1': { metadata: { labels: { 'topology.kubernetes.io/zone': 'z', other: 'o' } } },
};

function context(namespace = 'ns', extra: Objects = {}): WriteContext {
  const objects = { ...WORLD, ...extra };
  const read = (key: string): KubeObject | undefined => {
    const found = objects[key];
    return found && ({ ...found, metadata: { name: key.slice(key.indexOf('/') + 1), ...found.metadata } } as KubeObject);
  };
  return {
    now: 0,
    user: { name: 'u', groups: [] },
    namespace,
    dryRun: false,
    uid: () => 'uid',
    suffix: () => 'bcdfg',
    lookup: (ref, key) => read(`${ref.resource}/${key.name}`),
    lookupAll: (ref) =>
      Object.keys(objects)
        .filter((key) => key.startsWith(`${ref.resource}/`))
        .map((key) => read(key)!),
    warn: () => undefined,
  };
}

function pod(spec: Partial<PodSpec> = {}, annotations?: Record<string, string>): Pod {
  return { metadata: { name: 'p', ...(annotations ? { annotations } : {}) }, spec: { containers: [{ name: 'c' }], ...spec } };
}

/** The admitted pod, or the refusal's status. */
function check(given: Pod, at = context()): Pod | ApiError['status'] {
  try {
    ADMITTED.admitCreate!(given, at);
    return given;
  } catch (error) {
    if (error instanceof ApiError) return error.status;
    throw error;
  }
}

function admitted(given: Pod, at = context()): Pod {
  const answer = check(given, at);
  if ('status' in answer && answer.status === 'Failure') throw new Error(String(answer.message));
  return answer as Pod;
}

describe('pods get', () => {
  it('the default account, its token, priority 0 and the two outage tolerations', () => {
    const { spec } = admitted(pod({ initContainers: [{ name: 'i' }] }));
    expect(spec).toMatchObject({
      serviceAccountName: 'default',
      serviceAccount: 'default',
      priority: 0,
      preemptionPolicy: 'PreemptLowerPriority',
    });
    expect(spec.volumes?.map(({ name }) => name)).toEqual(['kube-api-access-bcdfg']);
    for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
      expect(container.volumeMounts).toEqual([
        { name: 'kube-api-access-bcdfg', readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
      ]);
    }
    expect(spec.tolerations?.map(({ key, tolerationSeconds }) => [key, tolerationSeconds])).toEqual([
      ['node.kubernetes.io/not-ready', 300],
      ['node.kubernetes.io/unreachable', 300],
    ]);
  });

  it('no token where the account or the pod says so, and the pull secrets of the account', () => {
    const { spec } = admitted(pod({ serviceAccountName: 'quiet' }));
    expect(spec.volumes).toBeUndefined();
    expect(spec.imagePullSecrets).toEqual([{ name: 'registry' }]);
    expect(admitted(pod({ serviceAccountName: 'quiet', automountServiceAccountToken: true })).spec.volumes).toHaveLength(1);
    expect(admitted(pod({ automountServiceAccountToken: false })).spec.volumes).toBeUndefined();
  });

  it('only the tolerations they lack: a keyless one covers both outages', () => {
    expect(admitted(pod({ tolerations: [{ operator: 'Exists' }] })).spec.tolerations).toHaveLength(1);
    expect(admitted(pod({ tolerations: [{ operator: 'Exists', effect: 'NoSchedule' }] })).spec.tolerations).toHaveLength(3);
  });

  it('priority and preemption policy of their class, or of the lowest global default', () => {
    expect(admitted(pod({ priorityClassName: 'high' })).spec).toMatchObject({ priority: 1000, preemptionPolicy: 'Never' });
    const defaults: Objects = {
      'priorityclasses/a': { value: 7, globalDefault: true, preemptionPolicy: 'PreemptLowerPriority' },
      'priorityclasses/b': { value: 5, globalDefault: true, preemptionPolicy: 'Never' },
    };
    expect(admitted(pod(), context('ns', defaults)).spec).toMatchObject({
      priorityClassName: 'b',
      priority: 5,
      preemptionPolicy: 'Never',
    });
  });

  it('the zone of the node they are created on', () => {
    expect(admitted(pod({ nodeName: 'n1' })).metadata.labels).toEqual({ 'topology.kubernetes.io/zone': 'z' });
    expect(topologyLabels('none', context())).toEqual({});
  });

  it('nothing as mirror pods', () => {
    const { spec } = admitted(pod({}, { 'kubernetes.io/config.mirror': 'x' }));
    expect(spec.serviceAccountName).toBeUndefined();
    expect(spec.volumes).toBeUndefined();
  });
});

describe('pods are refused', () => {
  const mirror = { 'kubernetes.io/config.mirror': 'x' };
  const cases: [string, Pod, string][] = [
    [
      'an unknown account',
      pod({ serviceAccountName: 'x' }),
      'error looking up service account ns/x: serviceaccount "x" not found',
    ],
    ['an unknown class', pod({ priorityClassName: 'x' }), 'no PriorityClass with name x was found'],
    [
      'another priority than the class has',
      pod({ priority: 5, priorityClassName: 'high' }),
      'the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 1000 from the given PriorityClass name',
    ],
    [
      'another policy than the class has',
      pod({ preemptionPolicy: 'PreemptLowerPriority', priorityClassName: 'high' }),
      'the string value of PreemptionPolicy (PreemptLowerPriority) must not be provided in pod spec; priority admission controller computed Never from the given PriorityClass name',
    ],
    ['an unknown runtime class', pod({ runtimeClassName: 'x' }), 'pod rejected: RuntimeClass "x" not found'],
    [
      'a mirror pod with an account',
      pod({ serviceAccountName: 'default' }, mirror),
      'a mirror pod may not reference service accounts',
    ],
    [
      'a secret that a strict account does not list',
      pod({ serviceAccountName: 'strict', volumes: [{ name: 'v', secret: { secretName: 'yours' } }] }),
      'volume with secret.secretName="yours" is not allowed because service account strict does not reference that secret',
    ],
    [
      'a pull secret that a strict account does not list',
      pod({ serviceAccountName: 'strict', imagePullSecrets: [{ name: 'yours' }] }),
      'imagePullSecrets[0].name="yours" is not allowed because service account strict does not reference that imagePullSecret',
    ],
  ];
  it.each(cases)('for %s', (_name, given, why) => {
    expect(check(given)).toMatchObject({ code: 403, reason: 'Forbidden', message: `pods "p" is forbidden: ${why}` });
  });

  it('by their generateName, where they have no name yet', () => {
    const given = pod({ priorityClassName: 'x' });
    given.metadata = { generateName: 'gen-' };
    expect(check(given)).toMatchObject({ message: 'pods "gen-" is forbidden: no PriorityClass with name x was found' });
  });

  it('in a namespace that is missing or going away', () => {
    expect(check(pod(), context('none'))).toMatchObject({ code: 404, message: 'namespaces "none" not found' });
    expect(check(pod(), context('going'))).toMatchObject({
      code: 403,
      message: 'pods "p" is forbidden: unable to create new content in namespace going because it is being terminated',
      details: {
        causes: [{ reason: 'NamespaceTerminating', message: 'namespace going is being terminated', field: 'metadata.namespace' }],
      },
    });
  });

  it('but not updates, while the namespace goes away', () => {
    expect(() => ADMITTED.admitUpdate!(pod(), pod(), context('going'))).not.toThrow();
    expect(() => ADMITTED.admitUpdate!(pod(), pod(), context('none'))).toThrow('namespaces "none" not found');
  });
});
