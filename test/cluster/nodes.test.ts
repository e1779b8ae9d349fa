/** Simulated nodes against the real API server. */
import { afterEach, describe, expect, test } from 'vitest';
import type { KubeObject, Pod } from '../../src/core/kube/objects.ts';
import { isReady } from '../../src/core/kube/pod-state.ts';
import { CONFIGMAPS, LEASES, NAMESPACES, NODES, PODS } from '../../src/core/kube/resource.ts';
import { PROFILES } from '../../src/core/profile.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

let world: World;
const open = async (options: WorldOptions = {}) => {
  world = await openWorld(options);
  return world;
};
afterEach(() => world.close());

/** Phase, readiness, restarts and the container's state of a pod in one line; `gone` where there is none. */
async function check(name: string, expected: string, namespace = 'default'): Promise<void> {
  const pod = await world.pod(name, namespace);
  expect(pod ? line(pod) : 'gone').toBe(expected);
}

function line(pod: Pod): string {
  const { phase, reason, containerStatuses = [] } = pod.status ?? {};
  const states = containerStatuses.map(
    ({ state, restartCount }) => `${state?.waiting?.reason ?? state?.terminated?.reason ?? 'running'}/${restartCount}`,
  );
  return [phase, isReady(pod) ? 'ready' : undefined, reason, ...states].filter(Boolean).join(' ');
}

const merge = (body: unknown) => ({ type: 'application/merge-patch+json', body }) as const;
const power = (value: string | null) =>
  world.api.patch(NODES, { name: 'a' }, merge({ metadata: { annotations: { 'everynode.dev/power': value } } }));

async function rules(text: string): Promise<void> {
  const metadata = { name: 'simulation', namespace: 'everynode-system' };
  await world.api
    .create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'everynode-system' } })
    .catch(() => {});
  const object: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'rules.yaml': text } };
  await world.api.create(CONFIGMAPS, object).catch(() => world.api.update(CONFIGMAPS, object));
  await world.clock.advance(0);
}

describe('a node', () => {
  test('joins with labels, addresses, capacity, conditions and a lease it renews', async () => {
    const { clock, api, node } = await open({ nodes: ['a', 'b'] });
    const [a, b] = [await node('a'), await node('b')];
    expect(a.metadata.labels).toMatchObject({
      'kubernetes.io/hostname': 'a',
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
    });
    expect([a.spec?.podCIDR, b.spec?.podCIDR]).toEqual(['10.244.0.0/24', '10.244.1.0/24']);
    expect(a.status?.nodeInfo?.kubeletVersion).toBe('v1.36.0');
    expect(a.status?.conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual([
      'NetworkUnavailable=False',
      'MemoryPressure=False',
      'DiskPressure=False',
      'PIDPressure=False',
      'Ready=True',
    ]);
    const renewed = async () =>
      ((await api.get(LEASES, { namespace: 'kube-node-lease', name: 'a' })).spec as { renewTime: string }).renewTime;
    const first = await renewed();
    await clock.advance(20_000);
    expect(await renewed()).not.toBe(first);
  });

  test('made by hand with the annotation is filled in; without it stays inert', async () => {
    const { api, clock, node, make } = await open();
    await api.create(NODES, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'h', annotations: { 'everynode.dev/simulated': 'true' } },
    });
    await api.create(NODES, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'inert' } });
    await make('p', { node: 'h' });
    await make('q', { node: 'inert' });
    await clock.advance(2000);
    const h = await node('h');
    expect([
      h.spec?.podCIDR,
      h.status?.capacity?.cpu,
      h.status?.conditions?.find(({ type }) => type === 'Ready')?.status,
    ]).toEqual(['10.244.1.0/24', '4', 'True']);
    await check('p', 'Running ready running/0');
    await check('q', 'Pending');
  });
});

