/** Which of the nodes that take a pod it goes to. */
import { expect, test } from 'vitest';
import type { Node, Pod, PodSpec } from '../../src/core/kube/objects.ts';
import { podInfoOf } from '../../src/core/scheduler/pod-info.ts';
import { schedule } from '../../src/core/scheduler/schedule.ts';
import { preferredTaints } from '../../src/core/scheduler/scores/node-preferences.ts';
import { balancedAllocation, leastAllocated } from '../../src/core/scheduler/scores/resources.ts';
import { clusterOf, node, pod } from './objects.ts';

interface Case {
  name: string;
  nodes: Node[];
  there?: Record<string, Pod[]>;
  pod: Pod;
  goes: string;
}

function check(cases: readonly Case[]): void {
  test.each(cases)('$name', ({ nodes, there, pod: one, goes }) => {
    // Whatever the lot would say among equals: every UID must give the same answer.
    for (let i = 0; i < 8; i++) {
      const info = podInfoOf({ ...one, metadata: { ...one.metadata, uid: `uid-${i}` } });
      expect(schedule(info, clusterOf(nodes, there))).toEqual({ node: goes });
    }
  });
}

const db = { labels: { app: 'db' } };
const prefers = (which: 'podAffinity' | 'podAntiAffinity', topologyKey: string): Partial<PodSpec> => ({
  affinity: {
    [which]: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 100, podAffinityTerm: { topologyKey, labelSelector: { matchLabels: { app: 'db' } } } },
      ],
    },
  },
});

check([
  {
    name: 'the emptier',
    nodes: [node('a'), node('b')],
    there: { a: [pod('q', { cpu: '1', memory: '2Gi' })] },
    pod: pod('p', { cpu: '1', memory: '1Gi' }),
    goes: 'b',
  },
  {
    name: 'pods that request nothing spread too',
    nodes: [node('a'), node('b')],
    there: { a: [pod('q')] },
    pod: pod('p'),
    goes: 'b',
  },
  {
    name: 'the more evenly used',
    nodes: [node('a'), node('b')],
    there: { a: [pod('q', { cpu: '2', memory: '1' })], b: [pod('r', { cpu: '1m', memory: '4Gi' })] },
    pod: pod('p', { cpu: '2', memory: '1' }),
    goes: 'b',
  },
  {
    name: 'the one without a taint that asks to stay away',
    nodes: [node('a', { taints: [{ key: 'k', effect: 'PreferNoSchedule' }] }), node('b', { cpu: '2' })],
    there: { b: [pod('q', { cpu: '1' })] },
    pod: pod('p'),
    goes: 'b',
  },
  {
    name: 'the preferred',
    nodes: [node('a'), node('b', { labels: { disk: 'ssd' } })],
    there: { b: [pod('q', { cpu: '1' })] },
    pod: pod('p', {
      spec: {
        affinity: {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 1, preference: { matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] } },
            ],
          },
        },
      },
    }),
    goes: 'b',
  },
  {
    name: 'near those it likes',
    nodes: [node('a'), node('b')],
    there: { a: [pod('q', { ...db, cpu: '1' })] },
    pod: pod('p', { spec: prefers('podAffinity', 'kubernetes.io/hostname') }),
    goes: 'a',
  },
  {
    name: 'far from those it does not',
    nodes: [node('a'), node('b')],
    there: { a: [pod('q', db)], b: [pod('r', { cpu: '1' })] },
    pod: pod('p', { spec: prefers('podAntiAffinity', 'kubernetes.io/hostname') }),
    goes: 'b',
  },
  {
    name: 'where those who are there like it',
    nodes: [node('a'), node('b')],
    there: { a: [pod('q', { cpu: '1', spec: prefers('podAffinity', 'kubernetes.io/hostname') })] },
    pod: pod('p', db),
    goes: 'a',
  },
  {
    name: 'spread anyway',
    nodes: [node('a', { labels: { zone: 'x' } }), node('b', { labels: { zone: 'x' } }), node('c', { labels: { zone: 'y' } })],
    there: { a: [pod('q', db)], c: [pod('r', { cpu: '1' })] },
    pod: pod('p', {
      ...db,
      spec: {
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: { app: 'db' } } },
        ],
      },
    }),
    goes: 'c',
  },
]);

test('the points are upstream’s', () => {
  const cluster = clusterOf([node('a', { cpu: '4', memory: '10000' })], { a: [pod('q', { cpu: '1', memory: '1000' })] });
  const choice = { cluster, feasible: cluster.nodes };
  const [on] = cluster.nodes;
  const info = podInfoOf(pod('p', { cpu: '2', memory: '5000' }));
  // ((4000-3000)*100/4000 + (10000-6000)*100/10000) / 2, and (1 - |0.75-0.6|/2) * 100, in whole numbers.
  expect(leastAllocated(info, choice)?.of(on!)).toBe(32);
  expect(balancedAllocation(info, choice)?.of(on!)).toBe(92);
  expect(balancedAllocation(podInfoOf(pod('none')), choice)).toBeUndefined();
  const counts = [0, 1, 3];
  preferredTaints(info, choice)?.normalise?.(counts);
  expect(counts).toEqual([100, 67, 0]);
});

test('equals are chosen among by UID, the same each time, and not always alike', () => {
  const cluster = clusterOf(['a', 'b', 'c', 'd'].map((name) => node(name)));
  const places = Array.from({ length: 40 }, (_, i) => schedule(podInfoOf(pod(`p${i}`)), cluster));
  expect(places).toEqual(Array.from({ length: 40 }, (_, i) => schedule(podInfoOf(pod(`p${i}`)), cluster)));
  expect(new Set(places.map((place) => JSON.stringify(place))).size).toBe(4);
});
