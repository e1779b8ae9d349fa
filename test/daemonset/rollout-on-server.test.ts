/** Roll-outs by the controller on the real API server in memory, under a virtual clock: history, undo, conditions, events, and what happens in the middle. */
import { expect, test } from 'vitest';
import type { ControllerRevision, DaemonSet, Pod } from '../../src/core/kube/objects.ts';
import { CONTROLLERREVISIONS, DAEMONSETS, EVENTS, NODES, PODS } from '../../src/core/kube/resource.ts';
import { startCluster, type TestCluster } from '../controller/cluster.ts';

const KEY = { namespace: 'default', name: 'agent' };
const MERGE = 'application/merge-patch+json' as const;
const HASH = 'controller-revision-hash';
const SECOND = 1_000;

interface Plan {
  readonly nodes?: readonly string[];
  readonly spec?: Partial<DaemonSet['spec']>;
}

/** A cluster at rest, and a controller that runs on. */
async function check(
  { nodes = ['a', 'b', 'c'], spec = {} }: Plan,
  script: (cluster: TestCluster) => Promise<void>,
): Promise<void> {
  const cluster = await startCluster({ nodes: [...nodes], spec });
  const controller = cluster.start();
  await play(cluster, 6);
  await script(cluster);
  await controller.stop();
}

/** Seconds in which the kubelets of all nodes do their work; pods of `agent:bad` never become ready. */
async function play(cluster: TestCluster, seconds: number, watched: () => Promise<void> = async () => {}): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    await cluster.clock.advance(SECOND);
    await watched();
    for (const pod of await cluster.podObjects()) await act(cluster, pod);
  }
}

