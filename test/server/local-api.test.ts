/** The API without HTTP: what writes do to objects, and what watches see of it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiError } from '../../src/core/api/api-error.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { CONFIGMAPS, EVENTS, PODS, SERVICEACCOUNTS } from '../../src/core/kube/resource.ts';
import type { KubeApi, Patch, WatchEvent } from '../../src/ports.ts';
import { ADMIN, type Running, start } from './start.ts';

let running: Running;
let api: KubeApi;
beforeAll(async () => {
  running = await start();
  api = running.server.local(ADMIN);
  await api.create(SERVICEACCOUNTS, { metadata: { name: 'default', namespace: 'default' } });
});
afterAll(() => running.server.close());

const merge = (body: object): Patch => ({ type: 'application/merge-patch+json', body });
const key = (name: string) => ({ namespace: 'default', name });

function map(name: string, more: Partial<KubeObject['metadata']> = {}, data: Record<string, string> = { a: '1' }): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', ...more }, data };
}

function pod(name: string, nodeName?: string): KubeObject {
  const spec = { containers: [{ name: 'c', image: 'img:1' }], ...(nodeName ? { nodeName } : {}) };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec };
}

/** Runs `act` under a watch of configmaps and returns what the watch saw, as `TYPE name`. */
async function seen(labelSelector: string, act: () => Promise<unknown>): Promise<string[]> {
  const events: WatchEvent[] = [];
  const resourceVersion = String(running.store.revision);
  const stop = api.watch(
    CONFIGMAPS,
    { namespace: 'default', resourceVersion, labelSelector },
    { events: (batch) => events.push(...batch), closed: (error) => expect(error).toBeUndefined() },
  );
  await act();
  stop();
  return events.map(({ type, object }) => `${type} ${object.metadata.name}`);
}

