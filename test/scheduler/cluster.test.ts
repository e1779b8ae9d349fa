/** The scheduler against the real API server, with simulated nodes and the DaemonSet controller of the `kubernetes` profile. */
import { afterEach, describe, expect, test } from 'vitest';
import { type Controller, startController } from '../../src/controller/controller.ts';
import type { DaemonSet, KubeObject, Pod, PodSpec } from '../../src/core/kube/objects.ts';
import { conditionOf, isReady } from '../../src/core/kube/pod-state.ts';
import { DAEMONSETS, NODES, PODS, PRIORITYCLASSES } from '../../src/core/kube/resource.ts';
import { PROFILES } from '../../src/core/profile.ts';
import { openWorld, type World } from '../cluster/world.ts';
import { silentLog } from '../controller/scripted-api.ts';
import { SeededRandom } from '../sim/virtual-clock.ts';

let world: World;
let controller: Controller | undefined;
afterEach(async () => {
  controller?.stop();
  controller = undefined;
  await world.close();
});

const merge = (body: unknown) => ({ type: 'application/merge-patch+json', body }) as const;
const cpu = (amount: string) => ({ resources: { requests: { cpu: amount } } });

async function open(nodes: string[]): Promise<World> {
  world = await openWorld({ nodes, controllers: ['scheduler', 'nodelifecycle'], settings: PROFILES.kubernetes });
  const { api, clock } = world;
  controller = startController({ api, clock, random: new SeededRandom(7), log: silentLog, settings: PROFILES.kubernetes });
  await clock.advance(6000);
  return world;
}

function daemonSet(name: string, spec: Partial<PodSpec>, container: object = {}): DaemonSet {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace: 'default' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'reg.example/c:1', ...container }], ...spec } },
    },
  };
}

async function podsOf(app: string): Promise<Pod[]> {
  return (await world.api.list<Pod>(PODS, { namespace: 'default', labelSelector: `app=${app}` })).items;
}

/** `node: what`, in order. */
async function check(app: string, expected: string[]): Promise<void> {
  const found = (await podsOf(app)).map((pod) => `${pod.spec.nodeName ?? '-'}: ${isReady(pod) ? 'ready' : pod.status?.phase}`);
  expect(found.sort()).toEqual(expected);
}

async function allocatableCpu(name: string): Promise<number> {
  return Number((await world.node(name)).status?.allocatable?.cpu);
}

