/** The parts of the cluster room that need no API: queues, logs, event aggregation, the list of controllers, the ownership graph. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ContainerLogs } from '../../src/cluster/container-logs.ts';
import { parseControllers } from '../../src/cluster/controllers.ts';
import { TimerQueue } from '../../src/cluster/timer-queue.ts';
import { WorkQueue } from '../../src/cluster/work-queue.ts';
import { ApiError } from '../../src/core/api/api-error.ts';
import { garbageStep } from '../../src/core/housekeeping/garbage.ts';
import { OwnershipGraph } from '../../src/core/housekeeping/ownership-graph.ts';
import { EventCorrelator, type EventNote, eventObject } from '../../src/core/kube/event-aggregation.ts';
import type { KubeObject, Pod } from '../../src/core/kube/objects.ts';
import { CONFIGMAPS } from '../../src/core/kube/resource.ts';
import type { LogRequest } from '../../src/ports.ts';
import { settle, VirtualClock } from '../sim/virtual-clock.ts';

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

describe('the log of the work queue', () => {
  test('says nothing of a write that met another one, and warns of everything else', async () => {
    const clock = new VirtualClock(0);
    const said: string[] = [];
    const log = { ...SILENT, warn: (_: string, fields?: Record<string, unknown>) => void said.push(String(fields?.key)) };
    const failures = new Map<string, Error>([
      ['met', new ApiError(409, 'Conflict', 'the object has been modified')],
      ['refused', new ApiError(403, 'Forbidden', 'no')],
      ['broken', new Error('no')],
    ]);
    const work = async (key: string) => {
      const failure = failures.get(key);
      failures.delete(key);
      if (failure) throw failure;
      return undefined;
    };
    const queue = new WorkQueue({ clock, log, workers: 3, work });
    for (const key of failures.keys()) queue.add(key);
    await clock.advance(1000);
    queue.stop();
    expect(failures.size).toBe(0);
    expect(said).toEqual(['refused', 'broken']);
  });
});

describe('the timer queue', () => {
  test('calls every key at its last due time, in order', async () => {
    const step = fc.record({
      key: fc.integer({ min: 0, max: 9 }),
      at: fc.option(fc.integer({ min: 0, max: 1000 }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const clock = new VirtualClock(0);
        const fired: [number, number][] = [];
        const timers = new TimerQueue<number>(clock, (key) => fired.push([key, clock.now()]));
        const wanted = new Map<number, number>();
        for (const { key, at } of steps) {
          timers.set(key, at);
          if (at === undefined) wanted.delete(key);
          else wanted.set(key, at);
        }
        await clock.advance(1000);
        expect(new Map(fired)).toEqual(wanted);
        expect(fired.map(([, at]) => at)).toEqual(fired.map(([, at]) => at).sort((a, b) => a - b));
        expect(timers.size).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the work queue', () => {
  test('works one key at a time, again if it came up meanwhile, and later after a failure', async () => {
    const clock = new VirtualClock(0);
    const seen: string[] = [];
    const gates: (() => void)[] = [];
    let fail = true;
    const queue = new WorkQueue({
      clock,
      log: SILENT,
      workers: 2,
      delay: 100,
      async work(key) {
        seen.push(`${key}@${clock.now()}`);
        await new Promise<void>((resolve) => gates.push(resolve));
        if (key === 'b' && fail) throw new Error('no');
        return undefined;
      },
    });
    for (const key of ['a', 'b', 'a', 'c']) queue.add(key);
    expect(seen).toEqual(['a@0', 'b@0']);
    for (const open of gates.splice(0)) open();
    await settle();
    expect(seen).toEqual(['a@0', 'b@0', 'c@0', 'a@0']);
    fail = false;
    for (const open of gates.splice(0)) open();
    await clock.advance(100);
    expect(seen.at(-1)).toBe('b@100');
  });
});

describe('events', () => {
  const note = (message: string, name = 'p'): EventNote => ({
    type: 'Warning',
    reason: 'R',
    message,
    subject: { apiVersion: 'v1', kind: 'Pod', namespace: 'ns', name },
    component: 'kubelet',
  });
  test('equal ones are counted, from the tenth different one on they share a line, and an object has 25 at once', () => {
    const correlator = new EventCorrelator();
    const first = correlator.correlate(note('m'), 0);
    expect(correlator.correlate(note('m'), 1000)).toMatchObject({
      kind: 'repeat',
      count: 2,
      name: first.kind === 'create' ? first.name : '',
    });
    const kinds = Array.from({ length: 12 }, (_, index) => correlator.correlate(note(`m${index}`, 'q'), 0));
    expect(kinds.map(({ kind }) => kind)).toEqual([...Array(10).fill('create'), 'repeat', 'repeat']);
    expect(kinds[9]).toMatchObject({ message: '(combined from similar events): m9' });
    expect(kinds[11]).toMatchObject({ message: '(combined from similar events): m11', count: 3 });
    const many = Array.from({ length: 30 }, () => correlator.correlate(note('m', 'r'), 0).kind);
    expect(many.filter((kind) => kind === 'drop')).toHaveLength(5);
    expect(correlator.correlate(note('m', 'r'), 299_000).kind).toBe('drop');
    expect(correlator.correlate(note('m', 'r'), 300_000).kind).toBe('repeat');
  });
  test('an event is complete', () => {
    const verdict = new EventCorrelator().correlate(note('m'), 1_700_000_000_000);
    if (verdict.kind === 'drop') throw new Error('dropped');
    expect(eventObject(note('m'), verdict, 1_700_000_000_000)).toMatchObject({
      metadata: { name: expect.stringMatching(/^p\.[0-9a-f]{16}$/), namespace: 'ns' },
      involvedObject: { kind: 'Pod', name: 'p', namespace: 'ns' },
      count: 1,
      firstTimestamp: '2023-11-14T22:13:20Z',
      source: { component: 'kubelet' },
    });
  });
});

describe('logs', () => {
  const pod = (state: Record<string, unknown>, names = ['a']): Pod => ({
    metadata: { name: 'p', namespace: 'ns', uid: 'u' },
    spec: { nodeName: 'n', containers: names.map((name) => ({ name })), initContainers: names.length > 1 ? [{ name: 'i' }] : [] },
    status: { containerStatuses: names.map((name) => ({ name, image: '', imageID: '', ready: true, restartCount: 0, state })) },
  });
  const RUNNING = { running: { startedAt: '2026-01-01T00:00:00Z' } };
  const ask = (more: Partial<LogRequest> = {}): LogRequest => ({
    namespace: 'ns',
    pod: 'p',
    previous: false,
    follow: false,
    timestamps: false,
    ...more,
  });

  test.each<[string, Pod, Partial<LogRequest>, string]>([
    [
      'waiting',
      pod({ waiting: { reason: 'ContainerCreating' } }),
      {},
      'container "a" in pod "p" is waiting to start: ContainerCreating',
    ],
    [
      'pulling in vain',
      pod({ waiting: { reason: 'ImagePullBackOff' } }),
      {},
      'container "a" in pod "p" is waiting to start: trying and failing to pull image',
    ],
    ['no previous run', pod(RUNNING), { previous: true }, 'previous terminated container "a" in pod "p" not found'],
    [
      'which container?',
      pod(RUNNING, ['a', 'b']),
      {},
      'a container name must be specified for pod p, choose one of: [a b] or one of the init containers: [i]',
    ],
    ['no such container', pod(RUNNING), { container: 'x' }, 'container x is not valid for pod p'],
  ])('refused: %s', (_, subject, request, body) =>
    expect(() => new ContainerLogs(new VirtualClock(0)).answer(subject, ask(request))).toThrow(body),
  );

  test('tail, since, bytes, time stamps, repeated lines and the previous run', async () => {
    const clock = new VirtualClock(0);
    const logs = new ContainerLogs(clock);
    const read = (more: Partial<LogRequest> = {}) => logs.answer(pod(RUNNING), ask(more)).body;
    logs.write('u/a', 'started', true);
    logs.repeat('u/a', ['tick'], 1000);
    await clock.advance(2500);
    expect(read()).toBe('started\ntick\ntick\n');
    expect(read({ tailLines: 1, timestamps: true })).toBe('1970-01-01T00:00:02.000000000Z tick\n');
    expect(read({ sinceTime: '1970-01-01T00:00:01.5Z' })).toBe('tick\n');
    expect(read({ sinceSeconds: 1 })).toBe('tick\n');
    expect(read({ limitBytes: 4 })).toBe('star');
    logs.end('u/a');
    logs.write('u/a', 'started again', true);
    const crashed = pod(RUNNING);
    Object.assign(crashed.status?.containerStatuses?.[0] ?? {}, { lastState: { terminated: { exitCode: 1 } } });
    expect(logs.answer(crashed, ask({ previous: true })).body).toBe('started\ntick\ntick\n');
    expect(read()).toBe('started again\n');
  });

  test('follow hands out what comes, and ends with the container', async () => {
    const clock = new VirtualClock(0);
    const logs = new ContainerLogs(clock);
    logs.write('u/a', 'one', true);
    const { body } = logs.answer(pod(RUNNING), ask({ follow: true }));
    const read: string[] = [];
    const reading = (async () => {
      for await (const text of body as AsyncIterable<string>) read.push(text);
    })();
    await settle();
    logs.write('u/a', 'two');
    await settle();
    await clock.advance(10);
    logs.write('u/a', 'three');
    await settle();
    logs.forget('u/a');
    await reading;
    expect(read).toEqual(['one\n', 'two\n', 'three\n']);
  });
});

describe('--controllers', () => {
  const KNOWN = ['daemonset', 'garbagecollector', 'namespace'];
  test.each([
    ['*', KNOWN],
    ['*,-namespace', ['daemonset', 'garbagecollector']],
    ['-daemonset,*', ['garbagecollector', 'namespace']],
    ['namespace', ['namespace']],
    ['garbage-collector-controller', ['garbagecollector']],
    ['', []],
  ])('%j', (text, expected) => expect([...parseControllers(text, KNOWN)]).toEqual(expected));
  test('an unknown name lists the known', () => {
    expect(() => parseControllers('*,-horses', KNOWN)).toThrow(
      '"horses" is not in the list of known controllers: daemonset, garbagecollector, namespace',
    );
  });
});

describe('ownership', () => {
  const object = (uid: string, more: Partial<KubeObject['metadata']> = {}): KubeObject => ({
    metadata: { uid, name: uid, namespace: 'ns', ...more },
  });
  const owned = (uid: string, ...owners: string[]) =>
    object(uid, {
      ownerReferences: owners.map((owner) => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        name: owner,
        uid: owner,
        blockOwnerDeletion: true,
      })),
    });
  const dying = (uid: string, finalizer: string) => object(uid, { deletionTimestamp: 'now', finalizers: [finalizer] });

  test.each<[string, KubeObject[], string, Record<string, 'present' | 'absent' | 'waiting' | 'unknown'>, object]>([
    ['an owner is there', [owned('d', 'o')], 'd', { o: 'present' }, { kind: 'none' }],
    ['its only owner is gone', [owned('d', 'o')], 'd', { o: 'absent' }, { kind: 'delete', policy: 'Background' }],
    ['one of two is gone', [owned('d', 'o', 'p')], 'd', { o: 'absent', p: 'present' }, { kind: 'drop-owners', uids: ['o'] }],
    [
      'an owner waits, and it has dependants itself',
      [owned('d', 'o'), owned('e', 'd')],
      'd',
      { o: 'waiting' },
      { kind: 'delete', policy: 'Foreground' },
    ],
    ['an owner waits', [owned('d', 'o')], 'd', { o: 'waiting' }, { kind: 'delete', policy: 'Background' }],
    ['nobody can tell', [owned('d', 'o')], 'd', { o: 'unknown' }, { kind: 'none' }],
    [
      'foreground, nothing left',
      [dying('o', 'foregroundDeletion')],
      'o',
      {},
      { kind: 'drop-finalizer', finalizer: 'foregroundDeletion' },
    ],
    [
      'foreground, dependants left',
      [dying('o', 'foregroundDeletion'), owned('d', 'o')],
      'o',
      {},
      { kind: 'look', at: [{ uid: 'd' }] },
    ],
    ['orphan', [dying('o', 'orphan'), owned('d', 'o')], 'o', {}, { kind: 'orphan', dependents: [{ uid: 'd' }] }],
  ])('%s', (_, objects, uid, owners, expected) => {
    const graph = new OwnershipGraph();
    for (const one of objects) graph.set(CONFIGMAPS, one);
    const item = graph.item(uid);
    expect(item && garbageStep(item, graph, (owner) => owners[owner] ?? 'unknown')).toMatchObject(expected);
  });

  test('says who is to be judged again', () => {
    const graph = new OwnershipGraph();
    expect(graph.set(CONFIGMAPS, owned('d', 'o'))).toEqual(['d']);
    expect(graph.set(CONFIGMAPS, object('o'))).toEqual([]);
    expect(graph.set(CONFIGMAPS, owned('e', 'o'))).toEqual([]);
    expect(graph.set(CONFIGMAPS, dying('o', 'foregroundDeletion'))).toEqual(['o']);
    expect(graph.remove('e')).toEqual(['o']);
    expect(graph.remove('o')).toEqual(['d']);
    expect(graph.remove('o')).toEqual([]);
  });
});
