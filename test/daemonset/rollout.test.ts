/** Roll-outs: which nodes spend the budget, who is replaced when, and what a change in the middle does. */
import { describe, expect, test } from 'vitest';
import { reconcile } from '../../src/core/daemonset/reconcile.ts';
import type { Node, Taint } from '../../src/core/kube/objects.ts';
import { type DaemonSetOptions, daemonSet, NOW, node, type PodOptions } from './objects.ts';
import { fleetOf, type Situation, shown } from './situation.ts';

interface Case extends Situation {
  readonly expected: readonly string[];
}

function check(given: Case): void {
  expect(reconcile(fleetOf(given).fleet, NOW).actions.map(shown)).toEqual(given.expected);
}

const rolling = (maxUnavailable: number | string, maxSurge: number | string = 0): DaemonSetOptions => ({
  spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable, maxSurge } } },
});
const annotated = (options: DaemonSetOptions, annotations: Record<string, string>): DaemonSetOptions => {
  return { ...options, metadata: { name: 'agent', namespace: 'monitoring', uid: 'ds', generation: 1, annotations } };
};
const tolerant = (options: DaemonSetOptions = rolling(1)): DaemonSetOptions => ({
  ...options,
  pod: { tolerations: [{ operator: 'Exists' }] },
});
const surge = rolling(0, 1);
const outage = (key: string): Taint => ({ key: `node.kubernetes.io/${key}`, effect: 'NoSchedule' });
const up = (...names: string[]): Node[] => names.map((name) => node(name, { ready: 'True' }));
const silent = (name: string): Node => node(name, { ready: 'Unknown', taints: [outage('unreachable')] });
const failing = (name: string): Node => node(name, { ready: 'False', taints: [outage('not-ready')] });
const on = (name: string, more: PodOptions = {}): PodOptions => ({ node: name, ...more });
const old = (name: string, more: PodOptions = {}): PodOptions => on(name, { hash: 'old', ...more });
const broken = { ready: false as const };
/** Later than the pods that `old` makes. */
const later = { created: NOW - 60_000 };

describe('hard budget: whose unavailability is counted', () => {
  test.each<[string, Case]>([
    [
      'a node that is gone spends nothing',
      { nodes: up('n2'), pods: { a: old('n1', broken), b: old('n2') }, expected: ['delete b: OutdatedPod'] },
    ],
    [
      'a node that died before the update came there spends nothing and keeps its pod, tainted',
      { nodes: [silent('n1'), ...up('n2')], pods: { a: old('n1', broken), b: old('n2') }, expected: ['delete b: OutdatedPod'] },
    ],
    [
      'likewise where the pods tolerate everything, so that the node stays eligible',
      {
        daemonSet: tolerant(),
        nodes: [silent('n1'), ...up('n2')],
        pods: { a: old('n1', broken), b: old('n2') },
        expected: ['delete b: OutdatedPod'],
      },
    ],
    [
      'a node that died after it got the present revision spends, tainted',
      { nodes: [silent('n1'), ...up('n2')], pods: { a: on('n1', broken), b: old('n2') }, expected: [] },
    ],
    [
      'and where the pods tolerate everything',
      { daemonSet: tolerant(), nodes: [failing('n1'), ...up('n2')], pods: { a: on('n1', broken), b: old('n2') }, expected: [] },
    ],
    [
      'it spends also while its updated pod is terminating',
      { nodes: [silent('n1'), ...up('n2')], pods: { a: on('n1', { ...broken, deleting: true }), b: old('n2') }, expected: [] },
    ],
    [
      'a pod stuck terminating on a dead node does not stall the rest',
      {
        daemonSet: tolerant(),
        nodes: [silent('n1'), ...up('n2')],
        pods: { a: old('n1', { ...broken, deleting: true }), b: old('n2') },
        expected: ['delete b: OutdatedPod'],
      },
    ],
    [
      'a pod terminating on a working node is under way',
      { nodes: up('n1', 'n2'), pods: { a: old('n1', { deleting: true }), b: old('n2') }, expected: [] },
    ],
    [
      'a pod that fails in the present revision spends until it is back',
      { nodes: up('n1', 'n2'), pods: { a: on('n1', broken), b: old('n2') }, expected: [] },
    ],
    [
      'a down node whose pod an unfinished earlier update brought spends',
      {
        daemonSet: tolerant(),
        nodes: [silent('n1'), ...up('n2', 'n3')],
        pods: { a: on('n1', { hash: 'bad', ...broken, ...later }), b: old('n2'), c: old('n3') },
        expected: [],
      },
    ],
    [
      'and is repaired first where it still answers',
      {
        daemonSet: tolerant(),
        nodes: [failing('n1'), ...up('n2', 'n3')],
        pods: { a: on('n1', { hash: 'bad', ...broken, ...later }), b: old('n2'), c: old('n3') },
        expected: ['delete a: OutdatedPodUnavailable'],
      },
    ],
    [
      'a node that died with a revision long before the others’ does not',
      {
        daemonSet: tolerant(),
        nodes: [silent('n1'), ...up('n2')],
        pods: { a: on('n1', { hash: 'older', ...broken, created: NOW - 9_000_000 }), b: old('n2') },
        expected: ['delete b: OutdatedPod'],
      },
    ],
  ])('%s', (_, given) => check(given));
});

