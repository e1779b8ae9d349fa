/** Decisions: what is created, deleted, adopted and reported in each situation of one or a few nodes. */
import { expect, test } from 'vitest';
import type { Decision } from '../../src/core/daemonset/decision.ts';
import { Fleet } from '../../src/core/daemonset/fleet.ts';
import { reconcile } from '../../src/core/daemonset/reconcile.ts';
import type { Node, Taint } from '../../src/core/kube/objects.ts';
import { PROFILES } from '../../src/core/profile.ts';
import { type DaemonSetOptions, daemonSet, NOW, node, type PodOptions } from './objects.ts';
import { fleetOf, type Situation, shown } from './situation.ts';

interface Case extends Situation {
  /** Pod actions in order, as `create n1`, `delete a: Code`. */
  readonly expected: readonly string[];
  /** desired, current, ready, available, updated, misscheduled, when it matters. */
  readonly counts?: readonly number[];
}

function counts({ status }: Decision): number[] {
  const {
    desiredNumberScheduled,
    currentNumberScheduled,
    numberReady,
    numberAvailable = 0,
    updatedNumberScheduled = 0,
    numberMisscheduled,
  } = status;
  return [
    desiredNumberScheduled,
    currentNumberScheduled,
    numberReady,
    numberAvailable,
    updatedNumberScheduled,
    numberMisscheduled,
  ];
}

function check(given: Case): void {
  const decision = reconcile(fleetOf(given).fleet, NOW);
  expect(decision.actions.map(shown)).toEqual(given.expected);
  if (given.counts) expect(counts(decision)).toEqual(given.counts);
  for (const { because } of decision.actions) expect(because.message).not.toBe('');
}

const taint = (effect: Taint['effect']): readonly Node[] => [node('n1', { taints: [{ key: 'x', effect }] })];
const rolling = (maxUnavailable: number | string, maxSurge: number | string): DaemonSetOptions => ({
  spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable, maxSurge } } },
});
const surge = rolling(0, 1);
const many = (count: number): readonly Node[] => Array.from({ length: count }, (_, i) => node(`n${i + 1}`));
const on = (node: string, more: PodOptions = {}): PodOptions => ({ node, ...more });

