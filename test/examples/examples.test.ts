/** Every file of `examples/`, applied to a running cluster in this process, lands where its comment says. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { applyManifests } from '../../src/cli/apply-manifests.ts';
import { boot, type RunningCluster } from '../../src/cli/boot.ts';
import { DEFAULT_POOLS } from '../../src/cli/cluster-plan.ts';
import { checkManifests } from '../../src/cli/manifest-check.ts';
import { readManifests } from '../../src/cli/manifest-files.ts';
import { systemClock, systemRandom } from '../../src/cli/system.ts';
import { KINDS } from '../../src/core/api/kinds/all.ts';
import type { DaemonSet, Pod } from '../../src/core/kube/objects.ts';
import { isReady } from '../../src/core/kube/pod-state.ts';
import { DAEMONSETS, NODES, PODS } from '../../src/core/kube/resource.ts';
import { openMemoryStore } from '../../src/server/store/memory.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));
const filesDir = mkdtempSync(join(tmpdir(), 'everynode-examples-'));
let cluster: RunningCluster;

beforeAll(async () => {
  const silent = () => {};
  cluster = await boot({
    store: openMemoryStore(),
    filesDir,
    port: 0,
    profile: 'handbook',
    controllers: '*',
    plan: { pools: DEFAULT_POOLS, simulation: [{ effects: { startDelay: '1ms' } }], asked: false },
    clock: systemClock,
    random: systemRandom,
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  await cluster.synced;
});
afterAll(async () => {
  await cluster.stop();
  rmSync(filesDir, { recursive: true });
});

async function apply(file: string): Promise<DaemonSet> {
  const manifests = readManifests([join(EXAMPLES, file)]);
  checkManifests(manifests, KINDS);
  await applyManifests(cluster.api, KINDS, { manifests, report() {} });
  return manifests.find(({ object }) => object.kind === 'DaemonSet')?.object as DaemonSet;
}

/** The DaemonSet's pods become ready on exactly these nodes. */
async function check({ metadata }: DaemonSet, nodes: readonly string[]): Promise<Pod[]> {
  let pods: Pod[] = [];
  await vi.waitFor(
    async () => {
      const all = (await cluster.api.list<Pod>(PODS, { namespace: metadata.namespace })).items;
      pods = all.filter((pod) => pod.metadata.ownerReferences?.some(({ name }) => name === metadata.name));
      expect(pods.filter((pod) => isReady(pod)).map(({ spec }) => spec.nodeName)).toEqual(nodes);
      expect(pods).toHaveLength(nodes.length);
    },
    { timeout: 30_000, interval: 10 },
  );
  const found = await cluster.api.get<DaemonSet>(DAEMONSETS, { namespace: metadata.namespace, name: metadata.name ?? '' });
  expect(found.status?.desiredNumberScheduled).toBe(nodes.length);
  return pods;
}

const label = (name: string, labels: Record<string, string | null>) =>
  cluster.api.patch(NODES, { name }, { type: 'application/merge-patch+json', body: { metadata: { labels } } });

const WORKERS = ['worker-1', 'worker-2', 'worker-3'];
const ALL = ['control-plane-1', ...WORKERS];

/** Each example and its test; a file without one fails the last test. */
const TESTS: Record<string, (daemonSet: DaemonSet) => Promise<unknown>> = {
  'node-exporter.yaml': (daemonSet) => check(daemonSet, WORKERS),
  'log-collector.yaml': (daemonSet) => check(daemonSet, ALL),
  'csi-node-plugin.yaml': (daemonSet) => check(daemonSet, ALL),
  async 'cni-agent.yaml'(daemonSet) {
    const pods = await check(daemonSet, ALL);
    for (const { status } of pods) expect(status?.podIP).toBe(status?.hostIP);
  },
  async 'gpu-agent.yaml'(daemonSet) {
    await check(daemonSet, []);
    const annotations = { 'everynode.dev/simulated': 'true' };
    const labels = { accelerator: 'nvidia-tesla-t4', 'kubernetes.io/os': 'linux' };
    const taints = [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' as const }];
    const metadata = { name: 'gpu-1', labels, annotations };
    await cluster.api.create(NODES, { apiVersion: 'v1', kind: 'Node', metadata, spec: { taints } });
    await check(daemonSet, ['gpu-1']);
    await label('gpu-1', { accelerator: null });
    await check(daemonSet, []);
    await cluster.api.delete(NODES, { name: 'gpu-1' });
  },
  async 'opt-in.yaml'(daemonSet) {
    await check(daemonSet, []);
    await label('worker-1', { monitoring: 'enabled' });
    await check(daemonSet, ['worker-1']);
    await label('worker-1', { monitoring: null });
    await check(daemonSet, []);
  },
  async 'opt-out.yaml'(daemonSet) {
    await check(daemonSet, WORKERS);
    await label('worker-3', { 'exclude-monitoring': 'true' });
    await check(daemonSet, ['worker-1', 'worker-2']);
    await label('worker-3', { 'exclude-monitoring': null });
    await check(daemonSet, WORKERS);
  },
};

describe('examples', () => {
  for (const [file, test] of Object.entries(TESTS)) {
    it(file, async () => {
      const daemonSet = await apply(file);
      await test(daemonSet);
      const { name = '', namespace } = daemonSet.metadata;
      await cluster.api.delete(DAEMONSETS, { namespace, name });
    });
  }

  it('all have a test', () => {
    expect(readdirSync(EXAMPLES).sort()).toEqual(Object.keys(TESTS).sort());
  });
});
