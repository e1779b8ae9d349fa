/** The controller against the real API server: what it makes of a cluster, whatever goes wrong on the way. */
import { expect, test } from 'vitest';
import { ApiError } from '../../src/core/api/api-error.ts';
import type { ControllerRevision, DaemonSet, Pod } from '../../src/core/kube/objects.ts';
import { CONTROLLERREVISIONS, DAEMONSETS, NODES, PODS } from '../../src/core/kube/resource.ts';
import { type ClusterPlan, join, startCluster, type TestCluster } from './cluster.ts';

interface Expected {
  pods: string[];
  status?: Partial<NonNullable<DaemonSet['status']>>;
  /** What the controllers wrote, in order; only looked at where given. */
  writes?: string[];
}

const agent = { namespace: 'default', name: 'agent' };
const on = (...nodes: string[]) => nodes.map((node) => `agent-${node}@${node}`);
const four = ['a', 'b', 'c', 'd'];
const never = () => new Promise<void>(() => {});
const refusal = (code: number, reason: string, message: string) => new ApiError(code, reason, message);

/** Lets the script run, then looks at the cluster. */
async function check(plan: ClusterPlan, script: (cluster: TestCluster) => Promise<unknown>, expected: Expected): Promise<void> {
  const cluster = await startCluster(plan);
  await script(cluster);
  expect(await cluster.pods()).toEqual(expected.pods);
  if (expected.status) expect(await cluster.status()).toMatchObject(expected.status);
  if (expected.writes) expect(cluster.faulty.writes).toEqual(expected.writes);
}

/** Starts a controller and gives it a second. */
async function run(cluster: TestCluster, ms = 1000) {
  const controller = cluster.start();
  await cluster.clock.advance(ms);
  return controller;
}

/** The pods a cluster's first pass asked for: what was written before its status. */
function firstPass({ faulty: { writes } }: TestCluster): string[] {
  return writes.slice(0, writes.indexOf('update daemonsets/status agent')).filter((write) => write.startsWith('create pods'));
}

/** A controller, and kubelets that make everything run. */
async function converge(cluster: TestCluster) {
  const controller = await run(cluster);
  await roll(cluster);
  return controller;
}

async function roll(cluster: TestCluster, rounds = 12) {
  for (let round = 0; round < rounds; round++) {
    await cluster.kubelets();
    await cluster.clock.advance(1000);
  }
}

/** A pod as the DaemonSet's own, or nobody's. */
function pod(name: string, node: string, owner?: string): Pod {
  const ownerReferences = owner
    ? { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', uid: owner, controller: true }] }
    : {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { app: 'agent' }, ...ownerReferences },
    spec: { nodeName: node, containers: [{ name: 'agent', image: 'agent:1' }] },
  };
}

test('a pod on each eligible node, three of four; the decision’s trail is complete', () =>
  check(
    {
      nodes: [
        'a',
        'b',
        'c',
        { metadata: { name: 'd' }, spec: { taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }] } },
      ],
    },
    async (cluster) => {
      await run(cluster);
      expect((await cluster.events()).sort()).toEqual(Array(3).fill('SuccessfulCreate'));
      const [revision] = await cluster.revisions();
      const [first] = await cluster.podObjects();
      expect(revision?.revision).toBe(1);
      expect(first?.metadata.labels?.['controller-revision-hash']).toBe(revision?.metadata.labels?.['controller-revision-hash']);
    },
    {
      pods: on('a', 'b', 'c'),
      status: {
        desiredNumberScheduled: 3,
        currentNumberScheduled: 3,
        numberReady: 0,
        updatedNumberScheduled: 3,
        observedGeneration: 1,
      },
    },
  ));

test('status converges as pods become ready; a converged cluster and a restarted controller write nothing', () =>
  check(
    { nodes: four },
    async (cluster) => {
      const controller = await converge(cluster);
      cluster.faulty.writes.length = 0;
      await cluster.clock.advance(600_000);
      await controller.stop();
      await run(cluster, 600_000);
    },
    {
      pods: on(...four),
      status: { desiredNumberScheduled: 4, numberReady: 4, numberAvailable: 4, updatedNumberScheduled: 4 },
      writes: [],
    },
  ));

