/** Kubeconfigs: order of precedence, merging, credentials, and errors that name file and field. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadConnection } from '../../src/client/kubeconfig.ts';
import { KubeconfigError } from '../../src/client/kubeconfig-error.ts';

const dir = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
afterAll(() => rmSync(dir, { recursive: true }));

interface Case {
  /** Written into the test's folder; the first is the one used unless `KUBECONFIG` lists others. */
  files: Record<string, string>;
  use?: { file?: string; KUBECONFIG?: string[]; context?: string };
  gives?: { server: string; namespace?: string; headers?: Record<string, string>; tls?: Record<string, unknown> };
  /** The message, with the folder written as `<dir>`. */
  error?: string;
}

async function check({ files, use = {}, gives, error }: Case): Promise<void> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  const listed = use.KUBECONFIG?.map((name) => join(dir, name)).join(':');
  const file = listed === undefined ? join(dir, use.file ?? Object.keys(files)[0] ?? '') : undefined;
  const loading = loadConnection({ file, context: use.context, env: { KUBECONFIG: listed } });
  if (error !== undefined) {
    const failure: unknown = await loading.catch((reason: unknown) => reason);
    expect(failure).toBeInstanceOf(KubeconfigError);
    expect((failure as Error).message.replaceAll(dir, '<dir>')).toBe(error);
    return;
  }
  const connection = await loading;
  const { headers, tls } = await connection.credentials();
  expect({ server: connection.server.href, namespace: connection.namespace, headers, tls }).toEqual({
    namespace: 'default',
    headers: {},
    tls: {},
    ...gives,
  });
}

const config = ({ name = 'a', server = 'https://a:6443', cluster = '', user = '{}', current = 'a', context = '' } = {}) => `
apiVersion: v1
kind: Config
current-context: ${current}
clusters: [{name: ${name}, cluster: {server: "${server}"${cluster}}}]
users: [{name: ${name}, user: ${user}}]
contexts: [{name: ${name}, context: {cluster: ${name}, user: ${name}${context}}}]
`;
const base64 = (text: string) => Buffer.from(text).toString('base64');

const CASES: Record<string, Case> = {
  'token, CA and namespace': {
    files: {
      f: config({ cluster: `, certificate-authority-data: ${base64('CA')}`, user: '{token: t}', context: ', namespace: x' }),
    },
    gives: { server: 'https://a:6443/', namespace: 'x', headers: { Authorization: 'Bearer t' }, tls: { ca: Buffer.from('CA') } },
  },
  'client certificate from files beside the config': {
    files: { f: config({ user: '{client-certificate: c.pem, client-key: k.pem}' }), 'c.pem': 'C', 'k.pem': 'K' },
    gives: { server: 'https://a:6443/', tls: { cert: Buffer.from('C'), key: Buffer.from('K') } },
  },
  'user name and password': {
    files: { f: config({ user: '{username: u, password: p}' }) },
    gives: { server: 'https://a:6443/', headers: { Authorization: `Basic ${base64('u:p')}` } },
  },
  'verification off, server name, impersonation': {
    files: { f: config({ cluster: ', insecure-skip-tls-verify: true, tls-server-name: s', user: '{as: jane}' }) },
    gives: {
      server: 'https://a:6443/',
      headers: { 'Impersonate-User': 'jane' },
      tls: { rejectUnauthorized: false, servername: 's' },
    },
  },
  'exec plug-in': {
    files: {
      f: config({
        user: `{exec: {apiVersion: client.authentication.k8s.io/v1, command: echo, args: ['{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"made"}}']}}`,
      }),
    },
    gives: { server: 'https://a:6443/', headers: { Authorization: 'Bearer made' } },
  },
  'plain http, as kubectl proxy serves it': {
    files: { f: config({ server: 'http://127.0.0.1:8001' }) },
    gives: { server: 'http://127.0.0.1:8001/', tls: { rejectUnauthorized: false } },
  },
  'of several files the first to name a thing wins, absent ones are passed over': {
    files: {
      one: config(),
      two: config({ server: 'https://other' }),
      three: config({ name: 'b', server: 'https://b', current: 'b' }),
    },
    use: { KUBECONFIG: ['absent', 'one', 'two', 'three'] },
    gives: { server: 'https://a:6443/' },
  },
  'another context': {
    files: { one: config(), three: config({ name: 'b', server: 'https://b' }) },
    use: { KUBECONFIG: ['one', 'three'], context: 'b' },
    gives: { server: 'https://b/' },
  },
  'no such file': { files: {}, use: { file: 'nowhere' }, error: 'kubeconfig <dir>/nowhere: no such file' },
  'KUBECONFIG names nothing that exists': {
    files: {},
    use: { KUBECONFIG: ['x', 'y'] },
    error: 'kubeconfig <dir>/x:<dir>/y: no such file (from KUBECONFIG)',
  },
  'no server': {
    files: { f: 'clusters: [{name: a, cluster: {}}]' },
    error: 'kubeconfig <dir>/f: clusters[0].cluster.server: is missing',
  },
  'empty file': { files: { f: '' }, error: 'kubeconfig <dir>/f: expected a document, but the input is empty' },
  'no kubeconfig at all': {
    files: { f: '~' },
    error: 'kubeconfig <dir>/f: is not a kubeconfig: no clusters, users and contexts in it',
  },
  'no current context': {
    files: { f: config({ current: '""' }) },
    error: 'kubeconfig <dir>/f: current-context: is empty: set it, or give --context',
  },
  'unknown context': {
    files: { f: config() },
    use: { context: 'z' },
    error: 'kubeconfig <dir>/f: current-context: no context named "z"',
  },
  'a context of an unknown user': {
    files: { f: config().replace('users: [{name: a', 'users: [{name: q') },
    error: 'kubeconfig <dir>/f: contexts[a].user: no user named "a"',
  },
  'a server that is no URL': {
    files: { f: config({ server: 'a:6443' }) },
    error: 'kubeconfig <dir>/f: clusters[a].server: not an http(s) URL: "a:6443"',
  },
  'a certificate that is not there': {
    files: { f: config({ user: '{client-certificate: gone.pem}' }) },
    error: "kubeconfig <dir>/f: users[a].client-certificate: ENOENT: no such file or directory, access '<dir>/gone.pem'",
  },
};

for (const [name, one] of Object.entries(CASES)) test(name, () => check(one));
