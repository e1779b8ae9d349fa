/** The commands that work on a running cluster, each as a process: `node`, `kubeconfig`, `controller`, `reset`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../../src/cli/connect.ts';
import type { KubeObject, Node, Pod } from '../../src/core/kube/objects.ts';
import { DAEMONSETS, NODES, PODS, type ResourceRef } from '../../src/core/kube/resource.ts';
import type { KubeApi } from '../../src/ports.ts';
import { type Everynode, EXAMPLES, everynode, PATIENCE, scene } from './everynode.ts';

vi.setConfig({ testTimeout: PATIENCE, hookTimeout: PATIENCE });
const world = scene('commands');
const env = { EVERYNODE_HOME: world.path('home') };
let up: Everynode;
let api: KubeApi & { close(): void };

beforeAll(async () => {
  up = world.up(['--name', 'lab', '--controllers', '*,-daemonset'], { env });
  api = await connect({ file: (await up.ready()).kubeconfig });
});
afterAll(async () => {
  api.close();
  await world.clean();
});

const run = (...args: string[]) => everynode(args, { env });

/** Resolves with the first state of one object that fits. */
function seen<T extends KubeObject>(
  ref: ResourceRef,
  name: string,
  fits: (object: T | undefined) => boolean,
): Promise<T | undefined> {
  return vi
    .waitUntil(
      async () => {
        const found = (await api.list<T>(ref)).items.find(({ metadata }) => metadata.name === name);
        return fits(found) ? { found } : false;
      },
      { timeout: 20_000, interval: 20 },
    )
    .then(({ found }) => found);
}

describe('everynode node', () => {
  it('adds, stops, starts and removes', async () => {
    const labels = ['--labels', 'accelerator=nvidia-tesla-t4', '--taints', 'dedicated=gpu:NoSchedule'];
    const size = ['--cpu', '8', '--memory', '32Gi', '--arch', 'arm64'];
    const added = await run('node', 'add', 'gpu-1', 'gpu-2', '--name', 'lab', ...labels, ...size);
    expect(added).toMatchObject({ code: 0, stdout: 'node/gpu-1 added\nnode/gpu-2 added\n', stderr: '' });
    const node = await seen<Node>(NODES, 'gpu-2', (one) => one?.status?.capacity?.pods !== undefined);
    expect(node?.status?.capacity).toMatchObject({ cpu: '8', memory: '32Gi', pods: '110' });
    expect(node?.metadata.labels).toMatchObject({ accelerator: 'nvidia-tesla-t4', 'kubernetes.io/arch': 'arm64' });
    expect(node?.spec?.taints).toContainEqual({ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' });

    expect(await run('node', 'stop', 'gpu-1', '--name', 'lab')).toMatchObject({ code: 0, stdout: 'node/gpu-1 stopped\n' });
    expect(await run('node', 'start', 'gpu-1', '--name', 'lab')).toMatchObject({ code: 0, stdout: 'node/gpu-1 started\n' });
    const removed = await run('node', 'remove', 'gpu-1', 'nobody', '--name', 'lab');
    expect(removed).toMatchObject({ code: 1, stdout: 'node/gpu-1 removed\n' });
    expect(removed.stderr).toBe('everynode: node/nobody: nodes "nobody" not found\neverynode: 1 of 2 nodes failed\n');
    await seen(NODES, 'gpu-1', (one) => one === undefined);
    const twice = await run('node', 'add', 'gpu-2', '--name', 'lab');
    expect(twice).toMatchObject({ code: 1, stdout: '' });
    expect(twice.stderr).toContain('nodes "gpu-2" already exists');
  });
});

describe('everynode kubeconfig', () => {
  it('prints it, and merges it into one with other entries and comments', async () => {
    const printed = await run('kubeconfig', '--name', 'lab');
    expect(printed).toMatchObject({ code: 0, stdout: readFileSync(world.path('home', 'lab', 'kubeconfig'), 'utf8') });
    const mine = world.path('mine');
    writeFileSync(
      mine,
      '# mine\napiVersion: v1\nkind: Config\nclusters:\n- name: prod\n  cluster: {server: "https://prod"}\ncurrent-context: prod\n',
    );
    for (let twice = 0; twice < 2; twice++) {
      const merged = await everynode(['kubeconfig', '--name', 'lab', '--merge'], { env: { ...env, KUBECONFIG: mine } });
      expect(merged).toMatchObject({ code: 0, stdout: `Merged into ${mine}; the current context is now "everynode-lab".\n` });
    }
    const text = readFileSync(mine, 'utf8');
    expect(text).toMatch(/^# mine\n/);
    expect(text.match(/- name: everynode-lab/g)).toHaveLength(3);
    expect(text).toContain('name: prod');
    const there = await connect({ file: mine, context: 'everynode-lab' });
    expect((await there.list(NODES)).items.length).toBeGreaterThan(3);
    there.close();
  });
});

describe('everynode controller', () => {
  it('runs the DaemonSets of a cluster that has no controller of its own', async () => {
    const controller = world.start(['controller', '--kubeconfig', world.path('home', 'lab', 'kubeconfig')], { env });
    await controller.says(/acting\./);
    const { readManifests } = await import('../../src/cli/manifest-files.ts');
    const { applyManifests } = await import('../../src/cli/apply-manifests.ts');
    const { KINDS } = await import('../../src/core/api/kinds/all.ts');
    await applyManifests(api, KINDS, { manifests: readManifests([`${EXAMPLES}/log-collector.yaml`]), report() {} });
    await seen<Pod>(PODS, 'fluentd-worker-1', (pod) => pod?.status?.phase === 'Running');
    await seen<KubeObject>(DAEMONSETS, 'fluentd', (one) => (one?.status as { numberReady?: number })?.numberReady === 5);
    expect(await controller.stop('SIGINT')).toMatchObject({ code: 0, stderr: '' });
    expect(controller.stdout).toMatch(
      /^Waiting for the lease kube-system\/everynode-daemonset-controller …\nLeading;.*\n.*\nStopped\.\n$/,
    );
  });
});

describe('everynode reset', () => {
  it('removes the cluster once it has stopped', async () => {
    expect(await run('reset', '-y', '--name', 'lab')).toMatchObject({ code: 4 });
    expect(await up.stop()).toMatchObject({ code: 0, stderr: '' });
    const removed = await run('reset', '-y', '--name', 'lab');
    expect(removed).toMatchObject({ code: 0, stdout: `Removed the cluster "lab" (${world.path('home', 'lab')}).\n` });
    expect(existsSync(world.path('home', 'lab'))).toBe(false);
    expect(await run('reset', '-y', '--name', 'lab')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^There is no cluster/),
    });
  });
});
