/** Requests, answers, errors and retries of the HTTP client. */
import { expect, test } from 'vitest';
import { fixedConnection } from '../../src/client/connection.ts';
import { type HttpsApi, httpsApi } from '../../src/client/https-api.ts';
import { ApiError } from '../../src/core/api/api-error.ts';
import type { KubeList } from '../../src/core/kube/objects.ts';
import { DAEMONSETS, LEASES, NODES, PODS } from '../../src/core/kube/resource.ts';
import { impatientClock, type Reply, scriptedServer } from './scripted-server.ts';

interface Case {
  replies: Reply[];
  call(api: HttpsApi): Promise<unknown>;
  /** What comes back, matched partially; an `error` is `[code, reason, message]`, or a piece of the message. */
  gives?: unknown;
  error?: [number, string, string] | string;
  asked: string[];
  bodies?: unknown[];
  waits?: number[];
}

async function check({ replies, call, gives, error, asked, bodies, waits }: Case): Promise<void> {
  const server = await scriptedServer(replies);
  const clock = impatientClock();
  const api = httpsApi(fixedConnection(server.url), { clock, random: { next: () => 0, uuid: () => 'u' } });
  try {
    const outcome = await call(api).then(
      (value) => ({ value }),
      (failure: Error) => ({ failure }),
    );
    expect(server.seen.map(({ line }) => line)).toEqual(asked);
    if (waits) expect(clock.waits).toEqual(waits);
    if (bodies) expect(server.seen.map(({ body }) => (body ? JSON.parse(body) : undefined))).toEqual(bodies);
    if (error === undefined) return expect(outcome).toMatchObject({ value: gives ?? {} });
    if (!('failure' in outcome)) throw new Error(`no error but ${JSON.stringify(outcome.value)}`);
    const { failure } = outcome;
    if (typeof error === 'string') return expect(failure.message).toContain(error);
    expect(failure).toBeInstanceOf(ApiError);
    expect([(failure as ApiError).code, (failure as ApiError).reason, failure.message]).toEqual(error);
  } finally {
    api.close();
    await server.close();
  }
}

const status = (code: number, reason: string, message: string, details?: object) => ({
  code,
  body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code, reason, message, details },
});
const page = (names: string[], more?: string): Reply => ({
  body: {
    metadata: { resourceVersion: '7', ...(more ? { continue: more } : {}) },
    items: names.map((name) => ({ metadata: { name } })),
  },
});
const key = { namespace: 'kube-system', name: 'agent' };
const names = (list: KubeList) => list.items.map(({ metadata }) => metadata.name);
const pod = { metadata: { namespace: 'kube-system', name: 'agent' } };