test.each<[string, Case]>([
  ['an empty node gets a pod', { expected: ['create n1'], counts: [1, 0, 0, 0, 0, 0] }],
  ['a node with its pod is left alone', { pods: { a: {} }, expected: [], counts: [1, 1, 1, 1, 1, 0] }],
  [
    'a terminating pod occupies its node and counts as ready',
    { pods: { a: { deleting: true } }, expected: [], counts: [1, 1, 1, 1, 1, 0] },
  ],
  [
    'a terminal pod that lingers does not',
    { pods: { a: { deleting: true, phase: 'Failed' } }, expected: ['create n1'], counts: [1, 0, 0, 0, 0, 0] },
  ],
  [
    'a failed pod is deleted',
    { pods: { a: { phase: 'Failed', ready: false } }, expected: ['delete a: FailedDaemonPod'], counts: [1, 1, 0, 0, 1, 0] },
  ],
  [
    'a succeeded pod is deleted',
    { pods: { a: { phase: 'Succeeded', ready: false } }, expected: ['delete a: SucceededDaemonPod'] },
  ],
  [
    'of two pods the older stays',
    { pods: { a: { created: NOW - 1 }, b: { created: NOW - 9999 } }, expected: ['delete a: DuplicatePod'] },
  ],
  [
    'a bound pod goes before an older unbound one',
    { pods: { a: { created: NOW - 1000 }, b: { created: NOW - 99_000, unbound: true } }, expected: ['delete b: DuplicatePod'] },
  ],
  ['equal pods by name', { pods: { b: {}, a: {} }, expected: ['delete b: DuplicatePod'] }],
  ['NoSchedule: nothing new, the old stays', { nodes: taint('NoSchedule'), expected: [], counts: [0, 0, 0, 0, 0, 0] }],
  [
    'NoSchedule: a pod there is misscheduled',
    { nodes: taint('NoSchedule'), pods: { a: {} }, expected: [], counts: [0, 0, 0, 0, 0, 1] },
  ],
  [
    'NoSchedule: a failed pod goes and does not come back',
    { nodes: taint('NoSchedule'), pods: { a: { phase: 'Failed' } }, expected: ['delete a: FailedDaemonPod'] },
  ],
  [
    'NoExecute: every pod goes',
    {
      nodes: taint('NoExecute'),
      pods: { a: {}, b: {}, c: { deleting: true } },
      expected: ['delete a: NodeNotEligible', 'delete b: NodeNotEligible'],
    },
  ],
  [
    'a bound pod of a vanished node is the garbage collector’s',
    { nodes: [], pods: { a: {} }, expected: [], counts: [0, 0, 0, 0, 0, 0] },
  ],
  ['an unbound one is deleted', { nodes: [], pods: { a: { unbound: true } }, expected: ['delete a: NodeGone'] }],
  [
    'an orphan is adopted and occupies the node',
    { pods: { a: { owner: '' } }, expected: ['adopt-pod a'], counts: [1, 1, 1, 1, 1, 0] },
  ],
  [
    'an orphan is not deleted before it is adopted',
    { nodes: taint('NoExecute'), pods: { a: { owner: '' } }, expected: ['adopt-pod a'] },
  ],
  ['a terminating orphan is not adopted', { pods: { a: { owner: '', deleting: true } }, expected: ['create n1'] }],
  [
    'a pod of ours that no longer matches is released and replaced',
    { pods: { a: { labels: { app: 'x' } } }, expected: ['release-pod a', 'create n1'] },
  ],
  ['the pod of another DaemonSet is none of ours', { pods: { a: { owner: 'other' } }, expected: ['create n1'] }],

  [
    'surge: a terminating pod does not hold the new one up',
    { daemonSet: surge, pods: { a: { deleting: true } }, expected: ['create n1'] },
  ],
  [
    'surge: the old goes when the new is available',
    { daemonSet: surge, pods: { a: { hash: 'old' }, b: {} }, expected: ['delete a: SurgeComplete'] },
  ],
  [
    'surge: the old stays while the new is not',
    { daemonSet: surge, pods: { a: { hash: 'old' }, b: { ready: false } }, expected: [], counts: [1, 1, 1, 1, 0, 0] },
  ],
  [
    'surge: the old goes when it is not ready',
    {
      daemonSet: surge,
      pods: { a: { hash: 'old', ready: false }, b: { ready: false } },
      expected: ['delete a: OutdatedPodNotReady'],
    },
  ],
  [
    'surge: the eldest of each kind stay',
    {
      daemonSet: surge,
      pods: { a: { hash: 'old' }, b: { hash: 'old', created: NOW }, c: { ready: false }, d: { ready: false, created: NOW } },
      expected: ['delete b: DuplicatePod', 'delete d: DuplicatePod'],
    },
  ],
  [
    'surge: one node at a time',
    {
      daemonSet: surge,
      nodes: many(3),
      pods: { a: on('n1', { hash: 'old' }), b: on('n2', { hash: 'old', created: NOW - 999_000 }), c: on('n3', { hash: 'old' }) },
      expected: ['create n2'],
    },
  ],
  [
    'surge: none while one is under way',
    {
      daemonSet: surge,
      nodes: many(2),
      pods: { a: on('n1', { hash: 'old' }), b: on('n1', { ready: false }), c: on('n2', { hash: 'old' }) },
      expected: [],
    },
  ],
  [
    'surge: broken ones beyond the number',
    {
      daemonSet: surge,
      nodes: many(3),
      pods: {
        a: on('n1', { hash: 'old', ready: false }),
        b: on('n2', { hash: 'old', ready: false }),
        c: on('n3', { hash: 'old' }),
      },
      expected: ['create n1', 'create n2', 'create n3'],
    },
  ],

  [
    'one unavailable at a time, the oldest pod first',
    {
      nodes: many(3),
      pods: { a: on('n1', { hash: 'old' }), b: on('n2', { hash: 'old', created: NOW - 999_000 }), c: on('n3', { hash: 'old' }) },
      expected: ['delete b: OutdatedPod'],
    },
  ],
  [
    'percentages round up',
    {
      daemonSet: rolling('40%', 0),
      nodes: many(3),
      pods: { a: on('n1', { hash: 'old' }), b: on('n2', { hash: 'old' }), c: on('n3', { hash: 'old' }) },
      expected: ['delete a: OutdatedPod', 'delete b: OutdatedPod'],
    },
  ],
  [
    'none while one is under way',
    { nodes: many(2), pods: { a: on('n1', { ready: false }), c: on('n2', { hash: 'old' }) }, expected: [] },
  ],
  [
    'hard: broken ones first, within the budget',
    {
      daemonSet: rolling(2, 0),
      nodes: many(4),
      pods: {
        a: on('n1', { hash: 'old' }),
        b: on('n2', { hash: 'old', ready: false }),
        c: on('n3', { hash: 'old', ready: false }),
        d: on('n4', { hash: 'old', ready: false }),
      },
      expected: ['delete b: OutdatedPodUnavailable', 'delete c: OutdatedPodUnavailable'],
    },
  ],
  [
    'upstream: all broken ones at once',
    {
      profile: 'kubernetes',
      daemonSet: rolling(1, 0),
      nodes: many(3),
      pods: {
        a: on('n1', { hash: 'old' }),
        b: on('n2', { hash: 'old', ready: false }),
        c: on('n3', { hash: 'old', ready: false }),
      },
      expected: ['delete b: OutdatedPodUnavailable', 'delete c: OutdatedPodUnavailable'],
    },
  ],
  [
    'hard: a node that is not eligible spends nothing and keeps its pod',
    {
      nodes: [...taint('NoSchedule'), node('n2')],
      pods: { a: on('n1', { hash: 'old', ready: false }), b: on('n2', { hash: 'old' }) },
      expected: ['delete b: OutdatedPod'],
    },
  ],
  [
    'upstream: such a node spends',
    {
      profile: 'kubernetes',
      nodes: [...taint('NoSchedule'), node('n2')],
      pods: { a: on('n1', { hash: 'old', ready: false }), b: on('n2', { hash: 'old' }) },
      expected: ['delete a: OutdatedPodUnavailable'],
    },
  ],
  [
    'OnDelete leaves updates to people',
    {
      daemonSet: { spec: { updateStrategy: { type: 'OnDelete' } } },
      pods: { a: { hash: 'old' } },
      expected: [],
      counts: [1, 1, 1, 1, 0, 0],
    },
  ],
  ['no update while something is missing', { nodes: many(2), pods: { a: on('n1', { hash: 'old' }) }, expected: ['create n2'] }],
  [
    'nothing at all while the DaemonSet is being deleted',
    {
      daemonSet: { metadata: { name: 'agent', namespace: 'monitoring', uid: 'ds', deletionTimestamp: '2026-03-01T00:00:00Z' } },
      expected: [],
    },
  ],
])('%s', (_, given) => check(given));

