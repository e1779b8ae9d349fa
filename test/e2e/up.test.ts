/** `everynode up` as a process: the ready line, resuming, and the nodes it makes and leaves alone. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../../src/cli/connect.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { DAEMONSETS, NODES, PODS } from '../../src/core/kube/resource.ts';
import { EXAMPLES, PATIENCE, type Ready, scene } from './everynode.ts';

vi.setConfig({ testTimeout: PATIENCE });
const world = scene('up');
afterAll(world.clean);

const EXAMPLE = ['-f', `${EXAMPLES}/node-exporter.yaml`];

/** What stays the same over a restart. */
async function identities({ kubeconfig }: Ready) {
  const api = await connect({ file: kubeconfig });
  try {
    const lists = await Promise.all([NODES, DAEMONSETS, PODS].map((ref) => api.list<KubeObject>(ref)));
    return lists.flatMap(({ items }) => items.map(({ metadata }) => [metadata.name, metadata.uid]));
  } finally {
    api.close();
  }
}

describe('up', () => {
  it('says one line when all is ready, and resumes the same cluster', async () => {
    const first = world.up(['--data', world.path('a'), ...EXAMPLE]);
    const ready = await first.ready();
    expect(ready).toEqual({
      ready: true,
      server: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
      kubeconfig: world.path('a', 'kubeconfig'),
      token: expect.stringMatching(/^\S{20,}$/),
      caFile: world.path('a', 'pki', 'ca.crt'),
      nodes: 4,
    });
    expect(readFileSync(ready.caFile, 'utf8')).toContain('BEGIN CERTIFICATE');
    expect(statSync(ready.kubeconfig).mode & 0o777).toBe(0o600);
    const before = await identities(ready);
    expect(before).toHaveLength(4 + 1 + 3);
    const certificates = ['ca.crt', 'server.crt', 'admin.key'].map((name) => readFileSync(world.path('a', 'pki', name), 'utf8'));
    const api = await connect({ file: ready.kubeconfig });
    await api.delete(NODES, { name: 'worker-2' });
    api.close();
    const ended = await first.stop('SIGINT');
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(ended.stdout.match(/\n/g)).toHaveLength(1);

    const second = world.up(['--data', world.path('a'), ...EXAMPLE]);
    const again = await second.ready();
    expect(again).toMatchObject({ ready: true, nodes: 3, token: ready.token });
    expect(['ca.crt', 'server.crt', 'admin.key'].map((name) => readFileSync(world.path('a', 'pki', name), 'utf8'))).toEqual(
      certificates,
    );
    // The pod of a node that is gone is left to the garbage collection, which is in no hurry.
    const stays = ([name]: (string | undefined)[]) => !name?.endsWith('worker-2');
    expect((await identities(again)).filter(stays)).toEqual(before.filter(stays));
    await second.stop();

    const third = world.up(['--data', world.path('a'), '--nodes', '5']);
    expect(await third.ready()).toMatchObject({ nodes: 6 });
    await third.stop();
  });

  it('keeps nothing with --memory, but its files while it runs', async () => {
    const up = world.up(['--memory', '--nodes', '0', '--kubeconfig', 'here.kubeconfig'], { cwd: world.dir });
    const ready = await up.ready();
    expect(ready).toMatchObject({ nodes: 0, kubeconfig: world.path('here.kubeconfig') });
    expect([isAbsolute(ready.caFile), existsSync(ready.caFile)]).toEqual([true, true]);
    const answer = await fetchAs(ready, ready.token);
    expect(answer).toBe(200);
    await up.stop();
    expect(existsSync(ready.caFile)).toBe(false);
  });

  it('takes pools, users, controllers and a profile', async () => {
    writeFileSync(world.path('cluster.yaml'), CLUSTER);
    writeFileSync(world.path('users.csv'), 'secret,jane,1,"system:masters"\nother,joe,2\n');
    const up = world.up([
      '--data',
      world.path('pools'),
      '--config',
      world.path('cluster.yaml'),
      '--token-auth-file',
      world.path('users.csv'),
      '--controllers',
      '*,-daemonset',
      '--profile',
      'kubernetes',
      ...EXAMPLE,
    ]);
    const ready = await up.ready();
    expect(ready).toMatchObject({ ready: true, nodes: 3 });
    expect(await fetchAs(ready, 'secret')).toBe(200);
    expect(await fetchAs(ready, 'other')).toBe(403);
    expect(await fetchAs(ready, 'unknown')).toBe(401);
    const api = await connect({ file: ready.kubeconfig });
    const nodes = (await api.list(NODES)).items;
    expect(nodes.map(({ metadata }) => [metadata.name, metadata.labels?.zone])).toEqual([
      ['edge-1', 'a'],
      ['edge-2', 'a'],
      ['gpu', undefined],
    ]);
    expect((await api.list(PODS)).items).toEqual([]);
    api.close();
    expect((await up.stop()).stderr).toBe('');
  });

  it('shows people what happens, without colours where nobody sees them', async () => {
    const up = world.start(['up', '--port', '0', '--data', world.path('talk'), '--name', 'talk', ...EXAMPLE]);
    await up.says(/Ctrl-C stops the cluster\./);
    await up.stop('SIGINT');
    expect(up.stdout).toMatch(/^Starting cluster "talk" \(.*talk\) …\n/);
    for (const line of [
      '  daemonsets/node-exporter created',
      'node-exporter-worker-1                   worker-1           Ready',
      'NAMESPACE    NAME            DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   NODE SELECTOR',
      `export KUBECONFIG=${world.path('talk', 'kubeconfig')}`,
      'kubectl taint node worker-1 maintenance=true:NoExecute',
      `everynode node add another-1 --data ${world.path('talk')}`,
      'SIGINT: stopping …\nStopped. "everynode up" resumes the cluster.\n',
    ]) {
      expect(up.stdout).toContain(line);
    }
    expect(up.stdout).not.toContain('\x1b');
    expect(up.stderr).toBe('');
  });
});

const CLUSTER = `
apiVersion: everynode.dev/v1
kind: Cluster
nodePools:
- name: edge-{n}
  count: 2
  arch: arm64
  labels: {zone: a}
- name: gpu
  taints: ["dedicated=gpu:NoSchedule"]
`;

/** The status that a list of nodes answers with for a bearer token. */
async function fetchAs({ server, caFile }: Ready, token: string): Promise<number> {
  const { request } = await import('node:https');
  const ca = readFileSync(caFile);
  return new Promise((resolve, reject) => {
    const call = request(`${server}/api/v1/nodes`, { ca, headers: { authorization: `Bearer ${token}` } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    call.on('error', reject);
    call.end();
  });
}
