/** What a simulated node admits, refuses, and whom it makes leave. */
import { describe, expect, test } from 'vitest';
import type { Node, Pod, Taint } from '../../src/core/kube/objects.ts';
import { type AdmissionScene, type Pressure, refusal } from '../../src/core/node/admission.ts';
import { listAmounts } from '../../src/core/node/amount.ts';
import { nextPressure, nextVictim } from '../../src/core/node/eviction.ts';
import { preempt, yieldTo } from '../../src/core/node/make-room.ts';
import { type Tenant, tenantOf } from '../../src/core/node/tenant.ts';

interface Given {
  cpu?: string;
  memory?: string;
  limits?: boolean;
  priority?: number;
  hostPort?: number;
  hostIP?: string;
  protocol?: 'TCP' | 'UDP';
  os?: string;
  selector?: Record<string, string>;
  node?: string;
  extended?: string;
  tolerations?: Pod['spec']['tolerations'];
  daemon?: boolean;
}

let made = 0;
function pod(given: Given = {}): Pod {
  const name = `pod-${made++}`;
  const requests: Record<string, string> = {};
  if (given.cpu) requests.cpu = given.cpu;
  if (given.memory) requests.memory = given.memory;
  if (given.extended) requests[given.extended] = '1';
  const port = given.hostPort
    ? {
        ports: [
          {
            containerPort: 80,
            hostPort: given.hostPort,
            ...(given.hostIP ? { hostIP: given.hostIP } : {}),
            ...(given.protocol ? { protocol: given.protocol } : {}),
          },
        ],
      }
    : {};
  return {
    metadata: {
      name,
      namespace: 'default',
      uid: name,
      ...(given.daemon
        ? { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'd', uid: 'd', controller: true }] }
        : {}),
    },
    spec: {
      nodeName: given.node ?? 'n',
      containers: [{ name: 'c', image: 'i', resources: { requests, ...(given.limits ? { limits: requests } : {}) }, ...port }],
      ...(given.priority === undefined ? {} : { priority: given.priority }),
      ...(given.os ? { os: { name: given.os } } : {}),
      ...(given.selector ? { nodeSelector: given.selector } : {}),
      ...(given.tolerations ? { tolerations: given.tolerations } : {}),
    },
  };
}

function scene(options: { taints?: Taint[]; tenants?: Given[]; pressures?: Pressure[] } = {}): AdmissionScene {
  const node: Node = {
    metadata: { name: 'n', labels: { 'kubernetes.io/os': 'linux', disk: 'ssd' } },
    spec: { taints: options.taints ?? [] },
  };
  const allocatable = listAmounts({ cpu: '120m', memory: '1Gi', pods: '3' });
  return {
    node,
    allocatable,
    tenants: (options.tenants ?? []).map((given) => tenantOf(pod(given))),
    pressures: new Set(options.pressures ?? []),
  };
}

const NO_EXECUTE: Taint[] = [{ key: 'k', effect: 'NoExecute' }];

function check(given: Given, where: Parameters<typeof scene>[0], reason: string | undefined, message?: string): void {
  const subject = pod(given);
  const refused = refusal(subject, tenantOf(subject), scene(where));
  expect(refused?.reason).toBe(reason);
  if (message !== undefined) expect(refused?.message).toBe(message);
}

