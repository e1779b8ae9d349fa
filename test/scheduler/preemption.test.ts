/** Whom a pod may push out, and where. */
import { describe, expect, test } from 'vitest';
import type { LabelSelector, Node, Pod } from '../../src/core/kube/objects.ts';
import { budgetOf } from '../../src/core/scheduler/budget.ts';
import { podInfoOf } from '../../src/core/scheduler/pod-info.ts';
import { schedule } from '../../src/core/scheduler/schedule.ts';
import { clusterOf, names, node, pinnedTo, pod } from './objects.ts';

interface Case {
  name: string;
  nodes: Node[];
  there: Record<string, Pod[]>;
  /** Waiting pods that have a node cleared for them, by node. */
  nominated?: Record<string, Pod[]>;
  budgets?: { selector: LabelSelector; allowed: number; disrupted?: string[] }[];
  pod: Pod;
  gives: Record<string, unknown>;
}

function check(cases: readonly Case[]): void {
  test.each(cases)('$name', ({ nodes, there, nominated = {}, budgets = [], pod: one, gives }) => {
    const cluster = clusterOf(nodes, there);
    for (const [name, waiting] of Object.entries(nominated))
      for (const info of waiting.map(podInfoOf)) cluster.nominate(info.uid, { info, node: name });
    for (const [i, { selector, allowed, disrupted = [] }] of budgets.entries()) {
      const disruptedPods = Object.fromEntries(disrupted.map((name) => [name, '2026-01-01T00:00:00Z']));
      const written = {
        metadata: { namespace: 'default' },
        spec: { selector },
        status: { disruptionsAllowed: allowed, disruptedPods },
      };
      cluster.setBudget(`${i}`, budgetOf(written));
    }
    const placement = schedule(podInfoOf(one), cluster);
    const {
      unschedulable: message,
      nominated: to,
      victims,
      demoted,
    } = 'node' in placement ? NOT_PLACED(placement.node) : placement;
    const found = { message, to, victims: names(victims), demoted: names(demoted) };
    expect(found).toMatchObject(gives);
    // Trying leaves no trace: the same question has the same answer.
    expect(schedule(podInfoOf(one), cluster)).toEqual(placement);
  });
}

/** Affinity or anti-affinity to `app: db` within a zone. */
const near = {
  requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', labelSelector: { matchLabels: { app: 'db' } } }],
};
const NOT_PLACED = (to: string) => ({ unschedulable: 'placed', nominated: to, victims: [], demoted: [] });
const vip = (words: Parameters<typeof pod>[1] = {}) => pod('vip', { cpu: '2', priority: 100, ...words });
const low = (name: string, cpu = '2', more: Parameters<typeof pod>[1] = {}) => pod(name, { cpu, ...more });

describe('on one node', () => {
  check([
    {
      name: 'the message says nothing of a preemption that helps',
      nodes: [node('a')],
      there: { a: [low('q', '4')] },
      pod: vip(),
      gives: { message: '0/1 nodes are available: 1 Insufficient cpu.', to: 'a', victims: ['q'] },
    },
    {
      name: 'only as many as needed, the least important',
      nodes: [node('a')],
      there: { a: [low('q', '1', { priority: 5 }), low('r', '1'), low('s', '1'), low('t', '1', { priority: 200 })] },
      pod: vip(),
      gives: { to: 'a', victims: ['r', 's'] },
    },
    {
      name: 'among equals the younger',
      nodes: [node('a')],
      there: {
        a: [low('old', '2', { started: '2026-01-01T00:00:00Z' }), low('young', '2', { started: '2026-01-02T00:00:00Z' })],
      },
      pod: vip(),
      gives: { victims: ['young'] },
    },
    {
      name: 'not of equal priority',
      nodes: [node('a')],
      there: { a: [low('q', '4', { priority: 100 })] },
      pod: vip(),
      gives: {
        message:
          '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
        to: '',
        victims: [],
      },
    },
    {
      name: 'not where it would not do',
      nodes: [node('a')],
      there: { a: [low('q', '1'), low('r', '3', { priority: 100 })] },
      pod: vip(),
      gives: {
        message: '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 Insufficient cpu.',
        victims: [],
      },
    },
    {
      name: 'never where its class forbids',
      nodes: [node('a')],
      there: { a: [low('q', '4')] },
      pod: vip({ spec: { preemptionPolicy: 'Never' } }),
      gives: {
        message: '0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.',
        to: undefined,
        victims: [],
      },
    },
    {
      name: 'a host port is freed',
      nodes: [node('a')],
      there: { a: [pod('q', { hostPort: 80 }), pod('r', { hostPort: 81 })] },
      pod: vip({ hostPort: 80 }),
      gives: { victims: ['q'] },
    },
    {
      name: 'anti-affinity is cured',
      nodes: [node('a')],
      there: { a: [pod('q', { labels: { app: 'db' } }), pod('r')] },
      pod: vip({
        spec: {
          affinity: {
            podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'db' } } },
              ],
            },
          },
        },
      }),
      gives: { victims: ['q'] },
    },
    {
      name: 'no second time while the first victims leave',
      nodes: [node('a')],
      there: {
        a: [
          low('q', '2', {
            deleting: true,
            status: { conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }] },
          }),
          low('r', '2'),
        ],
      },
      pod: vip({ status: { nominatedNodeName: 'a' } }),
      gives: {
        message:
          '0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to a terminating pod on the nominated node.',
        to: undefined,
        victims: [],
      },
    },
  ]);
});