test('creates that are refused stop the pass at the first batch, and come again until they succeed', () =>
  check(
    { nodes: four },
    async (cluster) => {
      const attempts: number[] = [];
      cluster.faulty.faults.before = ({ verb, resource }) => {
        if (verb !== 'create' || resource !== 'pods') return;
        attempts.push(cluster.clock.now());
        throw refusal(403, 'Forbidden', 'exceeded quota');
      };
      await run(cluster);
      expect(firstPass(cluster)).toEqual(['create pods agent-a']);
      expect(attempts.length).toBeGreaterThan(5);
      expect(attempts.length).toBeLessThan(12);
      expect(new Set(await cluster.events())).toEqual(new Set(['FailedCreate']));
      delete cluster.faulty.faults.before;
      await cluster.clock.advance(5000);
    },
    { pods: on(...four), status: { currentNumberScheduled: 4 } },
  ));

test('batches grow 1, 2, 4; a failure in the third is the end of the pass', () => {
  const nodes = Array.from({ length: 20 }, (_, n) => `n${n + 10}`);
  return check(
    { nodes },
    async (cluster) => {
      let attempts = 0;
      cluster.faulty.faults.before = ({ verb, resource }) => {
        if (verb === 'create' && resource === 'pods' && ++attempts === 5) throw refusal(500, 'InternalError', 'boom');
      };
      await run(cluster);
      expect(firstPass(cluster).length).toBe(7);
    },
    { pods: on(...nodes) },
  );
});

test('a namespace that is going away makes no noise', () =>
  check(
    { nodes: four },
    async (cluster) => {
      cluster.faulty.faults.before = ({ verb, resource }) => {
        if (verb !== 'create' || resource !== 'pods') return;
        throw new ApiError(403, 'Forbidden', 'unable to create new content in namespace default because it is being terminated', {
          causes: [
            { reason: 'NamespaceTerminating', message: 'namespace default is being terminated', field: 'metadata.namespace' },
          ],
        });
      };
      await run(cluster);
      expect(await cluster.events()).toEqual([]);
    },
    { pods: [] },
  ));

test('a controller that stops half-way sends nothing more, and the next one goes on', () =>
  check(
    { nodes: four },
    async (cluster) => {
      let creates = 0;
      cluster.faulty.faults.before = ({ verb, resource }) =>
        verb === 'create' && resource === 'pods' && ++creates > 1 ? never() : undefined;
      const first = await run(cluster);
      expect(await cluster.pods()).toEqual(on('a'));
      void first.stop();
      delete cluster.faulty.faults.before;
      const sent = cluster.faulty.writes.length;
      await cluster.clock.advance(60_000);
      expect(cluster.faulty.writes.length).toBe(sent);
      await run(cluster);
    },
    { pods: on(...four), status: { currentNumberScheduled: 4 } },
  ));

test('answers that get lost do not make a second pod', () =>
  check(
    { nodes: four },
    async (cluster) => {
      cluster.faulty.faults.after = ({ verb, resource }) => {
        if (verb === 'create' && resource === 'pods') throw new Error('socket hang up');
      };
      await run(cluster, 10_000);
      delete cluster.faulty.faults.after;
      await cluster.clock.advance(10_000);
    },
    { pods: on(...four), status: { currentNumberScheduled: 4 } },
  ));

test('what happens while the watches are deaf is seen by the list after the 410', () =>
  check(
    { nodes: four },
    async (cluster) => {
      await converge(cluster);
      cluster.faulty.faults.deaf = true;
      await cluster.api.delete(PODS, { namespace: 'default', name: 'agent-a' }, { gracePeriodSeconds: 0 });
      await cluster.api.delete(NODES, { name: 'd' });
      await join(cluster.api, { metadata: { name: 'e' } });
      await cluster.clock.advance(5000);
      expect(await cluster.pods()).toEqual(on('b', 'c', 'd'));
      cluster.faulty.faults.deaf = false;
      cluster.faulty.breakWatches(refusal(410, 'Expired', 'too old resource version: 1 (9)'));
      await cluster.clock.advance(5000);
    },
    { pods: on('a', 'b', 'c', 'd', 'e'), status: { desiredNumberScheduled: 4, currentNumberScheduled: 4 } },
  ));

