/** The event recorder: what is written of what is recorded. */
import { expect, test } from 'vitest';
import { type EventLine, startEventRecorder } from '../../src/controller/events.ts';
import { ApiError } from '../../src/core/api/api-error.ts';
import type { DaemonSet, KubeObject } from '../../src/core/kube/objects.ts';
import type { KubeApi } from '../../src/ports.ts';
import { settle, VirtualClock } from '../sim/virtual-clock.ts';
import { scriptedApi, silentLog } from './scripted-api.ts';

const daemonSet: DaemonSet = {
  metadata: { name: 'agent', namespace: 'kube-system', uid: 'u1', resourceVersion: '7' },
  spec: { selector: {}, template: { spec: { containers: [] } } },
};
const created = (pod: string): EventLine => ({ type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${pod}` });

interface Rig {
  record(...lines: EventLine[]): Promise<void>;
  clock: VirtualClock;
  fail: { create?: Error; patch?: Error };
}

/** `writes`: `create <message>`, `count <n> <message>`; `counters`: written, dropped, failed. */
async function check(
  script: (rig: Rig) => Promise<void>,
  writes: string[],
  counters: [number, number, number],
): Promise<KubeObject[]> {
  const clock = new VirtualClock();
  const seen: string[] = [];
  const objects: KubeObject[] = [];
  const fail: Rig['fail'] = {};
  const api: KubeApi = {
    ...scriptedApi(),
    async create(_ref, object) {
      if (fail.create) throw fail.create;
      objects.push(object);
      seen.push(`create ${object.message}`);
      return object;
    },
    async patch<T extends KubeObject>(_ref: unknown, _key: unknown, { body }: { body: unknown }) {
      if (fail.patch) throw fail.patch;
      const { count, message } = body as { count: number; message: string };
      seen.push(`count ${count} ${message}`);
      return {} as T;
    },
  };
  const counted = { written: 0, dropped: 0, failed: 0 };
  const recorder = startEventRecorder({ api, clock, log: silentLog, counters: counted });
  await script({
    clock,
    fail,
    async record(...lines) {
      for (const line of lines) recorder.record(daemonSet, line);
      await settle();
    },
  });
  expect(seen).toEqual(writes);
  expect([counted.written, counted.dropped, counted.failed]).toEqual(counters);
  return objects;
}

test('an event says who, about what, and when', async () => {
  const [event] = await check(({ record }) => record(created('agent-a')), ['create Created pod: agent-a'], [1, 0, 0]);
  expect(event).toMatchObject({
    metadata: { namespace: 'kube-system' },
    involvedObject: {
      kind: 'DaemonSet',
      apiVersion: 'apps/v1',
      namespace: 'kube-system',
      name: 'agent',
      uid: 'u1',
      resourceVersion: '7',
    },
    reason: 'SuccessfulCreate',
    source: { component: 'daemonset-controller' },
    reportingComponent: 'daemonset-controller',
    type: 'Normal',
    count: 1,
    firstTimestamp: '2026-01-01T00:00:00Z',
  });
});

test('the same again is counted up', () =>
  check(
    ({ record }) => record(created('a'), created('a'), created('b'), created('a')),
    ['create Created pod: a', 'count 2 Created pod: a', 'create Created pod: b', 'count 3 Created pod: a'],
    [4, 0, 0],
  ));

test('many alike become one line, and what exceeds 25 at once is dropped', () =>
  check(
    ({ record }) => record(...Array.from({ length: 40 }, (_, n) => created(`p${n}`))),
    [
      ...Array.from({ length: 9 }, (_, n) => `create Created pod: p${n}`),
      'create (combined from similar events): Created pod: p9',
      ...Array.from({ length: 15 }, (_, n) => `count ${n + 2} (combined from similar events): Created pod: p${n + 10}`),
    ],
    [25, 15, 0],
  ));

test('one more is let through each five minutes', () =>
  check(
    async ({ record, clock }) => {
      await record(...Array.from({ length: 26 }, () => created('a')));
      await clock.advance(299_000);
      await record(created('a'));
      await clock.advance(1_000);
      await record(created('a'));
    },
    ['create Created pod: a', ...Array.from({ length: 25 }, (_, n) => `count ${n + 2} Created pod: a`)],
    [26, 2, 0],
  ));

test('a counted event that expired is written anew', () =>
  check(
    async ({ record, fail }) => {
      await record(created('a'));
      fail.patch = new ApiError(404, 'NotFound', 'events "x" not found');
      await record(created('a'));
    },
    ['create Created pod: a', 'create Created pod: a'],
    [2, 0, 0],
  ));

test('an event the API refuses is counted and forgotten; the next is written', () =>
  check(
    async ({ record, fail }) => {
      fail.create = new ApiError(403, 'Forbidden', 'namespace is being terminated');
      await record(created('a'));
      delete fail.create;
      await record(created('b'));
    },
    ['create Created pod: b'],
    [1, 0, 1],
  ));