async function refused(work: Promise<unknown>): Promise<ApiError> {
  const error = await work.then(
    () => new Error('nothing was refused'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

it('keeps the version where nothing changes', async () => {
  const made = await api.create(CONFIGMAPS, map('same'));
  const { revision } = running.store;
  const after = await api.patch(CONFIGMAPS, key('same'), merge({ data: { a: '1' } }));
  expect(after.metadata.resourceVersion).toBe(made.metadata.resourceVersion);
  expect(running.store.revision).toBe(revision);
});

it('hands out what it stores, frozen', async () => {
  const made = await api.create(CONFIGMAPS, map('frozen'));
  expect(await api.get(CONFIGMAPS, key('frozen'))).toBe(made);
  expect(Object.isFrozen(made)).toBe(true);
});

it('lets one of two writers from the same state win', async () => {
  const made = await api.create(CONFIGMAPS, map('raced'));
  const write = (value: string) => api.update(CONFIGMAPS, { ...made, data: { a: value } } as KubeObject);
  const results = await Promise.allSettled([write('x'), write('y')]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  const loser = (results[1] as PromiseRejectedResult).reason as ApiError;
  expect(loser.reason).toBe('Conflict');
});

it('writes nothing on a dry run', async () => {
  const { revision } = running.store;
  const made = await api.create(CONFIGMAPS, map('dry'), { dryRun: true });
  expect(made.metadata.uid).toBeTruthy();
  expect(made.metadata.resourceVersion).toBeUndefined();
  expect(running.store.revision).toBe(revision);
  expect((await refused(api.get(CONFIGMAPS, key('dry')))).code).toBe(404);
});

it('draws another generated name while one is taken', async () => {
  let draws = 0;
  const other = await start({
    random: {
      next: () => (draws++ < 10 ? 0 : 0.5),
      uuid: () => '00000000-0000-4000-8000-000000000000',
    },
  });
  draws = 0;
  const generated: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'g-', namespace: 'default' } };
  const local = other.server.local(ADMIN);
  const first = await local.create(CONFIGMAPS, generated);
  const second = await local.create(CONFIGMAPS, generated);
  expect([first.metadata.name, second.metadata.name]).toEqual(['g-bbbbb', expect.stringMatching(/^g-[^b]/)]);
  await other.server.close();
});

it('removes an object by the update that takes its last finalizer', async () => {
  await api.create(CONFIGMAPS, map('held', { finalizers: ['a.b/c'] }));
  const lingering = await api.delete(CONFIGMAPS, key('held'));
  expect(lingering.metadata.deletionTimestamp).toBeTruthy();
  const events = await seen('', () => api.patch(CONFIGMAPS, key('held'), merge({ metadata: { finalizers: null } })));
  expect(events).toEqual(['DELETED held']);
  expect((await refused(api.get(CONFIGMAPS, key('held')))).code).toBe(404);
});

it('shows entering and leaving a selector as ADDED and DELETED', async () => {
  await api.create(CONFIGMAPS, map('moving', { labels: { on: 'no' } }));
  const events = await seen('on=yes', async () => {
    for (const on of ['yes', 'yes', 'no', 'no']) {
      await api.patch(CONFIGMAPS, key('moving'), merge({ metadata: { labels: { on } }, data: { at: `${on}${Math.random()}` } }));
    }
    await api.delete(CONFIGMAPS, key('moving'));
  });
  expect(events).toEqual(['ADDED moving', 'MODIFIED moving', 'DELETED moving']);
});

it('marks a scheduled pod and removes it with a grace of zero', async () => {
  await api.create(PODS, pod('bound', 'n1'));
  const marked = await api.delete(PODS, key('bound'));
  expect(marked.metadata.deletionGracePeriodSeconds).toBe(30);
  expect(marked.metadata.generation).toBe(2);
  await api.delete(PODS, key('bound'), { gracePeriodSeconds: 0 });
  expect((await refused(api.get(PODS, key('bound')))).code).toBe(404);
});

it('binds a pod once', async () => {
  await api.create(PODS, pod('free'));
  const binding = { metadata: { name: 'free', namespace: 'default' }, target: { kind: 'Node', name: 'n7' } };
  await api.create(PODS, binding, { subresource: 'binding' });
  expect((await api.get(PODS, key('free'))).spec).toMatchObject({ nodeName: 'n7' });
  const again = await refused(api.create(PODS, binding, { subresource: 'binding' }));
  expect(again.message).toBe('Operation cannot be fulfilled on pods/binding "free": pod free is already assigned to node "n7"');
});

it('refuses an eviction that the budget forbids', async () => {
  const budgets = { group: 'policy', version: 'v1', resource: 'poddisruptionbudgets' };
  await api.create(PODS, { ...pod('guarded', 'n1'), metadata: { name: 'guarded', namespace: 'default', labels: { app: 'g' } } });
  await api.patch(
    PODS,
    key('guarded'),
    merge({ status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } }),
    {
      subresource: 'status',
    },
  );
  const spec = { minAvailable: 1, selector: { matchLabels: { app: 'g' } } };
  await api.create(budgets, {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'b', namespace: 'default' },
    spec,
  });
  const status = { observedGeneration: 1, disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 };
  await api.patch(budgets, key('b'), merge({ status }), { subresource: 'status' });
  const error = await refused(
    api.create(PODS, { metadata: { name: 'guarded', namespace: 'default' } }, { subresource: 'eviction' }),
  );
  expect(error.code).toBe(429);
  expect(error.status.details?.causes?.[0]?.message).toBe('The disruption budget b needs 1 healthy pods and has 1 currently');
});

it('shows one event in both of its groups', async () => {
  const involvedObject = { kind: 'Pod', namespace: 'default', name: 'p' };
  await api.create(EVENTS, { metadata: { name: 'e', namespace: 'default' }, involvedObject, reason: 'R', type: 'Normal' });
  const newer = await api.get({ group: 'events.k8s.io', version: 'v1', resource: 'events' }, key('e'));
  expect(newer).toMatchObject({ apiVersion: 'events.k8s.io/v1', reason: 'R', regarding: involvedObject });
});
