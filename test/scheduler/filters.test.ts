/** Which nodes take a pod, and upstream's words where none does. */
import { describe, expect, test } from 'vitest';
import type { Node, Pod, PodSpec } from '../../src/core/kube/objects.ts';
import { podInfoOf } from '../../src/core/scheduler/pod-info.ts';
import { schedule } from '../../src/core/scheduler/schedule.ts';
import { clusterOf, node, pinnedTo, pod } from './objects.ts';

interface Case {
  name: string;
  nodes: Node[];
  there?: Record<string, Pod[]>;
  pod: Pod;
  namespaces?: Record<string, Record<string, string>>;
  /** The node, or the message (which then starts with `0/` or `no`). */
  gives: string;
}

function check(cases: readonly Case[]): void {
  test.each(cases)('$name', ({ nodes, there, pod: one, namespaces = {}, gives }) => {
    const cluster = clusterOf(nodes, there);
    for (const [name, labels] of Object.entries(namespaces)) cluster.setNamespace(name, labels);
    const placement = schedule(podInfoOf(one), cluster);
    expect('node' in placement ? placement.node : placement.unschedulable).toBe(gives);
  });
}

const useless = (count: number, of = count) =>
  `preemption: 0/${of} nodes are available: ${count} Preemption is not helpful for scheduling.`;
const nobody = (count: number, of = count) =>
  `preemption: 0/${of} nodes are available: ${count} No preemption victims found for incoming pod.`;
const controlPlane = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' } as const;

describe('what a node is', () => {
  check([
    { name: 'no nodes', nodes: [], pod: pod('p'), gives: 'no nodes available to schedule pods' },
    {
      name: 'cordoned',
      nodes: [node('a', { unschedulable: true })],
      pod: pod('p'),
      gives: `0/1 nodes are available: 1 node(s) were unschedulable. ${useless(1)}`,
    },
    {
      name: 'cordoned, and that is tolerated',
      nodes: [node('a', { unschedulable: true })],
      pod: pod('p', { spec: { tolerations: [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }] } }),
      gives: 'a',
    },
    {
      name: 'tainted, and too small',
      nodes: [node('m', { taints: [controlPlane] }), ...['a', 'b', 'c'].map((name) => node(name, { cpu: '1' }))],
      pod: pod('p', { cpu: '2' }),
      gives: `0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 Insufficient cpu. ${useless(4)}`,
    },
    {
      name: 'NoExecute keeps out too',
      nodes: [node('a', { taints: [{ key: 'k', effect: 'NoExecute' }] })],
      pod: pod('p'),
      gives: `0/1 nodes are available: 1 node(s) had untolerated taint(s). ${useless(1)}`,
    },
    {
      name: 'PreferNoSchedule does not',
      nodes: [node('a', { taints: [{ key: 'k', effect: 'PreferNoSchedule' }] })],
      pod: pod('p'),
      gives: 'a',
    },
    {
      name: 'another node selector',
      nodes: [node('a'), node('b', { labels: { disk: 'ssd' } })],
      pod: pod('p', { spec: { nodeSelector: { disk: 'ssd' } } }),
      gives: 'b',
    },
    {
      name: 'no node selector that fits',
      nodes: [node('a'), node('b')],
      pod: pod('p', { spec: { nodeSelector: { disk: 'ssd' } } }),
      gives: `0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. ${useless(2)}`,
    },
  ]);
});

