/** Simulation rules, addresses, heartbeats, node lifecycle and taint eviction: the small pure decisions. */
import { describe, expect, test } from 'vitest';
import type { Node, Pod, Taint } from '../../src/core/kube/objects.ts';
import { formatDuration, parseDuration } from '../../src/core/node/duration.ts';
import { heartbeatPlan } from '../../src/core/node/heartbeat.ts';
import { nextPodAddress, nodeAddress, podCidr, podCidrIndex } from '../../src/core/node/ip.ts';
import { graceOf, nextPulse, silentConditions, wantedTaints } from '../../src/core/node/lifecycle.ts';
import { nodeObject } from '../../src/core/node/node-object.ts';
import { effectsFor, parseRules } from '../../src/core/node/simulation-rules.ts';
import { mirrorPod, mirrors, staticPod } from '../../src/core/node/static-pods.ts';
import { evictionTime } from '../../src/core/node/taint-eviction.ts';
import { ZoneLimiter, zoneRate } from '../../src/core/node/zone-limiter.ts';

const START = Date.UTC(2026, 0, 1);
const SUBJECT = {
  image: 'reg.example/agent:2',
  container: 'agent',
  namespace: 'monitoring',
  podLabels: { app: 'agent' },
  nodeLabels: { zone: 'a' },
};

