/** The small controllers against the real API server. */
import { afterEach, describe, expect, test } from 'vitest';
import type { KubeObject, OwnerReference } from '../../src/core/kube/objects.ts';
import { conditionOf, isReady } from '../../src/core/kube/pod-state.ts';
import { CONFIGMAPS, NAMESPACES, NODES, PODS, type ResourceRef, SERVICEACCOUNTS } from '../../src/core/kube/resource.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

let world: World;
const open = async (options: WorldOptions = {}) => {
  world = await openWorld(options);
  return world;
};
afterEach(() => world.close());

const merge = (body: unknown) => ({ type: 'application/merge-patch+json', body }) as const;
const find = (ref: ResourceRef, name: string, namespace?: string): Promise<KubeObject | undefined> =>
  world.api.get(ref, { namespace, name }).catch(() => undefined);

async function map(name: string, more: Partial<KubeObject['metadata']> = {}): Promise<KubeObject> {
  return world.api.create(CONFIGMAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', ...more } });
}

const owner = ({ metadata }: KubeObject, more: Partial<OwnerReference> = {}): OwnerReference => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: metadata.name ?? '',
  uid: metadata.uid ?? '',
  ...more,
});

/** Which of the named ConfigMaps are there. */
async function check(names: string[], present: string[]): Promise<void> {
  const found = await Promise.all(names.map(async (name) => ((await find(CONFIGMAPS, name, 'default')) ? [name] : [])));
  expect(found.flat()).toEqual(present);
}

describe('garbagecollector', () => {
  const options = { controllers: ['garbagecollector'], nodes: [] };

  test('background: a chain goes with its head', async () => {
    const { api, clock } = await open(options);
    const head = await map('head');
    const mid = await map('mid', { ownerReferences: [owner(head)] });
    await map('leaf', { ownerReferences: [owner(mid)] });
    await clock.advance(1000);
    await check(['head', 'mid', 'leaf'], ['head', 'mid', 'leaf']);
    await api.delete(CONFIGMAPS, { namespace: 'default', name: 'head' });
    await clock.advance(1000);
    await check(['head', 'mid', 'leaf'], []);
  });

  test('an owner that never was, or was another object of that name', async () => {
    const { clock } = await open(options);
    const head = await map('head');
    await map('absent', { ownerReferences: [{ ...owner(head), name: 'none', uid: 'no-such-uid' }] });
    await map('reborn', { ownerReferences: [{ ...owner(head), uid: 'former-uid' }] });
    await map('unknown-kind', { ownerReferences: [{ ...owner(head), apiVersion: 'example.com/v1', kind: 'Thing', uid: 'x' }] });
    await clock.advance(1000);
    await check(['head', 'absent', 'reborn', 'unknown-kind'], ['head', 'unknown-kind']);
  });

  test('one owner of two left', async () => {
    const { api, clock } = await open(options);
    const [a, b] = [await map('a'), await map('b')];
    await map('both', { ownerReferences: [owner(a), owner(b)] });
    await api.delete(CONFIGMAPS, { namespace: 'default', name: 'a' });
    await clock.advance(1000);
    expect((await find(CONFIGMAPS, 'both', 'default'))?.metadata.ownerReferences?.map(({ name }) => name)).toEqual(['b']);
  });

  test('orphan: dependants stay without the reference', async () => {
    const { api, clock } = await open(options);
    const head = await map('head');
    await map('dep', { ownerReferences: [owner(head)] });
    await clock.advance(100);
    await api.delete(CONFIGMAPS, { namespace: 'default', name: 'head' }, { propagationPolicy: 'Orphan' });
    await clock.advance(1000);
    await check(['head', 'dep'], ['dep']);
    expect((await find(CONFIGMAPS, 'dep', 'default'))?.metadata.ownerReferences).toBeUndefined();
  });

  test('foreground: the owner waits for what blocks it', async () => {
    const { api, clock } = await open(options);
    const head = await map('head');
    await map('blocks', { ownerReferences: [owner(head, { blockOwnerDeletion: true })], finalizers: ['example.com/hold'] });
    await map('other', { ownerReferences: [owner(head)] });
    await clock.advance(100);
    await api.delete(CONFIGMAPS, { namespace: 'default', name: 'head' }, { propagationPolicy: 'Foreground' });
    await clock.advance(2000);
    expect((await find(CONFIGMAPS, 'head', 'default'))?.metadata.finalizers).toEqual(['foregroundDeletion']);
    expect((await find(CONFIGMAPS, 'blocks', 'default'))?.metadata.deletionTimestamp).toBeDefined();
    await api.patch(CONFIGMAPS, { namespace: 'default', name: 'blocks' }, merge({ metadata: { finalizers: null } }));
    await clock.advance(2000);
    await check(['head', 'blocks', 'other'], []);
  });
});

