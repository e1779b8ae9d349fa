/** What holds of any cluster: counting event by event equals counting anew, and no decision overcommits. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClusterState } from '../../src/core/scheduler/cluster-state.ts';
import { podInfoOf } from '../../src/core/scheduler/pod-info.ts';
import { schedule } from '../../src/core/scheduler/schedule.ts';
import { clusterOf, node, pinnedTo, pod } from './objects.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const name = fc.constantFrom(...NAMES);

const onePod = fc.record({
  id: fc.nat(30),
  cpu: fc.integer({ min: 0, max: 3000 }),
  priority: fc.integer({ min: 0, max: 3 }),
  hostPort: fc.constantFrom(0, 0, 0, 80, 81),
  hostIP: fc.constantFrom('', '10.0.0.1', '10.0.0.2'),
  app: fc.constantFrom('x', 'y'),
  pinned: fc.option(name, { nil: undefined, freq: 3 }),
  shy: fc.boolean(),
});

type OnePod = typeof onePod extends fc.Arbitrary<infer T> ? T : never;

function build({ id, cpu, priority, hostPort, hostIP, app, pinned, shy }: OnePod) {
  const antiAffinity = {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'x' } } },
    ],
  };
  const affinity = { ...(pinned ? pinnedTo(pinned).affinity : {}), ...(shy ? { podAntiAffinity: antiAffinity } : {}) };
  return pod(`p${id}`, {
    cpu: `${cpu}m`,
    priority,
    labels: { app },
    ...(hostPort ? { hostPort, hostIP } : {}),
    spec: { affinity },
  });
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('schedule' as const), pod: onePod }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), id: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('node' as const), name, cpu: fc.constantFrom('2', '4') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('no-node' as const), name }) },
);

/** What a cluster counts, in a form that can be compared. */
function tally(cluster: ClusterState) {
  const sums = (amounts: Readonly<Record<string, number>>) =>
    Object.entries(amounts)
      .filter(([, amount]) => amount !== 0)
      .sort();
  return cluster.nodes.map((on) => ({
    name: on.name,
    allocatable: on.allocatable,
    requested: sums(on.requested),
    footprint: { ...on.footprint },
    pods: [...on.pods.keys()].sort(),
    busy: [80, 81].filter((port) => on.ports.clash([{ ip: '', protocol: 'TCP', port }])),
    anti: cluster.withAntiAffinity.has(on),
  }));
}

test('any sequence of events', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const cluster = clusterOf(NAMES.map((one) => node(one)));
      const nodes = new Map(NAMES.map((one) => [one, node(one)]));
      const placed = new Map<string, { pod: ReturnType<typeof pod>; on: string }>();
      for (const one of steps) {
        if (one.kind === 'remove') {
          cluster.removePod(`uid-p${one.id}`);
          placed.delete(`uid-p${one.id}`);
        } else if (one.kind === 'node') {
          nodes.set(one.name, node(one.name, { cpu: one.cpu }));
          cluster.setNode(nodes.get(one.name)!);
        } else if (one.kind === 'no-node') {
          nodes.delete(one.name);
          cluster.removeNode(one.name);
        } else {
          const written = build(one.pod);
          const info = podInfoOf(written);
          if (placed.has(info.uid)) continue;
          const before = tally(cluster);
          const placement = schedule(info, cluster);
          expect(tally(cluster)).toEqual(before);
          expect(schedule(info, cluster)).toEqual(placement);
          if ('node' in placement) {
            const on = cluster.node(placement.node)!;
            if (one.pod.pinned) expect(on.name).toBe(one.pod.pinned);
            cluster.place(info, on.name);
            placed.set(info.uid, { pod: written, on: on.name });
            if (one.pod.cpu > 0) expect(on.requested.cpu ?? 0).toBeLessThanOrEqual(on.allocatable.cpu ?? 0);
          } else {
            for (const victim of placement.victims) expect(victim.priority).toBeLessThan(info.priority);
            if (placement.victims.length > 0) expect(fitsWithout(cluster, info, placement)).toBe(placement.nominated);
          }
        }
      }
      const anew = clusterOf([...nodes.values()]);
      for (const { pod: written, on } of placed.values()) anew.place(podInfoOf(written), on);
      expect(tally(cluster)).toEqual(tally(anew));
    }),
    { numRuns: 150 },
  );
});

/** Where the pod goes once its victims are gone and the node is nominated: the cleared node. */
function fitsWithout(cluster: ClusterState, info: ReturnType<typeof podInfoOf>, placement: ReturnType<typeof schedule>) {
  if ('node' in placement) return undefined;
  const { victims, nominated } = placement;
  const homes = victims.map((victim) => ({ victim, on: cluster.placed(victim.uid)?.node ?? '' }));
  for (const { victim } of homes) cluster.removePod(victim.uid);
  cluster.nominate(info.uid, { info, node: nominated ?? '' });
  const after = schedule(info, cluster);
  cluster.nominate(info.uid, undefined);
  for (const { victim, on } of homes) cluster.place(victim, on);
  return 'node' in after ? after.node : undefined;
}