test('of two pods on a node the younger goes', () =>
  check(
    { nodes: ['a'] },
    async (cluster) => {
      const controller = await converge(cluster);
      await controller.stop();
      const { metadata } = await cluster.api.get<DaemonSet>(DAEMONSETS, agent);
      await cluster.api.create(PODS, pod('second', 'a', metadata.uid));
      await roll(cluster, 1);
      cluster.faulty.writes.length = 0;
      await converge(cluster);
      expect(cluster.faulty.writes.filter((write) => write.includes('pods'))).toEqual(['delete pods second']);
      expect(await cluster.events()).toContain('SuccessfulDelete');
    },
    { pods: on('a') },
  ));

test('an orphan that matches is adopted and stays', () =>
  check(
    { nodes: ['a', 'b'], objects: [[PODS, pod('found', 'a')]] },
    async (cluster) => {
      await run(cluster);
      const found = await cluster.api.get(PODS, { namespace: 'default', name: 'found' });
      const { metadata } = await cluster.api.get<DaemonSet>(DAEMONSETS, agent);
      expect(found.metadata.ownerReferences).toEqual([
        {
          apiVersion: 'apps/v1',
          kind: 'DaemonSet',
          name: 'agent',
          uid: metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ]);
      expect(cluster.faulty.writes.filter((write) => write.includes('pods'))).toEqual([
        'patch pods found',
        'create pods agent-b',
      ]);
    },
    { pods: ['agent-b@b', 'found@a'] },
  ));

test('a DaemonSet that is gone from the API adopts nothing', () =>
  check(
    { nodes: [], objects: [[PODS, pod('found', 'a')]] },
    async (cluster) => {
      cluster.faulty.faults.before = ({ verb, resource }) => {
        if (verb === 'get' && resource === 'daemonsets') throw refusal(404, 'NotFound', 'daemonsets.apps "agent" not found');
      };
      await run(cluster);
      expect(cluster.faulty.writes.filter((write) => write.includes('pods'))).toEqual([]);
    },
    { pods: ['found@a'] },
  ));

test('a pod that matches no longer is released and replaced', () =>
  check(
    { nodes: ['a'] },
    async (cluster) => {
      await converge(cluster);
      const body = { metadata: { labels: { app: 'debugging' } } };
      await cluster.api.patch(PODS, { namespace: 'default', name: 'agent-a' }, { type: 'application/merge-patch+json', body });
      await roll(cluster, 3);
      const released = await cluster.api.get(PODS, { namespace: 'default', name: 'agent-a' });
      expect(released.metadata.ownerReferences ?? []).toEqual([]);
      expect((await cluster.podObjects()).length).toBe(2);
      cluster.faulty.writes.length = 0;
      await cluster.api.delete(PODS, { namespace: 'default', name: 'agent-a' }, { gracePeriodSeconds: 0 });
      await cluster.clock.advance(5000);
      expect((await cluster.podObjects()).length).toBe(1);
    },
    { pods: [expect.stringMatching(/^agent-a-\w+@a$/)], status: { currentNumberScheduled: 1, numberReady: 1 } },
  ));

test('a new template rolls out one node at a time and leaves two revisions', () =>
  check(
    { nodes: four },
    async (cluster) => {
      await converge(cluster);
      const body = { spec: { template: { metadata: { labels: { release: '2' } } } } };
      await cluster.api.patch(DAEMONSETS, agent, { type: 'application/merge-patch+json', body });
      for (let round = 0; round < 30; round++) {
        await cluster.clock.advance(1000);
        const all = await cluster.podObjects();
        const ready = all.filter(({ metadata, status }) => !metadata.deletionTimestamp && status?.phase === 'Running');
        expect(ready.length).toBeGreaterThanOrEqual(3);
        await cluster.kubelets();
      }
      expect((await cluster.podObjects()).map(({ metadata }) => metadata.labels?.release)).toEqual(['2', '2', '2', '2']);
      expect((await cluster.revisions()).map(({ revision }) => revision).sort()).toEqual([1, 2]);
    },
    { pods: on(...four), status: { updatedNumberScheduled: 4, numberAvailable: 4, observedGeneration: 2 } },
  ));

test('a status written over meanwhile is written once more over a fresh copy', () =>
  check(
    { nodes: ['a'] },
    async (cluster) => {
      let refused = 0;
      cluster.faulty.faults.before = ({ subresource }) => {
        if (subresource === 'status' && refused++ === 0) throw refusal(409, 'Conflict', 'the object has been modified');
      };
      const controller = await run(cluster);
      expect(controller.metrics.errors).toBe(0);
    },
    { pods: on('a'), status: { desiredNumberScheduled: 1, currentNumberScheduled: 1 } },
  ));

test('a pod that is gone already counts as deleted', () =>
  check(
    { nodes: ['a'] },
    async (cluster) => {
      const controller = await converge(cluster);
      cluster.faulty.faults.before = async ({ verb, name }) => {
        if (verb === 'delete') await cluster.api.delete(PODS, { namespace: 'default', name }, { gracePeriodSeconds: 0 });
      };
      const taints = [{ key: 'out', effect: 'NoExecute' }];
      await cluster.api.patch(NODES, { name: 'a' }, { type: 'application/merge-patch+json', body: { spec: { taints } } });
      await cluster.clock.advance(2000);
      expect([controller.metrics.errors, controller.metrics.failures['delete-pod']]).toEqual([0, 1]);
    },
    { pods: [], status: { desiredNumberScheduled: 0, currentNumberScheduled: 0, numberMisscheduled: 0 } },
  ));

test('a revision of the same name with another template raises the collision count', async () => {
  const before = await startCluster({ nodes: [] });
  await run(before);
  const [recorded] = await before.revisions();
  const foreign: ControllerRevision = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { name: recorded?.metadata.name ?? '', namespace: 'default' },
    data: { spec: { template: { $patch: 'replace', spec: { containers: [] } } } },
    revision: 7,
  };
  await check(
    { nodes: ['a'], objects: [[CONTROLLERREVISIONS, foreign]] },
    async (cluster) => {
      await run(cluster, 2000);
      const revisions = await cluster.revisions();
      expect(revisions.length).toBe(2);
      const [own] = revisions.filter(({ metadata }) => metadata.ownerReferences);
      const [made] = await cluster.podObjects();
      expect(made?.metadata.labels?.['controller-revision-hash']).toBe(own?.metadata.labels?.['controller-revision-hash']);
    },
    { pods: on('a'), status: { collisionCount: 1 } },
  );
});