describe('pods that name their node', () => {
  const four = ['a', 'b', 'c', 'd'].map((name) => node(name));
  check([
    { name: 'go there', nodes: four, pod: pod('p', { spec: pinnedTo('c') }), gives: 'c' },
    {
      name: 'or nowhere',
      nodes: four,
      there: { c: [pod('q', { cpu: '3' })] },
      pod: pod('p', { cpu: '2', spec: pinnedTo('c') }),
      gives:
        "0/4 nodes are available: 1 Insufficient cpu, 3 node(s) didn't satisfy plugin(s) [NodeAffinity]. preemption: 0/4 nodes are available: 1 No preemption victims found for incoming pod, 3 Preemption is not helpful for scheduling.",
    },
    {
      name: 'a node that is not there',
      nodes: four,
      pod: pod('p', { spec: pinnedTo('z') }),
      gives: `0/4 nodes are available: 4 node(s) didn't satisfy plugin(s) [NodeAffinity]. ${useless(4)}`,
    },
    {
      name: 'two nodes at once',
      nodes: four,
      pod: pod('p', {
        spec: {
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [
                  {
                    matchFields: [
                      { key: 'metadata.name', operator: 'In', values: ['a'] },
                      { key: 'metadata.name', operator: 'In', values: ['b'] },
                    ],
                  },
                ],
              },
            },
          },
        },
      }),
      gives: `0/4 nodes are available: pod affinity terms conflict. ${useless(4)}`,
    },
  ]);
});

describe('what a node has left', () => {
  const gpu = { more: { 'example.com/gpu': '1' } };
  check([
    {
      name: 'exactly enough',
      nodes: [node('a')],
      there: { a: [pod('q', { cpu: '3500m' })] },
      pod: pod('p', { cpu: '500m' }),
      gives: 'a',
    },
    {
      name: 'all shortages of a node are named',
      nodes: [node('a', { pods: '1' })],
      there: { a: [pod('q', { cpu: '3', memory: '7Gi' })] },
      pod: pod('p', { cpu: '2', memory: '2Gi' }),
      gives: `0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory, 1 Too many pods. ${nobody(1)}`,
    },
    {
      name: 'more than there is at all',
      nodes: [node('a'), node('b')],
      pod: pod('p', { cpu: '5' }),
      gives: `0/2 nodes are available: 2 Insufficient cpu. ${useless(2)}`,
    },
    { name: 'an extended resource', nodes: [node('a'), node('b', gpu)], pod: pod('p', gpu), gives: 'b' },
    {
      name: 'one nobody has',
      nodes: [node('a')],
      pod: pod('p', gpu),
      gives: `0/1 nodes are available: 1 Insufficient example.com/gpu. ${useless(1)}`,
    },
    {
      name: 'a pod that asks nothing goes on an overcommitted node',
      nodes: [node('a')],
      there: { a: [pod('q', { cpu: '9' })] },
      pod: pod('p'),
      gives: 'a',
    },
    {
      name: 'a taken host port',
      nodes: [node('a')],
      there: { a: [pod('q', { hostPort: 9100 })] },
      pod: pod('p', { hostPort: 9100 }),
      gives: `0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. ${nobody(1)}`,
    },
    {
      name: 'the same port on another address',
      nodes: [node('a')],
      there: { a: [pod('q', { hostPort: 9100, hostIP: '10.0.0.1' })] },
      pod: pod('p', { hostPort: 9100, hostIP: '10.0.0.2' }),
      gives: 'a',
    },
  ]);
});