describe('hard budget: order', () => {
  const nodes = [failing('n1'), failing('n2'), silent('n3'), ...up('n4')];
  const pods = { a: old('n1', broken), b: old('n2', broken), c: old('n3', broken) };
  test.each<[string, Case]>([
    [
      'down nodes come after the working ones',
      { daemonSet: tolerant(), nodes, pods: { ...pods, d: old('n4') }, expected: ['delete d: OutdatedPod'] },
    ],
    [
      'then those that still answer, within the budget; silent ones wait',
      { daemonSet: tolerant(), nodes, pods: { ...pods, d: on('n4') }, expected: ['delete a: OutdatedPodUnavailable'] },
    ],
    [
      'one at a time',
      {
        daemonSet: tolerant(),
        nodes,
        pods: { ...pods, a: old('n1', { ...broken, deleting: true }), d: on('n4') },
        expected: [],
      },
    ],
    [
      'broken ones first, then the oldest, then by name',
      {
        daemonSet: rolling(3),
        nodes: up('n1', 'n2', 'n3', 'n4'),
        pods: { a: old('n4'), b: old('n3'), c: old('n2', { created: NOW - 900_000 }), d: old('n1', broken) },
        expected: ['delete d: OutdatedPodUnavailable', 'delete c: OutdatedPod', 'delete b: OutdatedPod'],
      },
    ],
  ])('%s', (_, given) => check(given));
});

describe('the annotation everynode.dev/budget', () => {
  const nodes = up('n1', 'n2', 'n3');
  const pods = { a: old('n1', broken), b: old('n2', broken), c: old('n3') };
  const one = ['delete a: OutdatedPodUnavailable'];
  const both = [...one, 'delete b: OutdatedPodUnavailable'];
  test.each<[string, Case]>([
    ['is the profile’s without one', { nodes, pods, expected: one }],
    [
      'upstream over handbook',
      { daemonSet: annotated(rolling(1), { 'everynode.dev/budget': 'upstream' }), nodes, pods, expected: both },
    ],
    [
      'hard over kubernetes',
      { profile: 'kubernetes', daemonSet: annotated(rolling(1), { 'everynode.dev/budget': 'hard' }), nodes, pods, expected: one },
    ],
    [
      'a value that means nothing leaves the profile’s',
      {
        profile: 'kubernetes',
        daemonSet: annotated(rolling(1), { 'everynode.dev/budget': 'soft' }),
        nodes,
        pods,
        expected: both,
      },
    ],
  ])('%s', (_, given) => check(given));

  test('takes effect without a change of the spec', () => {
    const { fleet } = fleetOf({ daemonSet: rolling(1), nodes, pods });
    expect(reconcile(fleet, NOW).actions.map(shown)).toEqual(one);
    fleet.setDaemonSet(daemonSet(annotated(rolling(1), { 'everynode.dev/budget': 'upstream' })));
    expect(reconcile(fleet, NOW).actions.map(shown)).toEqual(both);
  });
});