test('a selector of everything is refused with a warning', () => {
  const decision = reconcile(new Fleet(daemonSet({ spec: { selector: {} } }), PROFILES.handbook), NOW);
  expect(decision.actions).toEqual([]);
  expect(decision.notices.map(({ type, because }) => [type, because.code])).toEqual([['Warning', 'SelectingAll']]);
});

test('a failed pod waits 1 s, 2 s, 4 s …, anew after a change of the template', () => {
  const { fleet, podOf } = fleetOf({});
  const fail = (name: string, at: number): string[] => {
    fleet.setPod(podOf(name, { phase: 'Failed', ready: false, created: at }));
    const { actions } = reconcile(fleet, at);
    for (const action of actions) if (action.kind === 'delete-pod') fleet.expectDelete(action.pod.uid, at);
    return actions.map(shown);
  };
  expect(fail('a', NOW)).toEqual(['delete a: FailedDaemonPod']);
  fleet.removePod('a');
  expect(fail('b', NOW + 500)).toEqual([]);
  expect(reconcile(fleet, NOW + 500).wakeAt).toBe(NOW + 1000);
  expect(fail('b', NOW + 1000)).toEqual(['delete b: FailedDaemonPod']);
  fleet.removePod('b');
  expect(fail('c', NOW + 2999)).toEqual([]);
  fleet.setDaemonSet(daemonSet({ generation: 2, image: 'agent:2' }));
  expect(fail('c', NOW + 2999)).toContain('delete c: FailedDaemonPod');
});

test('surge: a node in its back-off gets no pod beside the failed one', () => {
  const { fleet, podOf } = fleetOf({ daemonSet: surge, pods: { a: { phase: 'Failed', ready: false } } });
  expect(reconcile(fleet, NOW).actions.map(shown)).toEqual(['create n1', 'delete a: FailedDaemonPod']);
  fleet.expectDelete('a', NOW);
  fleet.removePod('a');
  fleet.setPod(podOf('b', { phase: 'Failed', ready: false }));
  expect(reconcile(fleet, NOW + 999).actions.map(shown)).toEqual([]);
  expect(reconcile(fleet, NOW + 1000).actions.map(shown)).toEqual(['create n1', 'delete b: FailedDaemonPod']);
});

