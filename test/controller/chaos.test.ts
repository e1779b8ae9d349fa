/** Under any faults the controller is safe, and once they end it converges: one pod a node, the status true, then silence. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ApiError } from '../../src/core/api/api-error.ts';
import type { DaemonSet, Node } from '../../src/core/kube/objects.ts';
import { DAEMONSETS, NODES, PODS } from '../../src/core/kube/resource.ts';
import { SeededRandom } from '../sim/virtual-clock.ts';
import { join, startCluster, type TestCluster } from './cluster.ts';

const NODE_NAMES = ['a', 'b', 'c', 'd', 'e'];
const agent = { namespace: 'default', name: 'agent' };
const merge = (body: unknown) => ({ type: 'application/merge-patch+json' as const, body });

type Step =
  | { kind: 'node' | 'taint' | 'kill'; node: string }
  | { kind: 'template'; release: number }
  | { kind: 'faults'; refuse: number; lose: number; seed: number }
  | { kind: 'deaf' | 'expire' | 'restart' | 'kubelets' }
  | { kind: 'wait'; ms: number };

const node = fc.constantFrom(...NODE_NAMES);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('node' as const, 'taint' as const, 'kill' as const), node }),
  fc.record({ kind: fc.constant('template' as const), release: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    kind: fc.constant('faults' as const),
    refuse: fc.constantFrom(0, 0.2, 1),
    lose: fc.constantFrom(0, 0.2, 0.5),
    seed: fc.nat(99),
  }),
  fc.record({ kind: fc.constantFrom('deaf' as const, 'expire' as const, 'restart' as const, 'kubelets' as const) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(0, 10, 1000, 20_000) }),
);

/** What a script does to the cluster; answers with the controller that runs afterwards. */
async function take(cluster: TestCluster, one: Step, restart: () => Promise<void>): Promise<void> {
  const { api, clock, faulty } = cluster;
  const there = async (name: string) => (await api.list<Node>(NODES)).items.find(({ metadata }) => metadata.name === name);
  if (one.kind === 'node') {
    if (await there(one.node)) await api.delete(NODES, { name: one.node });
    else await join(api, { metadata: { name: one.node } });
  } else if (one.kind === 'taint') {
    const found = await there(one.node);
    const taints = found?.spec?.taints ? null : [{ key: 'out', effect: one.node < 'c' ? 'NoSchedule' : 'NoExecute' }];
    if (found) await api.patch(NODES, { name: one.node }, merge({ spec: { taints } }));
  } else if (one.kind === 'kill') {
    for (const { metadata, spec } of await cluster.podObjects()) {
      if (spec.nodeName === one.node)
        await api.delete(PODS, { namespace: 'default', name: metadata.name ?? '' }, { gracePeriodSeconds: 0 });
    }
  } else if (one.kind === 'template') {
    await api.patch(DAEMONSETS, agent, merge({ spec: { template: { metadata: { labels: { release: String(one.release) } } } } }));
  } else if (one.kind === 'faults') {
    const luck = new SeededRandom(one.seed);
    faulty.faults.before = () => {
      if (luck.next() < one.refuse) throw new ApiError(500, 'InternalError', 'boom');
    };
    faulty.faults.after = () => {
      if (luck.next() < one.lose) throw new Error('socket hang up');
    };
  } else if (one.kind === 'deaf') faulty.faults.deaf = true;
  else if (one.kind === 'expire') expire(cluster);
  else if (one.kind === 'restart') await restart();
  else if (one.kind === 'kubelets') await kubelets(cluster);
  await clock.advance(one.kind === 'wait' ? one.ms : 1);
}

function expire({ faulty }: TestCluster): void {
  faulty.faults.deaf = false;
  faulty.breakWatches(new ApiError(410, 'Expired', 'too old resource version'));
}

/** Kubelets, and a collector of the pods of nodes that are gone. */
async function kubelets(cluster: TestCluster): Promise<void> {
  const nodes = new Set((await cluster.api.list(NODES)).items.map(({ metadata }) => metadata.name));
  for (const { metadata, spec } of await cluster.podObjects()) {
    if (!nodes.has(spec.nodeName))
      await cluster.api.delete(PODS, { namespace: 'default', name: metadata.name ?? '' }, { gracePeriodSeconds: 0 });
  }
  await cluster.kubelets();
}

async function check(steps: readonly Step[]): Promise<void> {
  const cluster = await startCluster({ nodes: ['a', 'b', 'c'] });
  let controller = cluster.start();
  const restart = async () => {
    void controller.stop();
    controller = cluster.start();
  };
  for (const one of steps) await take(cluster, one, restart);
  cluster.faulty.faults.before = undefined;
  cluster.faulty.faults.after = undefined;
  expire(cluster);
  for (let round = 0; round < 40; round++) {
    await cluster.clock.advance(round < 20 ? 1000 : 60_000);
    await kubelets(cluster);
  }
  await converged(cluster);
  cluster.faulty.writes.length = 0;
  await cluster.clock.advance(600_000);
  expect(cluster.faulty.writes).toEqual([]);
}

async function converged(cluster: TestCluster): Promise<void> {
  const nodes = (await cluster.api.list<Node>(NODES)).items;
  const eligible = nodes.filter(({ spec }) => !spec?.taints).map(({ metadata }) => metadata.name);
  const tolerated = nodes.filter(({ spec }) => spec?.taints?.[0]?.effect === 'NoSchedule').map(({ metadata }) => metadata.name);
  const pods = await cluster.podObjects();
  const placed = pods.map(({ spec }) => spec.nodeName);
  expect(placed.filter((name) => !tolerated.includes(name)).sort()).toEqual(eligible);
  expect(new Set(placed).size).toBe(placed.length);
  const { status, spec, metadata } = await cluster.api.get<DaemonSet>(DAEMONSETS, agent);
  const release = spec.template.metadata?.labels?.release;
  for (const pod of pods) if (eligible.includes(pod.spec.nodeName)) expect(pod.metadata.labels?.release).toBe(release);
  expect(status).toMatchObject({
    desiredNumberScheduled: eligible.length,
    currentNumberScheduled: eligible.length,
    numberReady: eligible.length,
    numberMisscheduled: placed.length - eligible.length,
    observedGeneration: metadata.generation,
  });
}

test('whatever happens, in the end there is one pod on each eligible node and nothing more is written', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), check), { numRuns: Number(process.env.CHAOS_RUNS ?? 25) });
});
