/** Bodies in other clothes, over HTTP: protobuf, and evictions of the version old clients know. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, type Sent } from '../server/http-client.ts';
import { type Running, start } from '../server/start.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const PODS = '/api/v1/namespaces/default/pods';
const PROTOBUF = { 'content-type': 'application/vnd.kubernetes.protobuf' };
let running: Running;
beforeAll(async () => {
  running = await start();
  await check(
    '/api/v1/namespaces/default/serviceaccounts',
    { body: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } } },
    { code: 201 },
  );
});
afterAll(() => running.server.close());

async function check(path: string, sent: Sent, expected: object): Promise<void> {
  const { status, json } = await ask(running.port, path, { method: 'POST', ...sent });
  expect({ ...json, code: status }).toMatchObject(expected);
}

/** A field with a length, all of it below 0x80. */
const chunk = (field: number, text: string) => String.fromCharCode(field * 8 + 2, text.length) + text;
const object = (apiVersion: string, kind: string, body: string) =>
  `k8s\0${chunk(1, chunk(1, apiVersion) + chunk(2, kind))}${chunk(2, body)}`;

it('creates from protobuf', () =>
  check(
    MAPS,
    { headers: PROTOBUF, body: object('v1', 'ConfigMap', chunk(1, chunk(1, 'wire')) + chunk(2, chunk(1, 'k') + chunk(2, 'v'))) },
    { code: 201, kind: 'ConfigMap', metadata: { name: 'wire' }, data: { k: 'v' } },
  ));

it('takes delete options in protobuf', async () => {
  await check(MAPS, { body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'gone' } } }, { code: 201 });
  const body = object('v1', 'DeleteOptions', chunk(2, chunk(1, 'another-uid')));
  const headers = { ...PROTOBUF, 'content-length': String(body.length) };
  await check(`${MAPS}/gone`, { method: 'DELETE', headers, body }, { code: 409, reason: 'Conflict' });
});

it.each([
  ['another kind', object('v1', 'Secret', ''), 400],
  ['a kind without a known form', object('example.com/v1', 'Widget', ''), 415],
  ['JSON', '{}', 400],
])('refuses %s', (_name, body, status) => check(MAPS, { headers: PROTOBUF, body }, { code: status }));

it.each(['policy/v1', 'policy/v1beta1'])('evicts with %s', async (apiVersion) => {
  const name = apiVersion.replace('/', '-');
  const spec = { containers: [{ name: 'c', image: 'i' }] };
  await check(PODS, { body: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec } }, { code: 201 });
  await check(
    `${PODS}/${name}/eviction`,
    { body: { apiVersion, kind: 'Eviction', metadata: { name } } },
    { code: 201, kind: 'Status' },
  );
});