describe('daemon pods', () => {
  test('are bound to their nodes, become ready, and follow the nodes', async () => {
    const { api, clock, nodes, events } = await open(['a', 'b', 'm']);
    await api.patch(NODES, { name: 'm' }, merge({ spec: { taints: [{ key: 'dedicated', effect: 'NoSchedule' }] } }));
    await api.patch(NODES, { name: 'b' }, merge({ spec: { unschedulable: true } }));
    await clock.advance(6000);
    await api.create(DAEMONSETS, daemonSet('agent', {}));
    await clock.advance(10_000);
    await check('agent', ['a: ready', 'b: ready']);
    const [first] = await podsOf('agent');
    expect(await events(first?.metadata.name ?? '')).toContain(
      `Scheduled: Successfully assigned default/${first?.metadata.name} to ${first?.spec.nodeName}`,
    );
    await nodes.join([{ name: 'c' }]);
    await clock.advance(15_000);
    await check('agent', ['a: ready', 'b: ready', 'c: ready']);
  });

  test('that are too large stay Pending, and say why; a smaller template starts', async () => {
    const { api, clock, events } = await open(['a', 'b']);
    const size = await allocatableCpu('a');
    const written = daemonSet('big', {}, cpu(`${size + 1}`));
    await api.create(DAEMONSETS, written);
    await clock.advance(10_000);
    await check('big', ['-: Pending', '-: Pending']);
    const [one] = await podsOf('big');
    const message =
      "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't satisfy plugin(s) [NodeAffinity]. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.";
    expect(conditionOf(one?.status?.conditions, 'PodScheduled')).toMatchObject({
      status: 'False',
      reason: 'Unschedulable',
      message,
      observedGeneration: one?.metadata.generation,
    });
    expect(await events(one?.metadata.name ?? '')).toEqual([`FailedScheduling: ${message}`]);
    const smaller = daemonSet('big', {}, cpu('1'));
    await api.patch(DAEMONSETS, { namespace: 'default', name: 'big' }, merge({ spec: { template: smaller.spec.template } }));
    await clock.advance(60_000);
    await check('big', ['a: ready', 'b: ready']);
  });

  test('push out pods of lower priority, on their own node only', async () => {
    const { api, clock, make, pod, events } = await open(['a', 'b']);
    const size = await allocatableCpu('a');
    await make('victim', { node: undefined, spec: { nodeName: 'a' }, container: cpu(`${size}`) });
    await make('bystander', { node: undefined, spec: { nodeName: 'b' }, container: cpu('1m') });
    await clock.advance(5000);
    await api.create(PRIORITYCLASSES, {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'high' },
      value: 1000,
    } as KubeObject);
    await api.create(DAEMONSETS, daemonSet('agent', { priorityClassName: 'high' }, cpu('1')));
    await clock.until(async () => (await pod('victim'))?.metadata.deletionTimestamp !== undefined, 5000, 20);
    const waiting = (await podsOf('agent')).find(({ spec }) => !spec.nodeName);
    expect(waiting?.status?.nominatedNodeName).toBe('a');
    const victim = await pod('victim');
    expect(victim?.metadata.deletionTimestamp).toBeDefined();
    expect(conditionOf(victim?.status?.conditions, 'DisruptionTarget')).toMatchObject({
      reason: 'PreemptionByScheduler',
      message: 'default-scheduler: preempting to accommodate a higher priority pod',
    });
    expect(await events('victim')).toContain(`Preempted: Preempted by pod ${waiting?.metadata.uid} on node a`);
    await clock.advance(60_000);
    await check('agent', ['a: ready', 'b: ready']);
    expect(await pod('victim')).toBeUndefined();
    expect((await pod('bystander'))?.status?.phase).toBe('Running');
  });
});

describe('plain pods', () => {
  test('wait for gates, leave others to their schedulers, and take what becomes free', async () => {
    const { api, clock, make, pod } = await open(['a']);
    const size = await allocatableCpu('a');
    await make('foreign', { node: undefined, spec: { schedulerName: 'mine' } });
    await make('gated', { node: undefined, spec: { schedulingGates: [{ name: 'example.com/hold' }] } });
    await make('first', { node: undefined, container: cpu(`${size}`) });
    await clock.advance(1000);
    await make('second', { node: undefined, container: cpu(`${size}`) });
    await clock.advance(5000);
    const where = async () =>
      Object.fromEntries(
        await Promise.all(['foreign', 'gated', 'first', 'second'].map(async (name) => [name, (await pod(name))?.spec.nodeName])),
      );
    expect(await where()).toEqual({ foreign: undefined, gated: undefined, first: 'a', second: undefined });
    await api.patch(PODS, { namespace: 'default', name: 'gated' }, merge({ spec: { schedulingGates: [] } }));
    await api.delete(PODS, { namespace: 'default', name: 'first' }, { gracePeriodSeconds: 0 });
    await clock.advance(15_000);
    expect(await where()).toEqual({ foreign: undefined, gated: 'a', first: undefined, second: 'a' });
    expect(isReady((await pod('second'))!)).toBe(true);
  });

  test('what another bound meanwhile is left alone, and its room is not counted twice', async () => {
    const { api, clock, make, pod } = await open(['a', 'b']);
    const size = await allocatableCpu('a');
    const made = await make('taken', { node: undefined, container: cpu(`${size}`) });
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'taken' }, target: { kind: 'Node', name: 'b' } };
    await api
      .create(PODS, { ...binding, metadata: { name: 'taken', namespace: 'default' } }, { subresource: 'binding' })
      .catch(() => {});
    await clock.advance(2000);
    const on = (await pod('taken'))?.spec.nodeName;
    expect(made.spec.nodeName).toBeUndefined();
    await make('other', { node: undefined, container: cpu(`${size}`) });
    await clock.advance(15_000);
    expect([on, (await pod('other'))?.spec.nodeName].sort()).toEqual(['a', 'b']);
  });
});