describe('other pods', () => {
  const zones = [
    node('a', { labels: { zone: 'x' } }),
    node('b', { labels: { zone: 'x' } }),
    node('c', { labels: { zone: 'y' } }),
  ];
  const term = (more: object = {}) => ({
    requiredDuringSchedulingIgnoredDuringExecution: [
      { topologyKey: 'zone', labelSelector: { matchLabels: { app: 'db' } }, ...more },
    ],
  });
  const near = (more?: object): Partial<PodSpec> => ({ affinity: { podAffinity: term(more) } });
  const far = (more?: object): Partial<PodSpec> => ({ affinity: { podAntiAffinity: term(more) } });
  const db = { labels: { app: 'db' } };
  const spread = (more: object = {}): Partial<PodSpec> => ({
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'zone',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { app: 'db' } },
        ...more,
      },
    ],
  });
  check([
    { name: 'affinity', nodes: zones, there: { c: [pod('q', db)] }, pod: pod('p', { spec: near() }), gives: 'c' },
    {
      name: 'affinity to nobody',
      nodes: zones,
      pod: pod('p', { spec: near() }),
      gives: `0/3 nodes are available: 3 node(s) didn't match pod affinity rules. ${useless(3)}`,
    },
    { name: 'affinity of the first of its kind', nodes: zones.slice(2), pod: pod('p', { ...db, spec: near() }), gives: 'c' },
    {
      name: 'affinity of one of its kind, when the first is elsewhere',
      nodes: [...zones.slice(0, 2), node('c', { labels: { zone: 'y' }, cpu: '1' })],
      there: { c: [pod('q', db)] },
      pod: pod('p', { ...db, cpu: '2', spec: near() }),
      gives: `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match pod affinity rules. ${useless(3)}`,
    },
    {
      name: 'affinity ends at the namespace',
      nodes: zones,
      there: { c: [pod('q', { ...db, namespace: 'other' })] },
      pod: pod('p', { spec: near() }),
      gives: `0/3 nodes are available: 3 node(s) didn't match pod affinity rules. ${useless(3)}`,
    },
    {
      name: 'unless it selects others',
      nodes: zones,
      there: { c: [pod('q', { ...db, namespace: 'other' })] },
      namespaces: { other: { team: 'x' } },
      pod: pod('p', { spec: near({ namespaceSelector: { matchLabels: { team: 'x' } } }) }),
      gives: 'c',
    },
    { name: 'anti-affinity', nodes: zones, there: { a: [pod('q', db)] }, pod: pod('p', { spec: far() }), gives: 'c' },
    {
      name: 'anti-affinity everywhere',
      nodes: zones,
      there: { a: [pod('q', db)], c: [pod('r', db)] },
      pod: pod('p', { spec: far() }),
      gives: `0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules. ${nobody(3)}`,
    },
    {
      name: 'anti-affinity of those who are there',
      nodes: zones.slice(0, 2),
      there: { a: [pod('q', { spec: far() })] },
      pod: pod('p', db),
      gives: `0/2 nodes are available: 2 node(s) didn't satisfy existing pods anti-affinity rules. ${nobody(2)}`,
    },
    { name: 'spread', nodes: zones, there: { a: [pod('q', db)] }, pod: pod('p', { ...db, spec: spread() }), gives: 'c' },
    {
      name: 'spread that cannot be',
      nodes: [...zones.slice(0, 2), node('c', { labels: { zone: 'y' }, cpu: '1' }), node('d')],
      there: { a: [pod('q', db)] },
      pod: pod('p', { ...db, cpu: '2', spec: spread() }),
      gives:
        "0/4 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match pod topology spread constraints (missing required label), 2 node(s) didn't match pod topology spread constraints. preemption: 0/4 nodes are available: 2 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.",
    },
    {
      name: 'spread with too few places counts the least as none',
      nodes: zones,
      there: { a: [pod('q', db)], c: [pod('r', db)] },
      pod: pod('p', { ...db, spec: spread({ minDomains: 3 }) }),
      gives: `0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints. ${nobody(3)}`,
    },
    {
      name: 'pods that leave are not counted',
      nodes: zones.slice(1),
      there: { b: [pod('q', { ...db, deleting: true })], c: [pod('r', db)] },
      pod: pod('p', { ...db, spec: spread() }),
      gives: 'b',
    },
  ]);
});

test('a port stays taken on one address when it is freed on another', () => {
  const there = [pod('q', { hostPort: 9100, hostIP: '10.0.0.1' }), pod('r', { hostPort: 9100, hostIP: '10.0.0.2' })];
  const cluster = clusterOf([node('a')], { a: there });
  cluster.removePod('uid-q');
  const onto = (hostIP: string) => schedule(podInfoOf(pod('p', { hostPort: 9100, hostIP })), cluster);
  expect(onto('10.0.0.1')).toEqual({ node: 'a' });
  expect(onto('10.0.0.2')).toHaveProperty('unschedulable');
});
