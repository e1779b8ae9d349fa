/** The conditions Progressing, Available and Degraded: what they say, whom they name, when they change, and when not. */
import { expect, test } from 'vitest';
import { Fleet } from '../../src/core/daemonset/fleet.ts';
import { reconcile } from '../../src/core/daemonset/reconcile.ts';
import type { Condition, DaemonSet, DaemonSetStatus, Node } from '../../src/core/kube/objects.ts';
import { formatTime } from '../../src/core/kube/time.ts';
import { PROFILES } from '../../src/core/profile.ts';
import { type DaemonSetOptions, daemonSet, NOW, node, type PodOptions } from './objects.ts';
import { fleetOf, type Situation } from './situation.ts';

interface Case extends Situation {
  /** `Type Status Reason: message` of each condition that is looked at. */
  readonly expected: readonly string[];
}

const lines = (conditions: readonly Condition[] = []): string[] =>
  conditions.map(({ type, status, reason, message }) => `${type} ${status} ${reason}: ${message}`);

function check(given: Case): void {
  const found = lines(reconcile(fleetOf(given).fleet, NOW).status.conditions);
  for (const line of given.expected) expect(found).toContain(line);
  expect(found).toHaveLength(3);
}

const rolling = (maxUnavailable: number, maxSurge = 0): DaemonSetOptions => ({
  spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable, maxSurge } } },
});
const withAnnotations = (annotations: Record<string, string>, more: DaemonSetOptions = {}): DaemonSetOptions => ({
  ...more,
  metadata: { name: 'agent', namespace: 'monitoring', uid: 'ds', generation: 1, annotations },
});
const many = (count: number): Node[] => Array.from({ length: count }, (_, i) => node(`n${i + 1}`, { ready: 'True' }));
const on = (name: string, more: PodOptions = {}): PodOptions => ({ node: name, ...more });
const old = (name: string, more: PodOptions = {}): PodOptions => on(name, { hash: 'old', ...more });
const broken = { ready: false as const };
const FINE = 'Degraded False AsExpected: Nothing needs attention.';
const everywhere: DaemonSetOptions = { ...rolling(1), pod: { tolerations: [{ operator: 'Exists' }] } };
const port: DaemonSetOptions = {
  ...rolling(0, 1),
  pod: { containers: [{ name: 'agent', ports: [{ containerPort: 80, hostPort: 9100 }] }] },
};

