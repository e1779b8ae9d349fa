/** The whole way: certificates, tokens and impersonation against a server with TLS. */
import { request } from 'node:https';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KINDS } from '../../src/core/api/kinds/all.ts';
import { createAccessControl } from '../../src/server/auth/access-control.ts';
import { SigningKey } from '../../src/server/auth/signing-key.ts';
import { parseTokenFile } from '../../src/server/auth/token-file.ts';
import { openMemoryStore } from '../../src/server/store/memory.ts';
import { type ClusterPki, openClusterPki } from '../../src/server/tls/cluster-pki.ts';
import type { KeyPair } from '../../src/server/tls/issue.ts';
import { type Running, start, WALL_CLOCK } from '../server/start.ts';

let pki: ClusterPki;
let stranger: ClusterPki;
let running: Running;

beforeAll(async () => {
  pki = await openClusterPki({ now: Date.now() });
  stranger = await openClusterPki({ now: Date.now() });
  const store = openMemoryStore();
  const tokens = parseTokenFile('root,root,1,system:masters\nviewer,viewer,2,dev\n', 'tokens');
  const access = createAccessControl({ store, kinds: KINDS, clock: WALL_CLOCK, tokens, signingKey: SigningKey.open(undefined) });
  running = await start({ store, ...access, tls: { ...pki.server, ca: pki.ca } });
});
afterAll(() => running.server.close());

interface Ask {
  method?: string;
  path: string;
  headers?: Record<string, string | string[]>;
  client?: KeyPair;
  body?: unknown;
}

function ask({
  method = 'GET',
  path,
  headers = {},
  client,
  body,
}: Ask): Promise<{ status: number; body: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const { port } = running;
    const options = {
      host: '127.0.0.1',
      port,
      method,
      path,
      headers: { 'content-type': 'application/json', ...headers },
      ca: pki.ca,
      agent: false,
      ...client,
    };
    const sent = request(options, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: text.startsWith('{') ? JSON.parse(text) : { text } }),
      );
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Who the server takes the asker for, or the refusal. */
async function check(how: Omit<Ask, 'path' | 'method' | 'body'>, outcome: unknown): Promise<void> {
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
  const { status, body } = await ask({
    ...how,
    method: 'POST',
    path,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  });
  expect(status === 201 ? (body.status as { userInfo: unknown }).userInfo : `${status} ${body.message}`).toEqual(outcome);
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const anonymous =
  '403 selfsubjectreviews.authentication.k8s.io is forbidden: User "system:anonymous" cannot create resource "selfsubjectreviews" in API group "authentication.k8s.io" at the cluster scope';

test('certificates and tokens say who asks', async () => {
  await check({ client: pki.admin }, { username: 'admin', groups: ['system:masters', 'system:authenticated'] });
  await check({ headers: bearer('viewer') }, { username: 'viewer', uid: '2', groups: ['dev', 'system:authenticated'] });
  await check({ headers: { authorization: 'bearer  viewer' } }, anonymous);
  await check({ headers: bearer('wrong') }, '401 Unauthorized');
  await check({ headers: { authorization: 'Basic dmlld2Vy' } }, anonymous);
  await check({}, anonymous);
  await check({ client: stranger.admin }, '401 Unauthorized');
  await check(
    { client: stranger.admin, headers: bearer('viewer') },
    { username: 'viewer', uid: '2', groups: ['dev', 'system:authenticated'] },
  );
});

test('only who may can be somebody else', async () => {
  const as = (name: string, groups: string[] = []) => ({
    'impersonate-user': name,
    ...(groups.length > 0 ? { 'impersonate-group': groups } : {}),
  });
  await check(
    { client: pki.admin, headers: as('jane', ['dev', 'ops']) },
    { username: 'jane', groups: ['dev', 'ops', 'system:authenticated'] },
  );
  await check(
    { client: pki.admin, headers: as('system:serviceaccount:n:s') },
    {
      username: 'system:serviceaccount:n:s',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:n', 'system:authenticated'],
    },
  );
  await check(
    { headers: { ...bearer('viewer'), ...as('root') } },
    '403 users "root" is forbidden: User "viewer" cannot impersonate resource "users" in API group "" at the cluster scope',
  );
});

test('a service account uses its token until it is gone, and a review knows it', async () => {
  const root = bearer('root');
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 's' } };
  await ask({ method: 'POST', path: '/api/v1/namespaces/default/serviceaccounts', headers: root, body: account });
  const path = '/api/v1/namespaces/default/serviceaccounts/s/token';
  const wanted = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const made = await ask({ method: 'POST', path, headers: root, body: wanted });
  const { token } = made.body.status as { token: string };
  const review = (more: object) =>
    ask({
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/tokenreviews',
      headers: root,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token, ...more } },
    }).then(({ body }) => body.status as Record<string, unknown>);
  const pods = () => ask({ path: '/api/v1/namespaces/default/pods', headers: bearer(token) });
  expect((await pods()).status).toBe(403);
  expect(await review({})).toMatchObject({
    authenticated: true,
    audiences: ['https://kubernetes.default.svc'],
    user: { username: 'system:serviceaccount:default:s' },
  });
  expect((await review({ audiences: ['vault'] })).error).toMatch(/^\[invalid bearer token, token audiences/);
  await ask({ method: 'DELETE', path: '/api/v1/namespaces/default/serviceaccounts/s', headers: root });
  expect((await pods()).status).toBe(401);
  expect((await review({})).error).toBe('[invalid bearer token, service account token has been invalidated]');
});
