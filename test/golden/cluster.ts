/** A whole cluster in this process for one transcript: memory store, four nodes that are quick, a kubeconfig on disk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boot } from '../../src/cli/boot.ts';
import { writeKubeconfig } from '../../src/cli/kubeconfig-file.ts';
import { nodePool } from '../../src/cli/node-pool.ts';
import { systemRandom } from '../../src/cli/system.ts';
import type { ProfileName } from '../../src/core/profile.ts';
import type { KubeApi } from '../../src/ports.ts';
import { openMemoryStore } from '../../src/server/store/memory.ts';
import { PacedClock } from './paced-clock.ts';

/** How long containers take; fixed, so that every pod goes through the same statuses. */
export interface Pace {
  readonly startDelay: string;
  readonly stopDelay: string;
}

const LINES = ['listening on :9100', 'scraped 42 metrics'];
/** The four nodes of the handbook's picture. */
const POOLS = [
  nodePool({ name: 'worker-{n}', count: 2 }),
  nodePool({ name: 'worker-3', arch: 'arm64' }),
  nodePool({
    name: 'control-plane-1',
    labels: { 'node-role.kubernetes.io/control-plane': '' },
    taints: ['node-role.kubernetes.io/control-plane:NoSchedule'],
  }),
];
const QUIET = { debug() {}, info() {}, warn() {}, error() {} };

export interface GoldenCluster {
  readonly api: KubeApi;
  readonly clock: PacedClock;
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

/** Resolves when all nodes are ready and every controller has seen them. */
export async function startCluster(profile: ProfileName, pace: Pace): Promise<GoldenCluster> {
  const dir = mkdtempSync(join(tmpdir(), 'everynode-golden-'));
  const clock = new PacedClock();
  const kubeconfig = join(dir, 'kubeconfig');
  const cluster = await boot({
    store: openMemoryStore(),
    filesDir: dir,
    port: 0,
    profile,
    controllers: '*',
    plan: { pools: POOLS, simulation: [{ name: 'pace', effects: { ...pace, log: LINES } }], asked: true },
    clock,
    random: systemRandom,
    log: QUIET,
  });
  const { ca, admin } = cluster.access.pki;
  writeKubeconfig(kubeconfig, {
    name: 'everynode',
    server: cluster.server,
    ca,
    clientCertificate: admin.cert,
    clientKey: admin.key,
  });
  await cluster.synced;
  return {
    api: cluster.api,
    clock,
    kubeconfig,
    async stop() {
      await cluster.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
