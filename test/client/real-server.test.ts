/** The client against the real server over TLS, with a controller on top: the two ends of the wire understand each other. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock, systemRandom } from '../../src/cli/system.ts';
import { fixedConnection } from '../../src/client/connection.ts';
import { type HttpsApi, httpsApi } from '../../src/client/https-api.ts';
import { startController } from '../../src/controller/controller.ts';
import { KINDS } from '../../src/core/api/kinds/all.ts';
import type { KubeObject, Node, Pod } from '../../src/core/kube/objects.ts';
import { CONFIGMAPS, DAEMONSETS, NODES, PODS, type ResourceRef, SERVICEACCOUNTS } from '../../src/core/kube/resource.ts';
import { PROFILES } from '../../src/core/profile.ts';
import type { Log, WatchEvent } from '../../src/ports.ts';
import { type ApiServer, createApiServer } from '../../src/server/api-server.ts';
import { openMemoryStore } from '../../src/server/store/memory.ts';
import { openClusterPki } from '../../src/server/tls/cluster-pki.ts';

const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const base = { clock: systemClock, random: systemRandom, log };
const admin = { name: 'admin', groups: ['system:masters'] };
let server: ApiServer;
let api: HttpsApi;

beforeAll(async () => {
  const pki = await openClusterPki({ now: Date.now() });
  server = await createApiServer({
    ...base,
    store: openMemoryStore(),
    kinds: KINDS,
    authenticate: () => admin,
    authorize: () => ({ allowed: true }),
  });
  const { port } = await server.listen({ port: 0, tls: { ...pki.server, ca: pki.ca } });
  api = httpsApi(fixedConnection(`https://127.0.0.1:${port}`, { tls: { ca: pki.ca, ...pki.admin } }), base);
});

afterAll(async () => {
  api.close();
  await server.close();
});

/** Resolves with the first event that satisfies `wanted`. */
function seen<T extends KubeObject>(
  ref: ResourceRef,
  wanted: (event: WatchEvent<T>) => boolean,
  resourceVersion = '0',
): Promise<WatchEvent<T>> {
  const { promise, resolve, reject } = Promise.withResolvers<WatchEvent<T>>();
  const stop = api.watch<T>(
    ref,
    { resourceVersion },
    {
      events: (batch) => {
        const found = batch.find(wanted);
        if (found) resolve(found);
      },
      closed: (error) => reject(error ?? new Error('the watch ended')),
    },
  );
  return promise.finally(stop);
}

const map = (name: string, data: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'default', name },
  data,
});

test('every verb over the wire', async () => {
  const made = await api.create(CONFIGMAPS, map('one', { a: '1' }), { fieldManager: 'me' });
  expect(made.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
  const watched = seen(CONFIGMAPS, ({ type }) => type === 'DELETED', made.metadata.resourceVersion);
  const key = { namespace: 'default', name: 'one' };
  await api.update(CONFIGMAPS, { ...made, data: { a: '2' } });
  await expect(api.update(CONFIGMAPS, { ...made, data: { a: '3' } })).rejects.toMatchObject({ code: 409, reason: 'Conflict' });
  await api.patch(CONFIGMAPS, key, { type: 'application/merge-patch+json', body: { data: { b: '4' } } });
  expect((await api.get(CONFIGMAPS, key)).data).toEqual({ a: '2', b: '4' });
  await expect(api.delete(CONFIGMAPS, key, { preconditions: { uid: 'other' } })).rejects.toMatchObject({ code: 409 });
  await api.delete(CONFIGMAPS, key);
  await expect(api.get(CONFIGMAPS, key)).rejects.toThrow('configmaps "one" not found');
  expect((await watched).object.metadata.name).toBe('one');
});

test('a list longer than a page is complete and in order', async () => {
  const names = Array.from({ length: 1100 }, (_, n) => `m${String(n).padStart(4, '0')}`);
  const local = server.local(admin);
  await Promise.all(names.map((name) => local.create(CONFIGMAPS, map(name, {}))));
  const { items, metadata } = await api.list(CONFIGMAPS, { namespace: 'default' });
  expect(items.map((item) => item.metadata.name)).toEqual(names);
  expect(metadata.continue).toBeUndefined();
});

test('a controller on the far side of the wire covers nodes, those that join later too', async () => {
  const ready = async (name: string) => {
    await api.create<Node>(NODES, { apiVersion: 'v1', kind: 'Node', metadata: { name } });
    await api.patch(NODES, { name }, { type: 'application/merge-patch+json', body: { spec: { taints: null } } });
  };
  const podOn = (node: string) => seen<Pod>(PODS, ({ object }) => object.spec.nodeName === node);
  await api.create(SERVICEACCOUNTS, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { namespace: 'default', name: 'default' },
  });
  await ready('a');
  const labels = { app: 'agent' };
  await api.create(DAEMONSETS, {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { namespace: 'default', name: 'agent' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'agent', image: 'agent:1' }] } },
    },
  });
  const controller = startController({ ...base, api, settings: PROFILES.handbook });
  await podOn('a');
  await ready('b');
  expect((await podOn('b')).object.metadata.name).toBe('agent-b');
  await seen(
    DAEMONSETS,
    ({ object }) => (object.status as { currentNumberScheduled?: number } | undefined)?.currentNumberScheduled === 2,
  );
  await controller.stop();
  expect(controller.metrics.errors).toBe(0);
});