describe('namespace', () => {
  const make = (name: string) => world.api.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

  test('empties it, says what holds it, and lets it go', async () => {
    const { api, clock } = await open({ controllers: ['namespace'], nodes: [] });
    await make('n');
    await api.create(CONFIGMAPS, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'm', namespace: 'n', finalizers: ['a.b/c'] },
    });
    await api.create(CONFIGMAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'free', namespace: 'n' } });
    await api.delete(NAMESPACES, { name: 'n' });
    await clock.advance(3000);
    const status = (await find(NAMESPACES, 'n'))?.status as { conditions: { type: string; status: string; message: string }[] };
    expect(status.conditions.map(({ type, status: is, message }) => `${type}=${is}: ${message}`)).toEqual([
      'NamespaceDeletionDiscoveryFailure=False: All resources successfully discovered',
      'NamespaceDeletionGroupVersionParsingFailure=False: All legacy kube types successfully parsed',
      'NamespaceDeletionContentFailure=False: All content successfully deleted, may be waiting on finalization',
      'NamespaceContentRemaining=True: Some resources are remaining: configmaps. has 1 resource instances',
      'NamespaceFinalizersRemaining=True: Some content in the namespace has finalizers remaining: a.b/c in 1 resource instances',
    ]);
    await api.patch(CONFIGMAPS, { namespace: 'n', name: 'm' }, merge({ metadata: { finalizers: null } }));
    await clock.advance(3000);
    expect(await find(NAMESPACES, 'n')).toBeUndefined();
  });

  test('serviceaccount furnishes it, and again', async () => {
    const { api, clock } = await open({ controllers: ['serviceaccount'], nodes: [] });
    await make('n');
    await clock.advance(1000);
    expect(await find(SERVICEACCOUNTS, 'default', 'n')).toBeDefined();
    expect((await find(CONFIGMAPS, 'kube-root-ca.crt', 'n'))?.data).toEqual({ 'ca.crt': 'PEM' });
    await api.delete(SERVICEACCOUNTS, { namespace: 'n', name: 'default' });
    await api.patch(CONFIGMAPS, { namespace: 'n', name: 'kube-root-ca.crt' }, merge({ data: { 'ca.crt': 'other' } }));
    await clock.advance(1000);
    expect(await find(SERVICEACCOUNTS, 'default', 'n')).toBeDefined();
    expect((await find(CONFIGMAPS, 'kube-root-ca.crt', 'n'))?.data).toEqual({ 'ca.crt': 'PEM' });
  });
});