describe('a pod', () => {
  test('runs, is shown completely, and goes in its grace', async () => {
    const { clock, api, make, pod, events } = await open();
    await make('p');
    await clock.advance(0);
    await check('p', 'Pending ContainerCreating/0');
    await clock.advance(1000);
    await check('p', 'Running ready running/0');
    const status = (await pod('p'))?.status;
    expect(status).toMatchObject({ podIP: '10.244.0.2', hostIP: '10.0.0.3', qosClass: 'BestEffort' });
    expect(status?.containerStatuses?.[0]).toMatchObject({
      containerID: expect.stringMatching(/^containerd:\/\/[0-9a-f]{64}$/),
      imageID: expect.stringMatching(/^reg\.example\/c@sha256:/),
      started: true,
    });
    expect((await events('p')).map((text) => text.split(':')[0])).toEqual(['Pulling', 'Pulled', 'Created', 'Started']);
    await api.delete(PODS, { namespace: 'default', name: 'p' });
    await clock.advance(10);
    expect((await pod('p'))?.metadata.deletionGracePeriodSeconds).toBe(30);
    await clock.advance(1000);
    await check('p', 'gone');
  });

  test('gets addresses of its own; a host network pod its node’s', async () => {
    const { clock, make, pod } = await open();
    await make('p');
    await make('q');
    await make('h', { spec: { hostNetwork: true } });
    await clock.advance(1000);
    expect([await pod('p'), await pod('q'), await pod('h')].map((one) => one?.status?.podIP)).toEqual([
      '10.244.0.2',
      '10.244.0.3',
      '10.0.0.3',
    ]);
  });

  test('is refused for good where it does not fit', async () => {
    const { clock, make, pod } = await open();
    await make('p', { container: { resources: { requests: { cpu: '5' } } } });
    await clock.advance(1000);
    await check('p', 'Failed OutOfcpu');
    expect((await pod('p'))?.status?.message).toBe(
      "Pod was rejected: Node didn't have enough resource: cpu, requested: 5000, used: 0, capacity: 4000",
    );
  });

  test('goes on where it was when the simulation restarts before its containers have started', async () => {
    const { clock, make, restart } = await open();
    await make('plain');
    await make('init', { spec: { initContainers: [{ name: 'i', image: 'reg.example/i:1' }] } });
    await make('unlucky', { container: { image: 'reg.example/none:1' } });
    await rules('[{match: {image: "*none*"}, effects: {pullError: "no such image"}}]');
    await clock.advance(100);
    await check('plain', 'Pending ContainerCreating/0');
    await check('init', 'Pending PodInitializing/0');
    await restart();
    await rules('[]');
    await clock.advance(60_000);
    await check('plain', 'Running ready running/0');
    await check('init', 'Running ready running/0');
    await check('unlucky', 'Running ready running/0');
  });

  test('survives a restart of the simulation without restarting', async () => {
    const { clock, api, make, pod, restart } = await open();
    await make('p');
    await clock.advance(5000);
    const before = await pod('p');
    await restart();
    await clock.advance(60_000);
    expect((await pod('p'))?.metadata.resourceVersion).toBe(before?.metadata.resourceVersion);
    await make('q');
    await clock.advance(2000);
    expect((await pod('q'))?.status?.podIP).toBe('10.244.0.3');
    await api.delete(PODS, { namespace: 'default', name: 'p' });
    await clock.advance(2000);
    await check('p', 'gone');
  });
});

describe('a full node', () => {
  const big = { resources: { requests: { cpu: '3' } } };
  const daemon = { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'd', uid: 'd', controller: true }] };

  test('by the handbook: the daemon pod starts, others go', async () => {
    const { clock, make, pod } = await open();
    await make('best-effort');
    await make('burstable', { container: big });
    await clock.advance(2000);
    await make('agent', { container: big, metadata: daemon });
    await clock.advance(2000);
    await check('agent', 'Running ready running/0');
    await check('burstable', 'Failed Evicted Error/0');
    expect((await pod('burstable'))?.status?.conditions?.[0]).toMatchObject({
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'TerminationByKubelet',
    });
  });

  test('as upstream: refused, unless critical', async () => {
    const { clock, make } = await open({ settings: PROFILES.kubernetes });
    await make('burstable', { container: big });
    await clock.advance(2000);
    await make('agent', { container: big, metadata: daemon });
    await make('critical', { container: big, metadata: daemon, spec: { priorityClassName: 'system-node-critical' } });
    await clock.advance(2000);
    await check('agent', 'Failed OutOfcpu');
    await check('critical', 'Running ready running/0');
    await check('burstable', 'Failed Preempting Error/0');
  });
});