describe('admission', () => {
  test.each<[string, Given, Parameters<typeof scene>[0], string | undefined, string?]>([
    ['a pod that fits', { cpu: '100m' }, {}, undefined],
    [
      'too little cpu',
      { cpu: '100m' },
      { tenants: [{ cpu: '50m' }] },
      'OutOfcpu',
      "Node didn't have enough resource: cpu, requested: 100, used: 50, capacity: 120",
    ],
    [
      'too little memory',
      { memory: '2Gi' },
      {},
      'OutOfmemory',
      "Node didn't have enough resource: memory, requested: 2147483648, used: 0, capacity: 1073741824",
    ],
    [
      'too many pods',
      {},
      { tenants: [{}, {}, {}] },
      'OutOfpods',
      "Node didn't have enough resource: pods, requested: 1, used: 3, capacity: 3",
    ],
    ['pods before cpu', { cpu: '1' }, { tenants: [{}, {}, {}] }, 'OutOfpods'],
    ['an extended resource the node does not list', { extended: 'example.com/gpu' }, {}, undefined],
    [
      'an operating system by selector',
      { selector: { 'kubernetes.io/os': 'windows' } },
      {},
      'PodOSSelectorNodeLabelDoesNotMatch',
    ],
    [
      'an operating system by field',
      { os: 'windows' },
      {},
      'PodOSNotSupported',
      "Failed to admit pod as the OS field doesn't match node OS",
    ],
    [
      'a selector',
      { selector: { disk: 'hdd' } },
      {},
      'NodeAffinity',
      "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    ],
    ['another node', { node: 'm' }, {}, 'NodeName', "Predicate NodeName failed: node(s) didn't match the requested node name"],
    [
      'a host port in use',
      { hostPort: 80 },
      { tenants: [{ hostPort: 80 }] },
      'NodePorts',
      "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    ],
    ['a host port of another protocol', { hostPort: 80, protocol: 'UDP' }, { tenants: [{ hostPort: 80 }] }, undefined],
    [
      'a host port on all addresses',
      { hostPort: 80, hostIP: '10.0.0.1' },
      { tenants: [{ hostPort: 80, hostIP: '0.0.0.0' }] },
      'NodePorts',
    ],
    [
      'a host port on another address',
      { hostPort: 80, hostIP: '10.0.0.1' },
      { tenants: [{ hostPort: 80, hostIP: '10.0.0.2' }] },
      undefined,
    ],
    [
      'NoExecute',
      {},
      { taints: NO_EXECUTE },
      'TaintToleration',
      "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate",
    ],
    ['NoExecute tolerated', { tolerations: [{ operator: 'Exists' }] }, { taints: NO_EXECUTE }, undefined],
    ['NoSchedule is none of its business', {}, { taints: [{ key: 'k', effect: 'NoSchedule' }] }, undefined],
    [
      'BestEffort under memory pressure',
      {},
      { pressures: ['MemoryPressure'] },
      'Evicted',
      'The node had condition: [MemoryPressure]. ',
    ],
    ['Burstable under memory pressure', { cpu: '1m' }, { pressures: ['MemoryPressure'] }, undefined],
    [
      'BestEffort that tolerates it',
      { tolerations: [{ key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' }] },
      { pressures: ['MemoryPressure'] },
      undefined,
    ],
    [
      'disk pressure, tolerated or not',
      { cpu: '1m', tolerations: [{ operator: 'Exists' }] },
      { pressures: ['DiskPressure'] },
      'Evicted',
      'The node had condition: [DiskPressure]. ',
    ],
    ['critical under disk pressure', { priority: 2_000_001_000 }, { pressures: ['DiskPressure'] }, undefined],
  ])('%s', (_, given, where, reason, message) => check(given, where, reason, message));

  test('a shortage beside another failure is not to be cured by preemption', () => {
    const subject = pod({ cpu: '1', hostPort: 80, priority: 2_000_001_000 });
    const refused = refusal(subject, tenantOf(subject), scene({ tenants: [{ hostPort: 80 }] }));
    expect(refused).toMatchObject({ reason: 'OutOfcpu' });
    expect(refused?.shortages).toBeUndefined();
  });
});

const short = (requested: number, used: number, capacity: number) => [{ resource: 'cpu', requested, used, capacity }];
const named = (tenants: readonly Tenant[] | undefined, all: readonly Tenant[]) => tenants?.map((tenant) => all.indexOf(tenant));

describe('making room', () => {
  test.each<[string, Given[], number, number[]]>([
    [
      'BestEffort, then Burstable, then Guaranteed',
      [{ cpu: '10m', memory: '1Mi', limits: true }, { cpu: '10m' }, {}],
      20,
      [2, 1, 0],
    ],
    ['no more than needed', [{ cpu: '10m', memory: '1Mi', limits: true }, { cpu: '10m' }, {}], 10, [2, 1]],
    [
      'lower priority first within a class',
      [
        { cpu: '10m', priority: 5 },
        { cpu: '10m', priority: 1 },
      ],
      10,
      [1],
    ],
    ['the larger first at equal priority', [{ cpu: '10m' }, { cpu: '30m' }], 10, [1]],
    [
      'never system-node-critical, never another daemon pod',
      [{ cpu: '90m', priority: 2_000_001_000 }, { cpu: '90m', daemon: true }, { cpu: '10m' }],
      90,
      [2],
    ],
  ])('the handbook: %s', (_, givens, need, victims) => {
    const tenants = givens.map((given) => tenantOf(pod(given)));
    expect(named(yieldTo(tenants, short(need, 100, 100)), tenants)).toEqual(victims);
  });

  test.each<[string, Given[], number, number[] | undefined]>([
    ['Burstable spares Guaranteed', [{ cpu: '50m', memory: '1Mi', limits: true }, { cpu: '50m' }], 50, [1]],
    ['the best fit', [{ cpu: '50m' }, { cpu: '20m' }, { cpu: '30m' }], 20, [1]],
    ['nobody of its own rank', [{ cpu: '50m', priority: 2_000_001_000 }], 50, undefined],
    ['not enough in all', [{ cpu: '10m' }], 50, undefined],
  ])('a critical pod: %s', (_, givens, need, victims) => {
    const tenants = givens.map((given) => tenantOf(pod(given)));
    const critical = tenantOf(pod({ cpu: `${need}m`, priority: 2_000_001_000 }));
    expect(named(preempt(critical, tenants, short(need, 100, 100)), tenants)).toEqual(victims);
  });
});

describe('pressure', () => {
  test.each<[string, (Given & { used: number })[], Pressure, number]>([
    [
      'over its request before lower priority',
      [
        { memory: '1Ki', used: 10, priority: 0 },
        { memory: '1Ki', used: 2000, priority: 9 },
      ],
      'MemoryPressure',
      1,
    ],
    [
      'lower priority before larger excess',
      [
        { used: 900, priority: 9 },
        { used: 5, priority: 1 },
      ],
      'MemoryPressure',
      1,
    ],
    ['larger excess last', [{ used: 5 }, { used: 900 }], 'MemoryPressure', 1],
    ['critical never', [{ used: 5 }, { used: 900, priority: 2_000_000_000 }], 'MemoryPressure', 0],
    ['processes', [{ used: 5 }, { used: 9 }], 'PIDPressure', 1],
  ])('%s', (_, givens, pressure, victim) => {
    const usages = givens.map((given) => ({ tenant: tenantOf(pod(given)), used: given.used }));
    const found = nextVictim(usages, pressure);
    expect(usages.findIndex(({ tenant }) => tenant === found?.tenant)).toBe(victim);
  });

  test('a condition outlives its cause by five minutes', () => {
    const seen = nextPressure({}, new Set<Pressure>(['DiskPressure']), 1000);
    expect(Object.keys(nextPressure(seen, new Set(), 300_999))).toEqual(['DiskPressure']);
    expect(Object.keys(nextPressure(seen, new Set(), 301_000))).toEqual([]);
  });
});
