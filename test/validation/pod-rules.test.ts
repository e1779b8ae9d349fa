/** Rules of pods that the recordings do not reach: each line is a spec and the causes upstream gives. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultPod } from '../../src/core/api/defaults/pod.ts';
import { decodeTyped } from '../../src/core/api/schema/decode.ts';
import { validatePodCreate } from '../../src/core/api/validation/pod.ts';
import { validatePodUpdate } from '../../src/core/api/validation/pod-update.ts';
import type { Pod } from '../../src/core/kube/objects.ts';

function podOf(spec: object, metadata: object = {}): Pod {
  const containers = [{ name: 'c', image: 'i:1' }];
  const body = {
    metadata: { name: 'p', namespace: 'n', uid: 'u', ...metadata },
    spec: { serviceAccountName: 'default', containers, ...spec },
  };
  const pod = decodeTyped(body, 'io.k8s.api.core.v1.Pod').object as Pod;
  defaultPod(pod);
  return pod;
}

const shown = (causes: readonly { field: string; message: string }[]) =>
  causes.map(({ field, message }) => `${field}: ${message}`);

function check(spec: object, expected: readonly string[]): void {
  expect(shown(validatePodCreate(podOf(spec)))).toEqual(expected);
}

const container = (more: object) => ({ containers: [{ name: 'c', image: 'i:1', ...more }] });
const volumes = (...list: object[]) => ({ volumes: list.map((source, i) => ({ name: `v${i}`, ...source })) });

test.each<[name: string, spec: object, expected: string[]]>([
  ['plain', {}, []],
  [
    'padded image',
    container({ image: ' i:1' }),
    ['spec.containers[0].image: Invalid value: " i:1": must not have leading or trailing whitespace'],
  ],
  [
    'same name in init containers',
    { initContainers: [{ name: 'c', image: 'i' }] },
    ['spec.initContainers[0].name: Duplicate value: "c"'],
  ],
  [
    'host port on the host network',
    { hostNetwork: true, ...container({ ports: [{ containerPort: 1, hostPort: 2 }] }) },
    ['spec.containers[0].ports[0].hostPort: Invalid value: 2: must match `containerPort` when `hostNetwork` is true'],
  ],
  [
    'host port twice',
    {
      containers: [
        { name: 'a', image: 'i', ports: [{ containerPort: 1, hostPort: 9 }] },
        { name: 'b', image: 'i', ports: [{ containerPort: 2, hostPort: 9 }] },
      ],
    },
    ['spec.containers[1].ports[0].hostPort: Duplicate value: "TCP//9"'],
  ],
  [
    'privileged without escalation',
    container({ securityContext: { privileged: true, allowPrivilegeEscalation: false } }),
    [
      'spec.containers[0].securityContext: Invalid value: {"Capabilities":null,"Privileged":true,"SELinuxOptions":null,"WindowsOptions":null,"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":null,"AppArmorProfile":null}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
    ],
  ],
  [
    'huge pages alone',
    container({ resources: { limits: { 'hugepages-2Mi': '3Mi' } } }),
    [
      'spec.containers[0].resources.limits[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi',
      'spec.containers[0].resources.requests[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi',
      'spec.containers[0].resources: Forbidden: HugePages require cpu or memory',
    ],
  ],
  [
    'unknown resource',
    container({ resources: { requests: { gpu: '1' } } }),
    [
      'spec.containers[0].resources.requests[gpu]: Invalid value: "gpu": must be a standard resource type or fully qualified',
      'spec.containers[0].resources.requests[gpu]: Invalid value: "gpu": must be a standard resource for containers',
    ],
  ],
  [
    'extended request without limit',
    container({ resources: { requests: { 'a.b/c': '1' } } }),
    ['spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources'],
  ],
  [
    'hostPath type',
    volumes({ hostPath: { path: '/a', type: 'Dir' } }),
    [
      'spec.volumes[0].hostPath.type: Unsupported value: "Dir": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
    ],
  ],
  [
    'hostPath backstep',
    volumes({ hostPath: { path: '/a/../b' } }),
    ['spec.volumes[0].hostPath.path: Invalid value: "/a/../b": must not contain \'..\''],
  ],
  [
    'file mode',
    volumes({ configMap: { name: 'c', defaultMode: 512 } }),
    ['spec.volumes[0].configMap.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive'],
  ],
  [
    'token lifetime',
    volumes({ projected: { sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 60 } }] } }),
    [
      'spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes',
    ],
  ],
  [
    'nfs',
    volumes({ nfs: { server: 's', path: 'p' } }),
    ['spec.volumes[0].nfs.path: Invalid value: "p": must be an absolute path'],
  ],
  [
    'csi',
    volumes({ csi: { driver: '' } }),
    [
      'spec.volumes[0].csi.driver: Required value',
      "spec.volumes[0].csi.driver: Invalid value: \"\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ],
  ],
  [
    'field path',
    container({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.nope' } } }] }),
    [
      'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.nope": error converting fieldPath: field label not supported: spec.nope',
    ],
  ],
  [
    'field path of a volume only',
    container({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.labels' } } }] }),
    [
      'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "metadata.labels": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
    ],
  ],
  [
    'divisor',
    container({ env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '2' } } }] }),
    [
      'spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor\'s values 1m and 1 are supported with the cpu resource',
    ],
  ],
  [
    'dnsPolicy None',
    { dnsPolicy: 'None' },
    ['spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None'],
  ],
  [
    'host alias',
    { hostAliases: [{ ip: 'x', hostnames: ['a'] }] },
    ['spec.hostAliases[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
  ],
  [
    'empty key',
    { tolerations: [{ key: '', operator: 'Equal' }] },
    [
      'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
    ],
  ],
  ['os', { os: { name: 'solaris' } }, ['spec.os: Unsupported value: "solaris": supported values: "linux", "windows"']],
  [
    'windows',
    { os: { name: 'windows' }, hostPID: true, securityContext: { runAsUser: 1 } },
    [
      'spec.hostPID: Forbidden: cannot be set for a windows pod',
      'spec.securityContext.runAsUser: Forbidden: cannot be set for a windows pod',
    ],
  ],
  [
    'host process',
    { securityContext: { windowsOptions: { hostProcess: true } } },
    ['spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers'],
  ],
  [
    'seccomp',
    { securityContext: { seccompProfile: { type: 'Localhost' } } },
    ['spec.securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost'],
  ],
  [
    'sysctl of the host',
    { hostNetwork: true, securityContext: { sysctls: [{ name: 'net.a', value: '1' }] } },
    ['spec.securityContext.sysctls[0].name: Invalid value: "net.a": may not be specified when \'hostNetwork\' is true'],
  ],
  [
    'claims',
    container({ resources: { claims: [{ name: 'x' }] } }),
    [
      'spec.containers[0].resources.claims[0]: Not found: "x": must be one of the names in pod.spec.resourceClaims which is empty',
    ],
  ],
  [
    'claim without source',
    { resourceClaims: [{ name: 'x' }] },
    [
      'spec.resourceClaims[0]: Invalid value: {"Name":"x","ResourceClaimName":null,"ResourceClaimTemplateName":null}: must specify one of: `resourceClaimName`, `resourceClaimTemplateName`',
    ],
  ],
  [
    'spread twice',
    {
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'z', whenUnsatisfiable: 'DoNotSchedule', labelSelector: {} },
        { maxSkew: 2, topologyKey: 'z', whenUnsatisfiable: 'DoNotSchedule', labelSelector: {} },
      ],
    },
    ['spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{z, DoNotSchedule}"'],
  ],
])('%s', (_name, spec, expected) => check(spec, expected));

function update(before: object, after: object): string[] {
  return shown(validatePodUpdate(podOf(after), podOf(before)));
}

test.each<[name: string, before: object, after: object, expected: RegExp | undefined]>([
  ['image', {}, container({ image: 'i:2' }), undefined],
  ['deadline set', {}, { activeDeadlineSeconds: 5 }, undefined],
  [
    'deadline taken away',
    { activeDeadlineSeconds: 5 },
    {},
    /^spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value$/,
  ],
  ['toleration added', {}, { tolerations: [{ operator: 'Exists' }] }, undefined],
  [
    'toleration removed',
    { tolerations: [{ operator: 'Exists' }] },
    {},
    /^spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds$/,
  ],
  [
    'container added',
    {},
    {
      containers: [
        { name: 'c', image: 'i:1' },
        { name: 'd', image: 'i:1' },
      ],
    },
    /^spec.containers: Forbidden: pod updates may not add or remove containers$/,
  ],
  [
    'args',
    {},
    container({ args: ['x'] }),
    /^spec: Forbidden: pod updates may not change fields other than `spec.containers\[\*\].image`,.*\n@@ -1/,
  ],
  [
    'gate added',
    {},
    { schedulingGates: [{ name: 'a.b/c' }] },
    /^spec.schedulingGates\[0\].name: Forbidden: only deletion is allowed, but found new scheduling gate 'a.b\/c'$/,
  ],
  [
    'selector while gated',
    { schedulingGates: [{ name: 'a' }] },
    { schedulingGates: [{ name: 'a' }], nodeSelector: { x: 'y' } },
    undefined,
  ],
  [
    'selector changed while gated',
    { schedulingGates: [{ name: 'a' }], nodeSelector: { x: 'y' } },
    { schedulingGates: [{ name: 'a' }], nodeSelector: { x: 'z' } },
    /^spec.nodeSelector: Invalid value: \{"x":"z"\}: only additions/,
  ],
])('update: %s', (_name, before, after, expected) => {
  const causes = update(before, after);
  if (!expected) expect(causes).toEqual([]);
  else {
    expect(causes).toHaveLength(1);
    expect(causes[0]).toMatch(expected);
  }
});

test('whatever is in a spec, checking answers causes and changes nothing', () => {
  const text = fc.oneof(fc.constantFrom('', 'a', 'A b', '..', '1', 'x.y/z'), fc.string({ maxLength: 5 }));
  const spec = fc.record(
    {
      nodeName: text,
      restartPolicy: text,
      hostNetwork: fc.boolean(),
      hostname: text,
      tolerations: fc.array(fc.record({ key: text, operator: text, value: text, effect: text }, { requiredKeys: [] }), {
        maxLength: 2,
      }),
      volumes: fc.array(
        fc.record({ name: text, hostPath: fc.record({ path: text }), emptyDir: fc.constant({}) }, { requiredKeys: [] }),
        { maxLength: 2 },
      ),
      containers: fc.array(
        fc.record(
          { name: text, image: text, ports: fc.array(fc.record({ containerPort: fc.integer({ min: -1, max: 70000 }) })) },
          { requiredKeys: [] },
        ),
        { maxLength: 2 },
      ),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(spec, (one) => {
      const pod = podOf(one);
      const text = JSON.stringify(pod);
      for (const cause of validatePodCreate(pod)) expect(cause.field).toMatch(/^(spec|metadata)/);
      expect(JSON.stringify(pod)).toBe(text);
    }),
    { verbose: 1 },
  );
});