test.each<[string, Case]>([
  [
    'at rest',
    {
      nodes: many(2),
      pods: { a: on('n1'), b: on('n2') },
      expected: [
        'Progressing False RolloutComplete: All 2 nodes have an available pod of the present revision.',
        'Available True AllNodesAvailable: All 2 nodes have an available pod.',
        FINE,
      ],
    },
  ],
  [
    'no node at all',
    {
      nodes: [],
      expected: [
        'Progressing False NoEligibleNodes: No node is eligible.',
        'Available True NoEligibleNodes: No node is eligible.',
        FINE,
      ],
    },
  ],
  [
    'a roll-out on its way, within its budget',
    {
      nodes: many(3),
      pods: { a: on('n1'), b: on('n2', broken), c: old('n3') },
      expected: [
        'Progressing True RollingOut: 1 of 3 nodes have an available pod of the present revision. Waiting for n2 (pod b is not ready).',
        'Available True MinimumNodesAvailable: 2 of 3 nodes have an available pod; 1 may be without.',
        FINE,
      ],
    },
  ],
  [
    'a few nodes are named, the rest counted',
    {
      nodes: many(5),
      pods: Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`p${n}`, on(`n${n}`, broken)])),
      expected: [
        'Progressing True RollingOut: 0 of 5 nodes have an available pod of the present revision. Waiting for n1 (pod p1 is not ready), n2 (pod p2 is not ready), n3 (pod p3 is not ready) and 2 more.',
        'Available False NodesUnavailable: 0 of 5 nodes have an available pod; 1 may be without. Without: n1 (pod p1 is not ready), n2 (pod p2 is not ready), n3 (pod p3 is not ready) and 2 more.',
      ],
    },
  ],
  [
    'minReadySeconds, a terminating pod, an unbound one',
    {
      daemonSet: { spec: { minReadySeconds: 90 } },
      nodes: many(3),
      pods: { a: on('n1'), b: old('n2', { deleting: true }), c: on('n3', { ...broken, unbound: true }) },
      expected: [
        'Progressing True RollingOut: 0 of 3 nodes have an available pod of the present revision. Waiting for n1 (pod a is ready, but not for minReadySeconds yet), n3 (pod c is not scheduled), n2 (pod b is terminating).',
      ],
    },
  ],
  [
    'a pod terminating on a dead node',
    {
      daemonSet: everywhere,
      nodes: [node('n1', { ready: 'Unknown' })],
      pods: { a: on('n1', { ...broken, deleting: true }) },
      expected: [
        'Progressing True RollingOut: 0 of 1 nodes have an available pod of the present revision. Waiting for n1 (the node is unreachable, pod a is terminating).',
        'Degraded True NodesDown: Nodes are down: n1 (the node is unreachable, pod a is terminating).',
      ],
    },
  ],
  [
    'a failed pod',
    {
      pods: { a: on('n1', { ...broken, phase: 'Failed' }) },
      expected: ['Degraded True PodsFailed: Pods fail: n1 (pod a failed and is replaced after a back-off).'],
    },
  ],
  [
    'a surge that two pods of one host port hold up',
    {
      daemonSet: port,
      pods: { a: old('n1'), b: on('n1', broken) },
      expected: [
        'Progressing True RollingOut: 0 of 1 nodes have an available pod of the present revision. Waiting for n1 (pod b waits for host port 9100 of pod a).',
        'Degraded True HostPortInUse: A surge cannot end, for two pods cannot take one host port; use maxUnavailable instead: n1 (pod b waits for host port 9100 of pod a).',
      ],
    },
  ],
  [
    'OnDelete waits for people',
    {
      daemonSet: { spec: { updateStrategy: { type: 'OnDelete' } } },
      nodes: many(2),
      pods: { a: on('n1'), b: old('n2') },
      expected: [
        'Progressing False WaitingForDeletion: 1 of 2 nodes have an available pod of the present revision. An outdated pod is replaced when it is deleted (OnDelete).',
      ],
    },
  ],
  [
    'an annotation that means nothing, under the kubernetes profile too',
    {
      profile: 'kubernetes',
      daemonSet: withAnnotations({ 'everynode.dev/budget': 'soft' }),
      pods: { a: {} },
      expected: [
        'Degraded True InvalidAnnotation: Annotation everynode.dev/budget is "soft"; only hard and upstream mean something, so upstream is used.',
      ],
    },
  ],
  [
    'a deadline that is no duration',
    {
      daemonSet: withAnnotations({ 'everynode.dev/progress-deadline': 'soon' }),
      pods: { a: {} },
      expected: [
        'Degraded True InvalidAnnotation: Annotation everynode.dev/progress-deadline is "soon", which is no duration such as 10m or 600; there is no deadline.',
      ],
    },
  ],
])('%s', (_, given) => check(given));

/** Writes a decision's status as the API would, a moment later. */
function written(
  fleet: Fleet,
  owner: DaemonSetOptions,
  now: number,
): { status: DaemonSetStatus; changed: boolean; notices: string[] } {
  const { status, statusChanged, notices } = reconcile(fleet, now);
  if (statusChanged) fleet.setDaemonSet(daemonSet({ ...owner, status }));
  return { status, changed: statusChanged, notices: notices.map(({ type, because }) => `${type} ${because.code}`) };
}

const transition = (status: DaemonSetStatus, type: string): string | undefined =>
  status.conditions?.find((condition) => condition.type === type)?.lastTransitionTime;