const CASES: Record<string, Case> = {
  'get of a namespaced object': {
    replies: [{ body: { metadata: { name: 'agent' } } }],
    call: (api) => api.get(DAEMONSETS, key),
    gives: { metadata: { name: 'agent' } },
    asked: ['GET /apis/apps/v1/namespaces/kube-system/daemonsets/agent'],
  },
  'get of a cluster-scoped object of the core group': {
    replies: [{}],
    call: (api) => api.get(NODES, { name: 'n/1' }),
    asked: ['GET /api/v1/nodes/n%2F1'],
  },
  'a Status becomes an ApiError with its details': {
    replies: [status(404, 'NotFound', 'pods "agent" not found', { name: 'agent', kind: 'pods' })],
    call: (api) => api.get(PODS, key),
    error: [404, 'NotFound', 'pods "agent" not found'],
    asked: ['GET /api/v1/namespaces/kube-system/pods/agent'],
  },
  'an error page of a proxy becomes a generic ApiError': {
    replies: [{ code: 502, body: '<html>bad\ngateway</html>' }],
    call: (api) => api.get(NODES, { name: 'a' }),
    error: [
      502,
      'InternalError',
      'an error on the server ("<html>bad gateway</html>") has prevented the request from succeeding (get nodes a)',
    ],
    asked: ['GET /api/v1/nodes/a'],
  },
  'a success that is no JSON is an error': {
    replies: [{ body: 'hello' }],
    call: (api) => api.list(DAEMONSETS),
    error: [500, 'InternalError', 'an answer that is no JSON object came with code 200: hello (get daemonsets.apps)'],
    asked: ['GET /apis/apps/v1/daemonsets?limit=500'],
  },
  'a list is read page by page': {
    replies: [page(['a', 'b'], 't1'), page(['c'], 't2'), page(['d'])],
    call: (api) => api.list(NODES, { labelSelector: 'os in (x)' }).then((list) => ({ names: names(list), at: list.metadata })),
    gives: { names: ['a', 'b', 'c', 'd'], at: { resourceVersion: '7' } },
    asked: [
      'GET /api/v1/nodes?labelSelector=os+in+%28x%29&limit=500',
      'GET /api/v1/nodes?labelSelector=os+in+%28x%29&limit=500&continue=t1',
      'GET /api/v1/nodes?labelSelector=os+in+%28x%29&limit=500&continue=t2',
    ],
  },
  'a page token that expired makes one full list': {
    replies: [page(['a'], 't1'), status(410, 'Expired', 'too old'), page(['a', 'b'])],
    call: (api) => api.list(NODES).then(names),
    gives: ['a', 'b'],
    asked: ['GET /api/v1/nodes?limit=500', 'GET /api/v1/nodes?limit=500&continue=t1', 'GET /api/v1/nodes'],
  },
  'a caller that pages itself gets its page': {
    replies: [page(['a'], 't1')],
    call: (api) => api.list(PODS, { namespace: 'x', limit: 1 }).then((list) => list.metadata),
    gives: { continue: 't1' },
    asked: ['GET /api/v1/namespaces/x/pods?limit=1'],
  },
  'create, with field manager and dry run': {
    replies: [{ code: 201, body: pod }],
    call: (api) => api.create(PODS, pod, { fieldManager: 'me', dryRun: true }),
    asked: ['POST /api/v1/namespaces/kube-system/pods?fieldManager=me&dryRun=All'],
    bodies: [pod],
  },
  'update of a status': {
    replies: [{}],
    call: (api) => api.update(PODS, pod, { subresource: 'status' }),
    asked: ['PUT /api/v1/namespaces/kube-system/pods/agent/status'],
    bodies: [pod],
  },
  'patch carries its type': {
    replies: [{}],
    call: (api) => api.patch(LEASES, key, { type: 'application/merge-patch+json', body: { a: null } }),
    asked: ['PATCH /apis/coordination.k8s.io/v1/namespaces/kube-system/leases/agent'],
    bodies: [{ a: null }],
  },
  'delete carries its options in the body': {
    replies: [{ body: { kind: 'Status', status: 'Success' } }],
    call: (api) => api.delete(PODS, key, { preconditions: { uid: 'u1' }, gracePeriodSeconds: 0 }),
    gives: { status: 'Success' },
    asked: ['DELETE /api/v1/namespaces/kube-system/pods/agent'],
    bodies: [{ kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'u1' }, gracePeriodSeconds: 0 }],
  },
  'a write that is asked to come back does': {
    replies: [
      { code: 429, headers: { 'retry-after': '2' }, body: 'slow down' },
      { code: 503, headers: { 'retry-after': '1' } },
      { body: pod },
    ],
    call: (api) => api.create(PODS, pod),
    gives: pod,
    asked: Array(3).fill('POST /api/v1/namespaces/kube-system/pods'),
    waits: [2000, 1000],
  },
  'patience ends': {
    replies: [{ code: 429, headers: { 'retry-after': '1' }, body: 'slow down' }],
    call: (api) => api.get(NODES, { name: 'a' }),
    error: [
      429,
      'TooManyRequests',
      'the server has received too many requests and has asked us to try again later (get nodes a)',
    ],
    asked: Array(10).fill('GET /api/v1/nodes/a'),
  },
  'an error without Retry-After is final': {
    replies: [status(500, 'InternalError', 'boom')],
    call: (api) => api.get(NODES, { name: 'a' }),
    error: [500, 'InternalError', 'boom'],
    asked: ['GET /api/v1/nodes/a'],
  },
  'a broken read is repeated with growing waits': {
    replies: [{ reset: true }, { reset: true }, { body: pod }],
    call: (api) => api.get(PODS, key),
    gives: pod,
    asked: Array(3).fill('GET /api/v1/namespaces/kube-system/pods/agent'),
    waits: [100, 200],
  },
  'a broken write is not: it may have been carried out': {
    replies: [{ reset: true }],
    call: (api) => api.create(PODS, pod),
    error: '/api/v1/namespaces/kube-system/pods: ',
    asked: ['POST /api/v1/namespaces/kube-system/pods'],
    waits: [],
  },
};

for (const [name, one] of Object.entries(CASES)) test(name, () => check(one));

test('fresh credentials are asked for after a 401, once', async () => {
  const server = await scriptedServer([{ code: 401 }, { body: pod }, { code: 401 }]);
  let asked = 0;
  const connection = {
    ...fixedConnection(server.url),
    credentials: () => Promise.resolve({ headers: { authorization: `Bearer t${++asked}` }, tls: {} }),
  };
  const api = httpsApi(connection, { clock: impatientClock(), random: { next: () => 0, uuid: () => 'u' } });
  try {
    await api.get(PODS, key);
    await expect(api.get(PODS, key)).rejects.toMatchObject({ code: 401 });
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer t1', 'Bearer t2', 'Bearer t2', 'Bearer t3']);
  } finally {
    api.close();
    await server.close();
  }
});

test('a server that is not there is named', async () => {
  const server = await scriptedServer([{}]);
  await server.close();
  const clock = impatientClock();
  const api = httpsApi(fixedConnection(server.url), { clock, random: { next: () => 0, uuid: () => 'u' } });
  await expect(api.create(PODS, pod)).rejects.toThrow(
    `POST ${server.url}/api/v1/namespaces/kube-system/pods: connect ECONNREFUSED`,
  );
  expect(clock.waits).toEqual([100, 200, 400]);
});