async function act({ api, clock }: TestCluster, { metadata, spec, status }: Pod): Promise<void> {
  const key = { namespace: 'default', name: metadata.name ?? '' };
  if (metadata.deletionTimestamp) return void (await api.delete(PODS, key, { gracePeriodSeconds: 0 }));
  if (status?.phase === 'Running' || spec.containers[0]?.image === 'agent:bad') return;
  const lastTransitionTime = new Date(clock.now()).toISOString().replace(/\.\d+/, '');
  const body = { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True', lastTransitionTime }] } };
  await api.patch(PODS, key, { type: MERGE, body }, { subresource: 'status' });
}

const patch = (cluster: TestCluster, body: unknown): Promise<DaemonSet> =>
  cluster.api.patch<DaemonSet>(DAEMONSETS, KEY, { type: MERGE, body });
const setImage = (cluster: TestCluster, image: string): Promise<DaemonSet> =>
  patch(cluster, { spec: { template: { spec: { containers: [{ name: 'agent', image }] } } } });
const annotate = (cluster: TestCluster, annotations: Record<string, string>): Promise<DaemonSet> =>
  patch(cluster, { metadata: { annotations } });

async function history(cluster: TestCluster): Promise<string[]> {
  const image = ({ data }: ControllerRevision): string =>
    (data as { spec: { template: DaemonSet['spec']['template'] } }).spec.template.spec.containers[0]?.image ?? '';
  return (await cluster.revisions()).map((one) => `${one.revision} ${image(one)}`).sort();
}

/** As `kubectl rollout undo` does: the revision’s data, verbatim, as a strategic patch. */
async function undo(cluster: TestCluster, number: number): Promise<void> {
  const found = (await cluster.revisions()).find(({ revision }) => revision === number);
  await cluster.api.patch(DAEMONSETS, KEY, { type: 'application/strategic-merge-patch+json', body: found?.data });
}

async function images(cluster: TestCluster): Promise<string[]> {
  return (await cluster.podObjects()).map(({ spec }) => spec.containers[0]?.image ?? '').sort();
}

async function condition(cluster: TestCluster, type: string): Promise<string> {
  const found = (await cluster.status())?.conditions?.find((one) => one.type === type);
  return `${found?.status} ${found?.reason}`;
}

const uids = async (cluster: TestCluster): Promise<string[]> =>
  (await cluster.podObjects()).map(({ metadata }) => metadata.uid ?? '');

test('an undo renumbers the old revision, leaves a gap, and brings the pods back', () =>
  check({}, async (cluster) => {
    await setImage(cluster, 'agent:2');
    await play(cluster, 15);
    expect(await history(cluster)).toEqual(['1 agent:1', '2 agent:2']);
    await undo(cluster, 1);
    await play(cluster, 15);
    expect(await history(cluster)).toEqual(['2 agent:2', '3 agent:1']);
    expect(await images(cluster)).toEqual(['agent:1', 'agent:1', 'agent:1']);
  }));

test('an undo to what runs already changes nothing', () =>
  check({}, async (cluster) => {
    const before = await uids(cluster);
    cluster.faulty.writes.length = 0;
    await undo(cluster, 1);
    await play(cluster, 10);
    expect([await uids(cluster), cluster.faulty.writes]).toEqual([before, []]);
  }));

test('the change-cause of the DaemonSet at the time is the revision’s', () =>
  check({}, async (cluster) => {
    await patch(cluster, {
      metadata: { annotations: { 'kubernetes.io/change-cause': 'second' } },
      spec: { template: { spec: { containers: [{ name: 'agent', image: 'agent:2' }] } } },
    });
    await play(cluster, 3);
    await annotate(cluster, { 'kubernetes.io/change-cause': 'later' });
    await play(cluster, 15);
    const causes = (await cluster.revisions()).map(({ revision, metadata }) => [
      revision,
      metadata.annotations?.['kubernetes.io/change-cause'],
    ]);
    expect(causes.sort()).toEqual([
      [1, undefined],
      [2, 'second'],
    ]);
  }));

test('revisionHistoryLimit 0 keeps what pods still carry, and nothing else', () =>
  check({ spec: { revisionHistoryLimit: 0 } }, async (cluster) => {
    await setImage(cluster, 'agent:2');
    await play(cluster, 3);
    expect(await history(cluster)).toEqual(['1 agent:1', '2 agent:2']);
    await play(cluster, 15);
    expect(await history(cluster)).toEqual(['2 agent:2']);
  }));

test('a revision without its hash label is given it', () =>
  check({}, async (cluster) => {
    const [made] = await cluster.revisions();
    const key = { namespace: 'default', name: made?.metadata.name ?? '' };
    await cluster.api.patch(CONTROLLERREVISIONS, key, { type: MERGE, body: { metadata: { labels: { [HASH]: null } } } });
    await play(cluster, 15);
    const [again] = await cluster.revisions();
    expect(again?.metadata.labels?.[HASH]).toBe(key.name);
    const pods = await cluster.podObjects();
    expect(pods.map(({ metadata }) => metadata.labels?.[HASH])).toEqual([key.name, key.name, key.name]);
    cluster.faulty.writes.length = 0;
    await play(cluster, 5);
    expect(cluster.faulty.writes).toEqual([]);
  }));

test('an orphan is adopted with its pods after a deletion that spares them, and nothing restarts', () =>
  check({}, async (cluster) => {
    const before = await uids(cluster);
    const [revision] = await cluster.revisions();
    const { spec } = await cluster.api.get<DaemonSet>(DAEMONSETS, KEY);
    await cluster.api.delete(DAEMONSETS, KEY, { propagationPolicy: 'Background' });
    const release = { type: MERGE, body: { metadata: { ownerReferences: null } } };
    for (const { metadata } of await cluster.podObjects())
      await cluster.api.patch(PODS, { namespace: 'default', name: metadata.name ?? '' }, release);
    await cluster.api.patch(CONTROLLERREVISIONS, { namespace: 'default', name: revision?.metadata.name ?? '' }, release);
    await cluster.api.create(DAEMONSETS, { metadata: { ...KEY }, spec } as DaemonSet);
    await play(cluster, 5);
    expect(await uids(cluster)).toEqual(before);
    expect((await cluster.revisions()).map(({ metadata }) => metadata.name)).toEqual([revision?.metadata.name]);
  }));

test('three bad updates in a row take one node, and the good one after them repairs it first', () =>
  check({ nodes: ['a', 'b', 'c', 'd'] }, async (cluster) => {
    const watched = async (): Promise<void> => {
      const there = (await cluster.podObjects()).filter(
        ({ metadata, status }) => !metadata.deletionTimestamp && status?.phase === 'Running',
      );
      expect(there.length).toBeGreaterThanOrEqual(3);
    };
    for (const release of ['1', '2', '3']) {
      await patch(cluster, {
        spec: { template: { metadata: { labels: { release } }, spec: { containers: [{ name: 'agent', image: 'agent:bad' }] } } },
      });
      await play(cluster, 8, watched);
    }
    expect(await images(cluster)).toEqual(['agent:1', 'agent:1', 'agent:1', 'agent:bad']);
    await setImage(cluster, 'agent:2');
    await play(cluster, 20, watched);
    expect(await images(cluster)).toEqual(['agent:2', 'agent:2', 'agent:2', 'agent:2']);
  }));

test('a dead node does not hold the update up; when it is back it follows', () =>
  check({ spec: { template: everywhere() } }, async (cluster) => {
    await setReady(cluster, 'b', 'Unknown');
    await setImage(cluster, 'agent:2');
    await play(cluster, 15);
    expect(await images(cluster)).toEqual(['agent:1', 'agent:2', 'agent:2']);
    expect(await condition(cluster, 'Progressing')).toBe('True RollingOut');
    expect(await condition(cluster, 'Degraded')).toBe('True NodesDown');
    await setReady(cluster, 'b', 'True');
    await play(cluster, 15);
    expect(await images(cluster)).toEqual(['agent:2', 'agent:2', 'agent:2']);
    expect(await condition(cluster, 'Degraded')).toBe('False AsExpected');
  }));

function everywhere(): DaemonSet['spec']['template'] {
  const spec = { tolerations: [{ operator: 'Exists' as const }], containers: [{ name: 'agent', image: 'agent:1' }] };
  return { metadata: { labels: { app: 'agent' } }, spec };
}

async function setReady(cluster: TestCluster, name: string, status: string): Promise<void> {
  const body = { status: { conditions: [{ type: 'Ready', status }] } };
  await cluster.api.patch(NODES, { name }, { type: MERGE, body }, { subresource: 'status' });
}

test('the deadline passes on time, is told once, and the next template starts anew', () =>
  check({}, async (cluster) => {
    await annotate(cluster, { 'everynode.dev/progress-deadline': '1m' });
    await setImage(cluster, 'agent:bad');
    await play(cluster, 5);
    await cluster.clock.advance(50 * SECOND);
    expect(await condition(cluster, 'Progressing')).toBe('True RollingOut');
    await cluster.clock.advance(10 * SECOND);
    expect(await condition(cluster, 'Progressing')).toBe('False ProgressDeadlineExceeded');
    cluster.faulty.writes.length = 0;
    await cluster.clock.advance(600 * SECOND);
    expect(cluster.faulty.writes).toEqual([]);
    expect((await cluster.events()).filter((reason) => reason === 'ProgressDeadlineExceeded')).toHaveLength(1);
    await setImage(cluster, 'agent:2');
    await play(cluster, 20);
    expect(await condition(cluster, 'Progressing')).toBe('False RolloutComplete');
  }));

test('an update leaves its trail of events', () =>
  check({ nodes: ['a'] }, async (cluster) => {
    await setImage(cluster, 'agent:2');
    await play(cluster, 10);
    const events = (await cluster.api.list(EVENTS, { namespace: 'default' })).items.map(
      ({ reason, message }) => `${reason}: ${message}`,
    );
    expect(events).toEqual(
      expect.arrayContaining([
        'RolloutStarted: The pod template is new; it becomes revision 2.',
        'SuccessfulDelete: Deleted pod: agent-a',
        'RolloutComplete: All 1 nodes have an available pod of the present revision.',
      ]),
    );
  }));

test('changes that change no pod write at most the status', () =>
  check({}, async (cluster) => {
    const before = await uids(cluster);
    cluster.faulty.writes.length = 0;
    await annotate(cluster, { 'example.com/note': 'x', 'everynode.dev/budget': 'upstream' });
    await play(cluster, 3);
    expect(cluster.faulty.writes).toEqual([]);
    await patch(cluster, { spec: { updateStrategy: { type: 'OnDelete', rollingUpdate: null } } });
    await play(cluster, 3);
    expect(new Set(cluster.faulty.writes)).toEqual(new Set(['update daemonsets/status agent']));
    expect(await uids(cluster)).toEqual(before);
  }));

test('a DaemonSet deleted in the middle: no pod is made or removed any more', () =>
  check({}, async (cluster) => {
    await setImage(cluster, 'agent:2');
    await cluster.clock.advance(SECOND);
    await cluster.api.delete(DAEMONSETS, KEY, { propagationPolicy: 'Foreground' });
    cluster.faulty.writes.length = 0;
    await play(cluster, 10);
    expect(cluster.faulty.writes).toEqual([]);
  }));