describe('among nodes', () => {
  check([
    {
      name: 'a pod that names its node clears that one',
      nodes: [node('a'), node('b')],
      there: { a: [low('q', '4')], b: [low('r', '4', { priority: -5 })] },
      pod: vip({ spec: pinnedTo('a') }),
      gives: { to: 'a', victims: ['q'] },
    },
    {
      name: 'the lowest of the highest victims',
      nodes: [node('a'), node('b')],
      there: { a: [low('q', '4', { priority: 9 })], b: [low('r'), low('s')] },
      pod: vip({ cpu: '4' }),
      gives: { to: 'b', victims: ['r', 's'] },
    },
    {
      name: 'the fewest',
      nodes: [node('a'), node('b')],
      there: { a: [low('q'), low('r')], b: [low('s', '4')] },
      pod: vip({ cpu: '4' }),
      gives: { to: 'b', victims: ['s'] },
    },
    {
      name: 'the latest start',
      nodes: [node('a'), node('b')],
      there: { a: [low('q', '4', { started: '2026-01-01T00:00:00Z' })], b: [low('r', '4', { started: '2026-01-02T00:00:00Z' })] },
      pod: vip(),
      gives: { to: 'b', victims: ['r'] },
    },
    {
      name: 'no budget broken where it can be helped',
      nodes: [node('a'), node('b')],
      there: { a: [low('q', '4', { labels: { app: 'db' } })], b: [low('r', '4', { priority: 9 })] },
      budgets: [{ selector: { matchLabels: { app: 'db' } }, allowed: 0 }],
      pod: vip(),
      gives: { to: 'b', victims: ['r'] },
    },
    {
      name: 'a budget that allows one, or has counted the pod already, is not broken',
      nodes: [node('a'), node('b')],
      there: { a: [low('q', '4', { labels: { app: 'db' } })], b: [low('r', '4', { priority: 9 })] },
      budgets: [
        { selector: { matchLabels: { app: 'db' } }, allowed: 1 },
        { selector: { matchLabels: { app: 'db' } }, allowed: 0, disrupted: ['q'] },
        { selector: {}, allowed: 0 },
      ],
      pod: vip(),
      gives: { to: 'a', victims: ['q'] },
    },
  ]);
});

describe('nominations', () => {
  check([
    {
      name: 'room cleared for a pod is not taken by one of lower priority',
      nodes: [node('a')],
      there: { a: [] },
      nominated: { a: [pod('first', { cpu: '4', priority: 100 })] },
      pod: low('late', '1'),
      gives: {
        message:
          '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
      },
    },
    {
      name: 'a pod that is only nominated is nobody to be near to',
      nodes: [node('a', { labels: { zone: 'x' } })],
      there: { a: [] },
      nominated: { a: [pod('first', { priority: 100, labels: { app: 'db' } })] },
      pod: low('late', '1', { spec: { affinity: { podAffinity: near } } }),
      gives: {
        message:
          "0/1 nodes are available: 1 node(s) didn't match pod affinity rules. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
      },
    },
    {
      name: 'one of higher priority takes it, and the other must look again',
      nodes: [node('a')],
      there: { a: [low('q', '4')] },
      nominated: { a: [pod('first', { cpu: '4', priority: 50 })] },
      pod: vip(),
      gives: { to: 'a', victims: ['q'], demoted: ['first'] },
    },
  ]);
});

test('what is tried on one node leaves no trace on the next', () => {
  const zone = { labels: { zone: 'x' } };
  const cluster = clusterOf([node('a', zone), node('b', zone)], {
    a: [low('q', '4', { priority: 9, labels: { app: 'db' } })],
    b: [low('r', '4')],
  });
  // Wherever the search begins: clearing `b` is no use while `q` is in the zone, though `r` is the lesser victim.
  for (let i = 0; i < 8; i++) {
    const wants = pod(`vip${i}`, { cpu: '2', priority: 100, spec: { affinity: { podAntiAffinity: near } } });
    expect(schedule(podInfoOf(wants), cluster)).toMatchObject({ nominated: 'a', victims: [{ uid: 'uid-q' }] });
  }
});