describe('rules', () => {
  test('are followed live; a bad edit keeps the old ones and says so', async () => {
    const { clock, make, events } = await open();
    await rules('- match: {image: "reg.example/*"}\n  effects: {startDelay: 1s, crashAfter: 2s, exitCode: 7}\n');
    await make('p');
    await clock.advance(3500);
    await check('p', 'Running Error/0');
    await clock.advance(3000);
    await check('p', 'Running CrashLoopBackOff/1');
    await rules('- effects: {startDelay: soon}\n');
    expect(await events('simulation')).toEqual([expect.stringContaining('rule 0: effects.startDelay: "soon" is not a duration')]);
    await clock.advance(9000);
    await rules('[]');
    await clock.advance(60_000);
    await check('p', 'Running ready running/2');
  });

  test('memory growth brings pressure, and pressure evicts', async () => {
    const { clock, make, node } = await open();
    await rules('- match: {podLabels: {hungry: "yes"}}\n  effects: {memory: 1Gi, memoryGrowth: 100Mi}\n');
    await make('p', { metadata: { labels: { hungry: 'yes' } } });
    await make('q');
    await clock.advance(200_000);
    await check('p', 'Failed Evicted Error/0');
    await check('q', 'Running ready running/0');
    const pressure = async () => (await node('a')).status?.conditions?.find(({ type }) => type === 'MemoryPressure')?.status;
    expect(await pressure()).toBe('True');
    await clock.advance(320_000);
    expect(await pressure()).toBe('False');
  });
});

describe('power', () => {
  test('off: silent, pods linger; on: it catches up', async () => {
    const { clock, api, make, pod } = await open();
    await make('p');
    await clock.advance(2000);
    await power('off');
    await clock.advance(0);
    await api.delete(PODS, { namespace: 'default', name: 'p' });
    await make('q');
    await clock.advance(300_000);
    expect((await pod('p'))?.metadata.deletionTimestamp).toBeDefined();
    await check('q', 'Pending');
    await power(null);
    await clock.advance(2000);
    await check('p', 'gone');
    await check('q', 'Running ready running/0');
  });
});

describe('static pods', () => {
  const manifest = {
    metadata: { name: 'etcd', namespace: 'kube-system' },
    spec: { containers: [{ name: 'etcd', image: 'etcd:3' }] },
  };
  test('are mirrored, and mirrored again when the mirror is deleted; the pod itself does not restart', async () => {
    const { clock, api, pod } = await open({ staticPods: () => [manifest] });
    await api.create(
      { group: '', version: 'v1', resource: 'serviceaccounts' },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'kube-system' } },
    );
    await clock.advance(5000);
    await check('etcd-a', 'Running ready running/0', 'kube-system');
    const before = await pod('etcd-a', 'kube-system');
    expect(before?.metadata.ownerReferences?.[0]).toMatchObject({ kind: 'Node', name: 'a' });
    await api.delete(PODS, { namespace: 'kube-system', name: 'etcd-a' });
    await clock.advance(5000);
    const after = await pod('etcd-a', 'kube-system');
    expect(after?.metadata.uid).not.toBe(before?.metadata.uid);
    expect(after?.status?.containerStatuses).toEqual(before?.status?.containerStatuses);
  });
});

describe('logs', () => {
  test('tell of starts and crashes', async () => {
    const { clock, make, nodes } = await open();
    await rules('- effects: {startDelay: 0, crashAfter: 2s, log: hello}\n');
    await make('p');
    await clock.advance(4000);
    const ask = { namespace: 'default', pod: 'p', previous: false, follow: false, timestamps: false };
    expect((await nodes.logs({ ...ask, previous: true })).body).toBe(
      'started reg.example/c:1\nhello\nready\nexited with code 1 (Error)\n',
    );
    await expect(nodes.logs({ ...ask, pod: 'x' })).rejects.toThrow('pods "x" not found');
  });
});