describe('surge under a hard budget', () => {
  test.each<[string, Case]>([
    [
      'the new pod must be available, minReadySeconds counted, before the old one goes',
      {
        daemonSet: { spec: { ...surge.spec, minReadySeconds: 30 } },
        pods: { a: old('n1'), b: on('n1', { ready: NOW - 29_000 }) },
        expected: [],
      },
    ],
    [
      'a node that is gone neither counts nor fails the pass',
      { daemonSet: surge, nodes: up('n2'), pods: { a: old('n1'), b: on('n1', broken), c: old('n2') }, expected: ['create n2'] },
    ],
    [
      'a node that was down before waits and does not count',
      {
        daemonSet: tolerant(surge),
        nodes: [silent('n1'), ...up('n2')],
        pods: { a: old('n1', broken), b: old('n2') },
        expected: ['create n2'],
      },
    ],
    [
      'one that went down after its second pod came counts',
      {
        daemonSet: tolerant(surge),
        nodes: [silent('n1'), ...up('n2')],
        pods: { a: old('n1'), b: on('n1', broken), c: old('n2') },
        expected: [],
      },
    ],
    [
      'those that still answer come last',
      {
        daemonSet: tolerant(surge),
        nodes: [failing('n1'), ...up('n2')],
        pods: { a: old('n1', broken), b: on('n2') },
        expected: ['create n1'],
      },
    ],
    [
      'of two outdated pods the available one stays',
      {
        daemonSet: surge,
        pods: { a: old('n1', broken), b: on('n1', { hash: 'older', ...later }), c: on('n1', { ...broken, ...later }) },
        expected: ['delete a: DuplicatePod'],
      },
    ],
  ])('%s', (_, given) => check(given));
});