describe('rules', () => {
  const check = (rules: unknown, expected: Record<string, unknown>) => {
    const read = parseRules(rules);
    if (!('rules' in read)) throw new Error(read.problems.join());
    expect(effectsFor(read.rules, SUBJECT)).toEqual(expected);
  };
  test('match by image, labels, namespace; the first to name an effect wins', () => {
    check(
      [
        { match: { image: 'other*' }, effects: { neverReady: true } },
        { match: { image: 'reg.example/agent:*', podLabels: { app: 'ag*' } }, effects: { startDelay: '1s-2s' } },
        { match: { namespace: 'monitoring', nodeLabels: { zone: 'b' } }, effects: { exitCode: 9 } },
        { effects: { startDelay: '9s', memory: '1Mi', log: 'hello' } },
      ],
      { startDelay: { from: 1000, to: 2000 }, memory: 1048576, log: ['hello'] },
    );
  });
  test.each<[unknown, string]>([
    ['x', 'rules.yaml: must be a list of rules'],
    [
      [{ name: 'slow', effects: { startDelay: 'soon' } }],
      'rule 0 (slow): effects.startDelay: "soon" is not a duration such as 2s, or a range such as 200ms-800ms',
    ],
    [[{ effects: {} }, { effects: { explode: 1 } }], 'rule 1: effects.explode: unknown effect'],
    [[{ effects: { exitCode: 300 } }], 'rule 0: effects.exitCode: 300 is not a number from 0 to 255'],
    [[{ match: { colour: 'red' }, effects: {} }], 'rule 0: match.colour: unknown field'],
    [[{ effects: { startDelay: '5s-1s' } }], 'effects.startDelay'],
  ])('%j is refused', (rules, problem) => {
    const read = parseRules(rules);
    expect('problems' in read ? read.problems.join() : '').toContain(problem);
  });
  test.each<[string, number | undefined]>([
    ['1m30s', 90_000],
    ['250ms', 250],
    ['1.5s', 1500],
    ['0', 0],
    ['5', undefined],
    ['', undefined],
  ])('duration %j', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
  test.each([
    [160_000, '2m40s'],
    [10_000, '10s'],
    [300_000, '5m0s'],
    [3_600_000, '1h0m0s'],
  ])('%d ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe('addresses', () => {
  test('10,000 nodes have ranges and addresses of their own', () => {
    const ranges = new Set<string>();
    const addresses = new Set<string>();
    for (let index = 0; index < 10_000; index++) {
      expect(podCidrIndex(podCidr(index))).toBe(index);
      ranges.add(podCidr(index));
      addresses.add(nodeAddress(index));
    }
    expect([ranges.size, addresses.size, podCidr(0), podCidr(256)]).toEqual([10_000, 10_000, '10.244.0.0/24', '10.245.0.0/24']);
  });
  test('a range gives 253 addresses and goes around', () => {
    const used = new Set<string>();
    let last = 1;
    for (let next = nextPodAddress('10.244.7.0/24', used, last); next; next = nextPodAddress('10.244.7.0/24', used, last)) {
      used.add(next.ip);
      last = next.host;
    }
    expect([used.size, [...used][0], used.has('10.244.7.255')]).toEqual([253, '10.244.7.2', false]);
    used.delete('10.244.7.9');
    expect(nextPodAddress('10.244.7.0/24', used, last)?.ip).toBe('10.244.7.9');
  });
});

describe('node lifecycle', () => {
  const fresh = () => nodeObject({ name: 'n' }, 0, START);
  const lease = (renewTime: string, leaseDurationSeconds = 40) => ({
    metadata: { name: 'n' },
    spec: { renewTime, leaseDurationSeconds },
  });

  test('a renewed lease is a sign of life, an unchanged one is none', () => {
    const first = nextPulse(undefined, fresh(), lease('a'), START);
    expect(nextPulse(first, fresh(), lease('a'), START + 5000).at).toBe(START);
    expect(nextPulse(first, fresh(), lease('b'), START + 5000).at).toBe(START + 5000);
  });
  test('the grace is 50 s, longer with a longer lease, 60 s for a node that never spoke', () => {
    expect(graceOf(fresh(), lease('a'))).toBe(50_000);
    expect(graceOf(fresh(), lease('a', 200))).toBe(250_000);
    expect(graceOf({ metadata: { name: 'n' } }, undefined)).toBe(60_000);
  });
  test('silence makes four conditions Unknown, once', () => {
    const node = fresh();
    const unknown = silentConditions(node, START + 60_000);
    expect(unknown?.map(({ type, status, reason }) => `${type}=${status}:${reason}`)).toEqual(
      ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => `${type}=Unknown:NodeStatusUnknown`),
    );
    expect(silentConditions({ ...node, status: { ...node.status, conditions: unknown ?? [] } }, START)).toBeUndefined();
    expect(silentConditions({ metadata: { name: 'n' } }, START)?.[0]?.message).toBe('Kubelet never posted node status.');
  });

  const CUSTOM: Taint = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' };
  test.each<[string, Partial<Record<string, string>>, boolean, Taint[], string | undefined, string[] | undefined]>([
    ['healthy', {}, false, [CUSTOM], undefined, undefined],
    ['cordoned', {}, true, [CUSTOM], undefined, ['dedicated:NoSchedule', 'node.kubernetes.io/unschedulable:NoSchedule']],
    ['not ready', { Ready: 'False' }, false, [], 'keep', ['node.kubernetes.io/not-ready:NoSchedule']],
    [
      'unreachable, its turn',
      { Ready: 'Unknown' },
      false,
      [],
      'node.kubernetes.io/unreachable',
      ['node.kubernetes.io/unreachable:NoSchedule', 'node.kubernetes.io/unreachable:NoExecute'],
    ],
    [
      'back',
      {},
      false,
      [{ key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }, CUSTOM],
      undefined,
      ['dedicated:NoSchedule'],
    ],
    [
      'under pressure',
      { MemoryPressure: 'True', NetworkUnavailable: 'True' },
      false,
      [],
      undefined,
      ['node.kubernetes.io/network-unavailable:NoSchedule', 'node.kubernetes.io/memory-pressure:NoSchedule'],
    ],
  ])('taints of a node that is %s', (_, statuses, unschedulable, taints, outage, expected) => {
    const node = fresh();
    const conditions = (node.status?.conditions ?? []).map((condition) => ({
      ...condition,
      status: (statuses[condition.type] ?? condition.status) as 'True',
    }));
    const subject: Node = { ...node, spec: { ...node.spec, taints, unschedulable }, status: { ...node.status, conditions } };
    const wanted = wantedTaints(subject, outage, START);
    expect(wanted?.map(({ key, effect }) => `${key}:${effect}`)).toEqual(expected);
    for (const taint of wanted ?? []) if (taint.key.startsWith('node.')) expect(taint.timeAdded).toBe('2026-01-01T00:00:00Z');
  });

  test.each([
    [{ ready: 9, notReady: 1 }, false, 0.1],
    [{ ready: 1, notReady: 2 }, false, 0.1],
    [{ ready: 2, notReady: 3 }, false, 0],
    [{ ready: 40, notReady: 60 }, false, 0.01],
    [{ ready: 0, notReady: 4 }, false, 0.1],
    [{ ready: 0, notReady: 4 }, true, 0],
  ])('zone %j (all disrupted: %s) taints %d nodes a second', (count, all, rate) => expect(zoneRate(count, all)).toBe(rate));

  test('a zone gives one taint each ten seconds', () => {
    const limiter = new ZoneLimiter();
    limiter.update(new Map([['z', { ready: 9, notReady: 2 }]]), START);
    const taken = Array.from({ length: 31 }, (_, second) => limiter.take('z', START + second * 1000));
    expect(taken.flatMap((took, second) => (took ? [second] : []))).toEqual([0, 10, 20, 30]);
  });
});

describe('taint eviction', () => {
  const OUTAGE: Taint[] = [
    { key: 'a', effect: 'NoExecute' },
    { key: 'b', effect: 'NoExecute' },
  ];
  test.each<[string, Pod['spec']['tolerations'], Taint[], number | 'now' | 'never']>([
    ['nothing tolerated', [], OUTAGE, 'now'],
    ['one of two tolerated', [{ key: 'a', operator: 'Exists' }], OUTAGE, 'now'],
    ['all, for ever', [{ operator: 'Exists' }], OUTAGE, 'never'],
    [
      'the smallest of those in use',
      [
        { key: 'a', operator: 'Exists', tolerationSeconds: 30 },
        { key: 'b', operator: 'Exists', tolerationSeconds: 20 },
        { key: 'c', operator: 'Exists', tolerationSeconds: 1 },
      ],
      OUTAGE,
      20_000,
    ],
    ['zero seconds', [{ operator: 'Exists', tolerationSeconds: 0 }], OUTAGE, 'now'],
    ['NoSchedule only', [], [{ key: 'a', effect: 'NoSchedule' }], 'never'],
  ])('%s', (_, tolerations, taints, expected) => {
    expect(evictionTime({ metadata: {}, spec: { containers: [], tolerations: tolerations ?? [] } }, taints, 0)).toBe(expected);
  });
});

describe('heartbeats and static pods', () => {
  test.each([
    [4, 10, 40],
    [1000, 10, 40],
    [5000, 50, 200],
    [10_000, 100, 400],
  ])('%d nodes renew each %d s for %d s', (nodes, renew, seconds) => {
    expect(heartbeatPlan(nodes)).toMatchObject({ renew: renew * 1000, leaseSeconds: seconds });
  });
  test('a mirror names its node and its manifest', () => {
    const node = { ...nodeObject({ name: 'cp-1' }, 0, START) };
    const pod = staticPod(
      { metadata: { name: 'etcd', namespace: 'kube-system' }, spec: { containers: [{ name: 'etcd' }] } },
      'cp-1',
      START,
    );
    const mirror = mirrorPod(pod, node);
    expect(mirror.metadata).toMatchObject({ name: 'etcd-cp-1', ownerReferences: [{ kind: 'Node', name: 'cp-1' }] });
    expect(Object.keys(mirror.metadata.annotations ?? {}).sort()).toEqual(
      ['hash', 'mirror', 'seen', 'source'].map((key) => `kubernetes.io/config.${key}`),
    );
    expect(mirrors(mirror, pod)).toBe(true);
    const other = staticPod(
      { metadata: { name: 'etcd', namespace: 'kube-system' }, spec: { containers: [{ name: 'etcd', image: 'x' }] } },
      'cp-1',
      START,
    );
    expect(mirrors(mirror, other)).toBe(false);
  });
});