test('a deleted DaemonSet gets nothing more, a namesake starts afresh', () =>
  check(
    { nodes: four },
    async (cluster) => {
      await converge(cluster);
      const { spec } = await cluster.api.get<DaemonSet>(DAEMONSETS, agent);
      await cluster.api.delete(DAEMONSETS, agent, { propagationPolicy: 'Background' });
      for (const node of four)
        await cluster.api.delete(PODS, { namespace: 'default', name: `agent-${node}` }, { gracePeriodSeconds: 0 });
      await cluster.clock.advance(5000);
      expect(await cluster.pods()).toEqual([]);
      await cluster.api.create<DaemonSet>(DAEMONSETS, { metadata: { ...agent }, spec });
      await cluster.clock.advance(1000);
    },
    { pods: on(...four), status: { currentNumberScheduled: 4 } },
  ));

test('a burst of nodes is decided on together', () =>
  check(
    { nodes: [] },
    async (cluster) => {
      const controller = await run(cluster);
      const before = controller.metrics.decisions;
      await Promise.all(four.map((name) => join(cluster.api, { metadata: { name } })));
      await cluster.clock.advance(0);
      expect(controller.metrics.decisions - before).toBeLessThanOrEqual(4);
    },
    { pods: on(...four) },
  ));

test.each(['nodes', 'pods', 'controllerrevisions'])(
  'desired=0 may appear at start-up (#113844): nothing is written until %s are known',
  async (late) => {
    const cluster = await startCluster({ nodes: ['a', 'b'] });
    const { promise, resolve } = Promise.withResolvers<void>();
    cluster.faulty.faults.before = ({ verb, resource }) => (verb === 'list' && resource === late ? promise : undefined);
    await run(cluster, 30_000);
    expect(cluster.faulty.writes).toEqual([]);
    expect(await cluster.status()).toMatchObject({ desiredNumberScheduled: 0 });
    resolve();
    await cluster.clock.advance(1000);
    expect(await cluster.status()).toMatchObject({ desiredNumberScheduled: 2, currentNumberScheduled: 2 });
  },
);