describe('a change in the middle', () => {
  const nodes = up('n1', 'n2', 'n3');
  const pods = { a: on('n1'), b: old('n2'), c: old('n3') };

  test('of the template: all are outdated, and what is not available spends', () => {
    const { fleet } = fleetOf({ nodes, pods: { ...pods, a: on('n1', broken) } });
    expect(reconcile(fleet, NOW).actions.map(shown)).toEqual([]);
    fleet.setDaemonSet(daemonSet({ generation: 2, image: 'agent:2' }));
    expect(reconcile(fleet, NOW).actions.map(shown)).toEqual(['create-revision', 'delete a: OutdatedPodUnavailable']);
  });

  test('and back: the pods of that template are left alone', () => {
    const { fleet, hash } = fleetOf({ nodes, pods: { a: on('n1'), b: on('n2'), c: old('n3', broken) } });
    fleet.setDaemonSet(daemonSet({ generation: 2, image: 'agent:2' }));
    reconcile(fleet, NOW);
    fleet.setDaemonSet(daemonSet({ generation: 3 }));
    expect(fleet.history.hash).toBe(hash);
    expect(reconcile(fleet, NOW).actions.map(shown)).toEqual(['delete c: OutdatedPodUnavailable']);
  });

  test('deletion of the DaemonSet: nothing happens any more', () => {
    const { fleet } = fleetOf({ nodes, pods });
    expect(reconcile(fleet, NOW).actions).toHaveLength(1);
    const metadata = {
      name: 'agent',
      namespace: 'monitoring',
      uid: 'ds',
      generation: 2,
      deletionTimestamp: '2026-03-01T12:00:00Z',
    };
    fleet.setDaemonSet(daemonSet({ metadata }));
    const decision = reconcile(fleet, NOW);
    expect([decision.actions, decision.statusChanged]).toEqual([[], false]);
  });

  test('a node that joins gets its pod of the new template first; one that leaves gives its budget back', () => {
    const { fleet, podOf } = fleetOf({ nodes, pods });
    fleet.setNode(node('n4', { ready: 'True' }));
    const [create] = reconcile(fleet, NOW).actions;
    expect(create?.kind === 'create-pod' && create.pod.metadata.labels?.['controller-revision-hash']).toBe(fleet.history.hash);
    fleet.setPod(podOf('d', on('n4', broken)));
    expect(reconcile(fleet, NOW).actions).toEqual([]);
    fleet.removeNode('n4');
    expect(reconcile(fleet, NOW).actions.map(shown)).toEqual(['delete b: OutdatedPod']);
  });

  test.each<[string, DaemonSetOptions, string[]]>([
    ['OnDelete', { spec: { updateStrategy: { type: 'OnDelete' } } }, []],
    ['surge', surge, ['create n2']],
    ['a larger budget', rolling(2), ['delete b: OutdatedPod', 'delete c: OutdatedPod']],
  ])('of the strategy to %s', (_, strategy, expected) => {
    const { fleet } = fleetOf({ nodes, pods });
    expect(reconcile(fleet, NOW).actions.map(shown)).toEqual(['delete b: OutdatedPod']);
    fleet.setDaemonSet(daemonSet({ ...strategy, generation: 2 }));
    expect(reconcile(fleet, NOW).actions.map(shown)).toEqual(expected);
  });

  test.each<[string, Readonly<Record<string, PodOptions>>, string]>([
    ['the available old pod stays', { a: old('n1'), b: on('n1', { ...broken, ...later }) }, 'delete b: DuplicatePod'],
    ['or the new one, where only that is available', { a: old('n1', broken), b: on('n1', later) }, 'delete a: DuplicatePod'],
  ])('of a surge to no surge: %s', (_, here, expected) => {
    const { fleet } = fleetOf({ daemonSet: rolling(1), pods: here });
    expect(reconcile(fleet, NOW).actions.map(shown)).toEqual([expected]);
  });
});

test('a heartbeat is no event, a change of health concerns its node alone', () => {
  const { fleet } = fleetOf({ nodes: up('n1', 'n2'), pods: { a: old('n1'), b: old('n2') } });
  const beat = node('n1', { ready: 'True' });
  const heartbeat = { ...beat, metadata: { ...beat.metadata, resourceVersion: '99' }, status: { ...beat.status, nodeInfo: {} } };
  expect(fleet.setNode(heartbeat as Node)).toBe(false);
  expect(reconcile(fleet, NOW).actions.map(shown)).toEqual(['delete a: OutdatedPod']);
  expect(fleet.setNode(node('n1', { ready: 'Unknown' }))).toBe(true);
  expect(reconcile(fleet, NOW).actions.map(shown)).toEqual(['delete b: OutdatedPod']);
});

test('OnDelete, node by node: a deleted pod comes back with the new template, the others stay', () => {
  const onDelete: DaemonSetOptions = { spec: { updateStrategy: { type: 'OnDelete' } } };
  const { fleet } = fleetOf({ daemonSet: onDelete, nodes: up('n1', 'n2'), pods: { a: old('n1'), b: old('n2') } });
  expect(reconcile(fleet, NOW).actions).toEqual([]);
  fleet.removePod('a');
  const { actions } = reconcile(fleet, NOW);
  expect(actions.map(shown)).toEqual(['create n1']);
  const [create] = actions;
  expect(create?.kind === 'create-pod' && create.pod.metadata.labels?.['controller-revision-hash']).toBe(fleet.history.hash);
});