test('surge, upstream: an outdated pod on a node that is not eligible goes when enough others are available; hard keeps it', () => {
  const nodes = [...taint('NoSchedule'), node('n2')];
  const given = {
    profile: 'kubernetes' as const,
    daemonSet: surge,
    nodes,
    pods: { a: on('n1', { hash: 'old' }), b: on('n2', {}) },
  };
  expect(reconcile(fleetOf(given).fleet, NOW).actions.map(shown)).toEqual(['delete a: OutdatedPodSurplus']);
  const waiting = { ...given, pods: { a: on('n1', { hash: 'old' }), b: on('n2', { ready: false }) } };
  expect(reconcile(fleetOf(waiting).fleet, NOW).actions.map(shown)).toEqual([]);
  expect(reconcile(fleetOf({ ...given, profile: 'handbook' }).fleet, NOW).actions.map(shown)).toEqual([]);
});

test('no update while an adoption is due or anything asked for is not seen', () => {
  const adopting = fleetOf({ nodes: many(2), pods: { a: on('n1', { owner: '' }), b: on('n2', { hash: 'old' }) } });
  expect(reconcile(adopting.fleet, NOW).actions.map(shown)).toEqual(['adopt-pod a']);
  const { fleet } = fleetOf({
    daemonSet: rolling(2, 0),
    nodes: many(2),
    pods: { a: on('n1', { hash: 'old' }), b: on('n2', { hash: 'old' }) },
  });
  expect(reconcile(fleet, NOW).actions).toHaveLength(2);
  fleet.expectDelete('a', NOW);
  expect(reconcile(fleet, NOW).actions).toEqual([]);
  fleet.deleteFailed('a');
  expect(reconcile(fleet, NOW).actions).toHaveLength(2);
});

test('minReadySeconds: available, and awake, at the very instant', () => {
  const { fleet } = fleetOf({ daemonSet: { spec: { minReadySeconds: 30 } }, pods: { a: { ready: NOW - 10_000 } } });
  const before = reconcile(fleet, NOW);
  expect([before.status.numberReady, before.status.numberAvailable, before.status.numberUnavailable, before.wakeAt]).toEqual([
    1,
    undefined,
    1,
    NOW + 20_000,
  ]);
  const after = reconcile(fleet, NOW + 20_000);
  expect([after.status.numberAvailable, after.status.numberUnavailable, after.wakeAt]).toEqual([1, undefined, undefined]);
});

test('at most 250 creates a decision, the rest at once after', () => {
  const { fleet } = fleetOf({ nodes: many(300) });
  const first = reconcile(fleet, NOW);
  expect([first.actions.length, first.wakeAt]).toEqual([250, NOW]);
  for (const action of first.actions) if (action.kind === 'create-pod') fleet.expectCreate(action.node, NOW);
  expect(reconcile(fleet, NOW).actions).toHaveLength(50);
});

test('the status is written only when it says something new', () => {
  const { fleet } = fleetOf({ pods: { a: {} } });
  const first = reconcile(fleet, NOW);
  const { conditions, ...counted } = first.status;
  expect(conditions?.map(({ type, status }) => `${type} ${status}`)).toEqual([
    'Progressing False',
    'Available True',
    'Degraded False',
  ]);
  expect(counted).toEqual({
    currentNumberScheduled: 1,
    numberMisscheduled: 0,
    desiredNumberScheduled: 1,
    numberReady: 1,
    observedGeneration: 1,
    updatedNumberScheduled: 1,
    numberAvailable: 1,
  });
  expect(first.statusChanged).toBe(true);
  fleet.setDaemonSet(daemonSet({ status: first.status }));
  expect(reconcile(fleet, NOW).statusChanged).toBe(false);
  fleet.expectDelete('a', NOW);
  fleet.setDaemonSet(daemonSet({ generation: 2, image: 'agent:1', status: first.status }));
  expect(reconcile(fleet, NOW).status.observedGeneration).toBe(1);
  fleet.deleteFailed('a');
  expect(reconcile(fleet, NOW).status.observedGeneration).toBe(2);
});

test('a removed node lowers what is desired', () => {
  const { fleet } = fleetOf({ nodes: many(2), pods: { a: on('n1'), b: on('n2') } });
  expect(counts(reconcile(fleet, NOW))).toEqual([2, 2, 2, 2, 2, 0]);
  expect(fleet.removeNode('n2')).toBe(true);
  expect(counts(reconcile(fleet, NOW))).toEqual([1, 1, 1, 1, 1, 0]);
});
