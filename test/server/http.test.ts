/** The server as clients over HTTP meet it: negotiation, paging, watches, limits, shutdown. */
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, type Sent } from './http-client.ts';
import { type Running, start } from './start.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
let running: Running;
beforeAll(async () => {
  running = await start();
});
afterAll(() => running.server.close());

function configMap(name: string, data: Record<string, string> = {}, labels: Record<string, string> = {}): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data };
}

interface Case {
  readonly path: string;
  readonly sent?: Sent;
  readonly status: number;
  readonly type?: string;
  readonly text?: RegExp;
}

async function check({ path, sent, status, type, text }: Case): Promise<void> {
  const answer = await ask(running.port, path, sent);
  expect(answer.status).toBe(status);
  if (type !== undefined) expect(answer.headers['content-type']).toBe(type);
  if (text !== undefined) expect(answer.text).toMatch(text);
}

const CASES: Record<string, Case> = {
  liveness: { path: '/livez', status: 200, type: 'text/plain; charset=utf-8', text: /^ok$/ },
  'readiness in full': { path: '/readyz?verbose', status: 200, text: /\[\+\]ping ok\n[\s\S]*readyz check passed\n$/ },
  'one health check': { path: '/livez/ping', status: 200, text: /^ok$/ },
  version: { path: '/version', status: 200, text: /"gitVersion":"v1\.36\.0-everynode/ },
  metrics: { path: '/metrics', status: 200, text: /apiserver_request_total/ },
  'no credentials': {
    path: MAPS,
    sent: { headers: { authorization: '' } },
    status: 403,
    text: /User \\"system:anonymous\\" cannot list resource/,
  },
  'no such group': {
    path: '/apis/none.example/v1/things',
    status: 404,
    type: 'text/plain; charset=utf-8',
    text: /^404 page not found\n$/,
  },
  'no such resource': { path: '/api/v1/things', status: 404, text: /the server could not find the requested resource/ },
  'wrong scope': { path: '/api/v1/namespaces/default/nodes', status: 404 },
  'protobuf alone': { path: MAPS, sent: { headers: { accept: 'application/vnd.kubernetes.protobuf' } }, status: 406 },
  'protobuf that is none': {
    path: MAPS,
    sent: { method: 'POST', body: 'k8s', headers: { 'content-type': 'application/vnd.kubernetes.protobuf' } },
    status: 400,
    text: /provided data does not appear to be a protobuf message, expected prefix/,
  },
  'CBOR body': {
    path: MAPS,
    sent: { method: 'POST', body: 'k8s', headers: { 'content-type': 'application/cbor' } },
    status: 415,
  },
  'YAML out': {
    path: '/api/v1/namespaces/default',
    sent: { headers: { accept: 'application/yaml' } },
    status: 200,
    type: 'application/yaml',
    text: /^apiVersion: v1\n/,
  },
  pretty: { path: '/api/v1/namespaces/default?pretty=true', status: 200, text: /^\{\n {2}"kind": "Namespace",\n/ },
  'watch by prefix': {
    path: '/api/v1/watch/namespaces/default/configmaps?timeoutSeconds=1',
    status: 200,
    type: 'application/json',
  },
  'unparsable escape': { path: '/api/v1/%zz', status: 400 },
};

it.each(Object.entries(CASES))('%s', (_name, one) => check(one));

it('refuses a body over three megabytes', async () => {
  const answer = await ask(running.port, MAPS, { method: 'POST', body: configMap('big', { a: 'x'.repeat(3_200_000) }) });
  expect(answer.status).toBe(413);
  expect(answer.json.message).toBe('Request entity too large: limit is 3145728');
});

it('compresses large answers where gzip is taken', async () => {
  await ask(running.port, MAPS, { method: 'POST', body: configMap('large', { a: 'x'.repeat(200_000) }) });
  const plain = await ask(running.port, `${MAPS}/large`);
  const zipped = await ask(running.port, `${MAPS}/large`, { headers: { 'accept-encoding': 'gzip' } });
  expect(zipped.headers['content-encoding']).toBe('gzip');
  expect(zipped.bytes.length).toBeLessThan(10_000);
  expect(gunzipSync(zipped.bytes).toString()).toBe(plain.text);
});

it('pages through one consistent state while it changes', async () => {
  const maps = '/api/v1/namespaces/kube-public/configmaps';
  for (const name of ['a', 'b', 'c', 'd', 'e']) await ask(running.port, maps, { method: 'POST', body: configMap(name) });
  const first = await ask(running.port, `${maps}?limit=2`);
  expect(first.json.metadata.remainingItemCount).toBe(3);
  await ask(running.port, `${maps}/c`, { method: 'DELETE' });
  await ask(running.port, maps, { method: 'POST', body: configMap('bb') });
  const rest = await ask(running.port, `${maps}?limit=500&continue=${String(first.json.metadata.continue)}`);
  expect(rest.json.items?.map((item) => item.metadata.name)).toEqual(['c', 'd', 'e']);
  expect(rest.json.metadata.resourceVersion).toBe(first.json.metadata.resourceVersion);
});

it('ends the initial events of a watch with a bookmark', async () => {
  const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1';
  const { text } = await ask(running.port, `/api/v1/namespaces?${query}&fieldSelector=metadata.name%3Ddefault`);
  const events = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events.map((event) => event.type)).toEqual(['ADDED', 'BOOKMARK']);
  expect(events[1].object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
  expect(Number(events[1].object.metadata.resourceVersion)).toBe(running.store.revision);
});

it('tells a watch from before the cluster was ready that its past is gone, in the stream', async () => {
  const { status, text } = await ask(running.port, `${MAPS}?watch=1&resourceVersion=1`);
  expect(status).toBe(200);
  const event = JSON.parse(text);
  expect(event.type).toBe('ERROR');
  expect(event.object).toMatchObject({
    code: 410,
    reason: 'Expired',
    message: expect.stringMatching(/^too old resource version: 1 \(\d+\)$/),
  });
});

it('shuts down: watches end, nothing is cut off', async () => {
  const other = await start();
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const watch = ask(other.port, '/api/v1/namespaces?watch=1', { onData: () => open() });
  await opened;
  await other.server.close();
  const { status, text } = await watch;
  expect(status).toBe(200);
  expect(text.trim().split('\n')).toHaveLength(4);
  await expect(ask(other.port, '/livez')).rejects.toThrow(/ECONNREFUSED|hang up/);
});