test('a transition time stays while the status does, whatever the message says; at rest nothing is written', () => {
  const { fleet, podOf } = fleetOf({ nodes: many(2), pods: { a: on('n1', broken), b: on('n2', broken) } });
  written(fleet, {}, NOW);
  fleet.setPod(podOf('a', on('n1', { version: 2 })));
  const half = written(fleet, {}, NOW + 5_000);
  expect([half.changed, transition(half.status, 'Progressing'), transition(half.status, 'Available')]).toEqual([
    true,
    formatTime(NOW),
    formatTime(NOW + 5_000),
  ]);
  fleet.setPod(podOf('b', on('n2', { version: 2 })));
  const done = written(fleet, {}, NOW + 9_000);
  expect([done.notices, transition(done.status, 'Progressing')]).toEqual([['Normal RolloutComplete'], formatTime(NOW + 9_000)]);
  const rest = written(fleet, {}, NOW + 60_000);
  expect([rest.changed, rest.notices]).toEqual([false, []]);
});

test('a pod that replaces another in the same state is no news', () => {
  const { fleet, podOf } = fleetOf({ nodes: many(2), pods: { a: on('n1', broken), b: on('n2') } });
  written(fleet, {}, NOW);
  const node2 = node('n2', { ready: 'True', labels: { other: 'x' } });
  fleet.setNode(node2);
  fleet.setPod(podOf('b', on('n2', { version: 3, created: NOW - 1 })));
  expect(written(fleet, {}, NOW + 1).changed).toBe(false);
});

test('conditions of others are kept, and ours are not written where a setting says so', () => {
  const other: Condition = { type: 'Audited', status: 'True', reason: 'Ok', message: '' };
  const status = {
    currentNumberScheduled: 0,
    desiredNumberScheduled: 0,
    numberMisscheduled: 0,
    numberReady: 0,
    conditions: [other],
  };
  const types = (found: DaemonSetStatus): string[] => (found.conditions ?? []).map(({ type }) => type);
  const { fleet } = fleetOf({ daemonSet: { status }, pods: { a: {} } });
  expect(types(reconcile(fleet, NOW).status)).toEqual(['Progressing', 'Available', 'Degraded', 'Audited']);
  const silent = new Fleet(daemonSet({ status }), { ...PROFILES.kubernetes, conditions: 'none' });
  expect(reconcile(silent, NOW).status.conditions).toEqual([other]);
});

test('progress deadline: off by default; it runs from the last progress, wakes, and ends with the next progress', () => {
  const without = fleetOf({ nodes: many(2), pods: { a: old('n1'), b: on('n2', broken) } });
  expect(reconcile(without.fleet, NOW).wakeAt).toBeUndefined();

  const owner = withAnnotations({ 'everynode.dev/progress-deadline': '10m' });
  const { fleet, podOf } = fleetOf({
    daemonSet: owner,
    nodes: many(3),
    pods: { a: old('n1'), b: on('n2', broken), c: old('n3') },
  });
  written(fleet, owner, NOW);
  expect(reconcile(fleet, NOW).wakeAt).toBe(NOW + 600_000);
  const before = written(fleet, owner, NOW + 599_999);
  expect(before.changed).toBe(false);
  const late = written(fleet, owner, NOW + 600_000);
  expect(lines(late.status.conditions)[0]).toBe(
    'Progressing False ProgressDeadlineExceeded: No node has got an available pod for 600 s. 0 of 3 nodes have an available pod of the present revision. Waiting for n2 (pod b is not ready).',
  );
  expect([late.notices, lines(late.status.conditions)[2]?.startsWith('Degraded True ProgressDeadlineExceeded')]).toEqual([
    ['Warning ProgressDeadlineExceeded'],
    true,
  ]);
  expect(written(fleet, owner, NOW + 700_000).changed).toBe(false);
  fleet.setPod(podOf('b', on('n2', { version: 2, ready: NOW + 800_000 })));
  const again = written(fleet, owner, NOW + 800_000);
  expect(lines(again.status.conditions)[0]?.split(':')[0]).toBe('Progressing True RollingOut');
  expect(reconcile(fleet, NOW + 800_000).wakeAt).toBe(NOW + 1_400_000);
});