describe('nodelifecycle', () => {
  const taints = async (name: string) =>
    ((await world.node(name)).spec?.taints ?? []).map(({ key, effect }) => `${key.split('/')[1]}:${effect}`);
  const annotate = (name: string, annotations: Record<string, string | null>) =>
    world.api.patch(NODES, { name }, merge({ metadata: { annotations } }));

  test('a stopped node becomes Unknown and loses pods by their tolerations; a started one is clean again', async () => {
    const { clock, make, node, pod } = await open({ nodes: ['a', 'b', 'c', 'd'], controllers: ['nodelifecycle'] });
    const tolerate = (seconds?: number) => ({
      tolerations: ['not-ready', 'unreachable'].map((key) => ({
        key: `node.kubernetes.io/${key}`,
        operator: 'Exists',
        effect: 'NoExecute',
        ...(seconds === undefined ? {} : { tolerationSeconds: seconds }),
      })),
    });
    await make('forever', { spec: tolerate() });
    await make('while', { spec: tolerate(100) });
    await clock.advance(5000);
    await annotate('a', { 'everynode.dev/power': 'off' });
    await clock.advance(40_000);
    expect(conditionOf((await node('a')).status?.conditions, 'Ready')?.status).toBe('True');
    await clock.advance(30_000);
    const ready = conditionOf((await node('a')).status?.conditions, 'Ready');
    expect([ready?.status, ready?.reason]).toEqual(['Unknown', 'NodeStatusUnknown']);
    expect(await taints('a')).toEqual(['unreachable:NoSchedule', 'unreachable:NoExecute']);
    expect(await taints('b')).toEqual([]);
    expect(isReady((await pod('forever'))!)).toBe(false);
    await clock.advance(110_000);
    expect((await pod('while'))?.metadata.deletionTimestamp).toBeDefined();
    expect(conditionOf((await pod('while'))?.status?.conditions, 'DisruptionTarget')?.reason).toBe('DeletionByTaintManager');
    expect((await pod('forever'))?.metadata.deletionTimestamp).toBeUndefined();
    await annotate('a', { 'everynode.dev/power': null });
    await clock.advance(10_000);
    expect(await taints('a')).toEqual([]);
    expect(isReady((await pod('forever'))!)).toBe(true);
    expect(await pod('while')).toBeUndefined();
  });

  test('a cordon and a pressure become taints and go with their causes', async () => {
    const { api, clock } = await open({ controllers: ['nodelifecycle'] });
    await api.patch(NODES, { name: 'a' }, merge({ spec: { unschedulable: true } }));
    await annotate('a', { 'everynode.dev/pressure': 'disk' });
    await clock.advance(5000);
    expect((await taints('a')).sort()).toEqual(['disk-pressure:NoSchedule', 'unschedulable:NoSchedule']);
    await api.patch(NODES, { name: 'a' }, merge({ spec: { unschedulable: null } }));
    await annotate('a', { 'everynode.dev/pressure': null });
    await clock.advance(330_000);
    expect(await taints('a')).toEqual([]);
  });

  test('a NoExecute taint evicts at once whoever does not tolerate it, and is cancelled in time', async () => {
    const { api, clock, make, pod } = await open({ controllers: ['nodelifecycle'] });
    await make('now');
    await make('later', {
      spec: { tolerations: [{ key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 }] },
    });
    await clock.advance(2000);
    await api.patch(NODES, { name: 'a' }, merge({ spec: { taints: [{ key: 'k', effect: 'NoExecute' }] } }));
    await clock.advance(3000);
    expect(await pod('now')).toBeUndefined();
    await clock.advance(30_000);
    await api.patch(NODES, { name: 'a' }, merge({ spec: { taints: null } }));
    await clock.advance(120_000);
    expect((await pod('later'))?.metadata.deletionTimestamp).toBeUndefined();
  });
});

describe('podgc', () => {
  test('pods of a node that is gone go after 40 s', async () => {
    const { api, clock, make, pod } = await open({ nodes: ['a', 'b'], controllers: ['podgc'] });
    await make('p');
    await make('stays', { node: 'b' });
    await clock.advance(2000);
    await api.delete(NODES, { name: 'a' });
    await clock.advance(35_000);
    expect(await pod('p')).toBeDefined();
    await clock.advance(45_000);
    expect(await pod('p')).toBeUndefined();
    expect(await pod('stays')).toBeDefined();
  });
});

describe('scheduler', () => {
  const pinned = (node: string) => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
        },
      },
    },
  });

  test('binds where it fits, spreads, says why not, and preempts', async () => {
    const { api, clock, make, pod, events } = await open({ nodes: ['a', 'b'], controllers: ['scheduler', 'nodelifecycle'] });
    const cpu = (amount: string) => ({ resources: { requests: { cpu: amount } } });
    await make('p', { node: undefined, container: cpu('1') });
    await clock.advance(100);
    await make('q', { node: undefined, container: cpu('1') });
    await make('agent', { node: undefined, spec: pinned('b') });
    await clock.advance(2000);
    expect([(await pod('p'))?.spec.nodeName, (await pod('q'))?.spec.nodeName].sort()).toEqual(['a', 'b']);
    expect((await pod('agent'))?.spec.nodeName).toBe('b');
    expect(await events('agent')).toContain('Scheduled: Successfully assigned default/agent to b');
    await make('big', { node: undefined, container: cpu('4') });
    await clock.advance(1000);
    expect(conditionOf((await pod('big'))?.status?.conditions, 'PodScheduled')).toMatchObject({
      status: 'False',
      reason: 'Unschedulable',
      message:
        '0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.',
    });
    await api.delete(PODS, { namespace: 'default', name: 'p' });
    await clock.advance(3000);
    expect((await pod('big'))?.spec.nodeName).toBeDefined();
    await make('vip', { node: undefined, container: cpu('4'), spec: { priorityClassName: 'system-cluster-critical' } });
    await clock.advance(5000);
    expect((await pod('vip'))?.status?.phase).toBe('Running');
  });
});