test('a new template begins a new deadline', () => {
  const owner = withAnnotations({ 'everynode.dev/progress-deadline': '60' });
  const { fleet } = fleetOf({ daemonSet: owner, nodes: many(2), pods: { a: old('n1'), b: on('n2', broken) } });
  written(fleet, owner, NOW);
  written(fleet, owner, NOW + 60_000);
  const next: DaemonSetOptions = { image: 'agent:2', metadata: { ...(owner.metadata as DaemonSet['metadata']), generation: 2 } };
  fleet.setDaemonSet(daemonSet({ ...next, status: fleet.daemonSet.status as DaemonSetStatus }));
  const { status } = written(fleet, next, NOW + 61_000);
  expect(lines(status.conditions)[0]?.split(':')[0]).toBe('Progressing True RollingOut');
});

test('a surge with host ports is told as an event, too, whenever a second pod is made', () => {
  const { fleet } = fleetOf({ daemonSet: port, pods: { a: old('n1') } });
  const { notices } = reconcile(fleet, NOW);
  expect(notices.map(({ type, because }) => `${type} ${because.code}`)).toEqual(['Warning SurgeHostPort']);
  expect(notices[0]?.because.message).toMatch(
    /^The template takes host port 9100, .* will not progress; use maxUnavailable instead\.$/,
  );
});

test('a new template is told as an event, the first is not', () => {
  const codes = (fleet: Fleet): string[] =>
    reconcile(fleet, NOW).notices.map(({ because }) => `${because.code}: ${because.message}`);
  expect(codes(new Fleet(daemonSet(), PROFILES.handbook))).toEqual([]);
  const { fleet } = fleetOf({});
  fleet.setDaemonSet(daemonSet({ generation: 2, image: 'agent:2' }));
  expect(codes(fleet)).toEqual(['RolloutStarted: The pod template is new; it becomes revision 2.']);
});

test('one failing pod degrades once, not at each attempt', () => {
  const { fleet, podOf } = fleetOf({ pods: { a: { phase: 'Failed', ready: false } } });
  const first = written(fleet, {}, NOW);
  expect(first.notices).toEqual(['Warning FailedDaemonPod', 'Warning PodsFailed']);
  fleet.expectDelete('a', NOW);
  fleet.removePod('a');
  fleet.setPod(podOf('b', broken));
  const starting = written(fleet, {}, NOW + 500);
  expect([lines(starting.status.conditions)[2]?.split(':')[0], starting.notices]).toEqual(['Degraded True PodsFailed', []]);
  fleet.setPod(podOf('b', { version: 2, ready: NOW + 700 }));
  expect(lines(written(fleet, {}, NOW + 700).status.conditions)[2]).toBe(FINE);
});

test('after a roll-out a pod that restarts or a node that joins is none, and no deadline runs for it', () => {
  const owner = withAnnotations({ 'everynode.dev/progress-deadline': '60' });
  const { fleet, podOf } = fleetOf({ daemonSet: owner, nodes: many(2), pods: { a: on('n1'), b: on('n2') } });
  written(fleet, owner, NOW);
  fleet.setPod(podOf('b', on('n2', { ...broken, version: 2 })));
  fleet.setNode(node('n3', { ready: 'True' }));
  const restarted = written(fleet, owner, NOW + 1_000);
  expect(lines(restarted.status.conditions)[0]).toBe(
    'Progressing False RolloutComplete: 1 of 3 nodes have an available pod of the present revision. Waiting for n2 (pod b is not ready), n3 (its pod is to be created).',
  );
  expect([restarted.notices, reconcile(fleet, NOW + 1_000).wakeAt]).toEqual([[], undefined]);
  fleet.setPod(podOf('b', on('n2', { version: 3 })));
  fleet.setPod(podOf('c', on('n3')));
  expect(written(fleet, owner, NOW + 2_000).notices).toEqual([]);
});
