/** The life of `everynode up`: boot, apply, show, wait for a signal, stop. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KINDS } from '../core/api/kinds/all.ts';
import { DAEMONSETS, NODES, PODS } from '../core/kube/resource.ts';
import type { Store } from '../ports.ts';
import { applyManifests } from './apply-manifests.ts';
import { boot, type RunningCluster } from './boot.ts';
import type { ClusterHome } from './cluster-home.ts';
import type { ClusterPlan, UpOptions } from './cluster-plan.ts';
import { followDaemonSets } from './follow-daemonsets.ts';
import { writeKubeconfig } from './kubeconfig-file.ts';
import { stderrLog } from './log.ts';
import { readManifests } from './manifest-files.ts';
import { type Screen, terminalScreen } from './screen.ts';
import { systemClock, systemRandom } from './system.ts';

/** How long a DaemonSet of `-f` is followed before `up` leaves it alone, in milliseconds. */
const PATIENCE = 60_000;

/** Resolves when the cluster has been told to stop and has stopped. Throws before it is ready. */
export async function runUp(options: UpOptions, home: ClusterHome, plan: ClusterPlan): Promise<void> {
  const screen = terminalScreen(options.output === 'json');
  const ended = new AbortController();
  const stopped = signalled(ended);
  const manifests = readManifests(options.file);
  const data = await openData(options, home);
  const log = stderrLog();
  try {
    screen.line(`Starting cluster "${home.name}" (${options.memory ? 'in memory' : home.dir}) …`);
    const cluster = await boot({
      store: data.store,
      filesDir: data.dir,
      tokenAuthFile: options.tokenAuthFile,
      port: options.port,
      profile: options.profile,
      controllers: options.controllers,
      plan,
      clock: systemClock,
      random: systemRandom,
      log,
    });
    try {
      await present(cluster, {
        options,
        home: { ...home, kubeconfig: data.kubeconfig },
        screen,
        manifests,
        signal: ended.signal,
      });
      const signal = await stopped;
      screen.line(`\n${signal}: stopping …`);
    } finally {
      await cluster.stop();
    }
    screen.line(options.memory ? 'Stopped.' : 'Stopped. "everynode up" resumes the cluster.');
  } finally {
    data.discard();
  }
}

interface Presentation {
  readonly options: UpOptions;
  readonly home: ClusterHome;
  readonly screen: Screen;
  readonly manifests: ReturnType<typeof readManifests>;
  readonly signal: AbortSignal;
}

async function present(cluster: RunningCluster, { options, home, screen, manifests, signal }: Presentation): Promise<void> {
  const { access, api, server } = cluster;
  const name = `everynode-${home.name}`;
  const { ca, admin } = access.pki;
  writeKubeconfig(home.kubeconfig, { name, server, ca, clientCertificate: admin.cert, clientKey: admin.key });
  const applied = await applyManifests(api, KINDS, {
    manifests,
    report: ({ ref, object, outcome }) => screen.line(`  ${ref.resource}/${object.metadata.name} ${outcome}`),
  });
  await cluster.synced;
  const nodes = (await api.list(NODES)).items.length;
  screen.line(`${nodes} nodes are up; the API server listens on ${server}.`);
  await followDaemonSets(applied, {
    api,
    screen,
    signal,
    now: () => systemClock.now(),
    patience: PATIENCE,
    podKind: kind(PODS.resource),
    daemonSetKind: kind(DAEMONSETS.resource),
  });
  if (options.output === 'json') {
    process.stdout.write(
      `${JSON.stringify({ ready: true, server, kubeconfig: home.kubeconfig, token: access.token, caFile: access.caFile, nodes })}\n`,
    );
    return;
  }
  screen.line(`
Connect:
  export KUBECONFIG=${home.kubeconfig}
  kubectl get nodes

Try:
  kubectl get pods -A -o wide
  kubectl label node worker-1 monitoring=enabled
  everynode node add worker-4
Ctrl-C stops the cluster.`);
}

function kind(plural: string) {
  return KINDS.find((one) => one.plural === plural)!;
}

interface Data {
  readonly store: Store;
  /** Where certificates and tokens lie. */
  readonly dir: string;
  readonly kubeconfig: string;
  /** Removes what was only for this run. */
  discard(): void;
}

async function openData(options: UpOptions, home: ClusterHome): Promise<Data> {
  if (options.memory) {
    const { openMemoryStore } = await import('../server/store/memory.ts');
    const dir = mkdtempSync(join(tmpdir(), 'everynode-'));
    return {
      store: openMemoryStore(),
      dir,
      kubeconfig: options.kubeconfig ?? join(dir, 'kubeconfig'),
      discard: () => rmSync(dir, { recursive: true, force: true }),
    };
  }
  const { openSqliteStore } = await import('../server/store/sqlite.ts');
  const store = await openSqliteStore(home.dir);
  mkdirSync(home.dir, { recursive: true, mode: 0o700 });
  return { store, dir: home.dir, kubeconfig: options.kubeconfig ?? home.kubeconfig, discard: () => {} };
}

/** Resolves with the name of the first signal; a second one ends the process at once. */
function signalled(ended: AbortController): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (ended.signal.aborted) process.exit(1);
        ended.abort();
        resolve(signal);
      });
    }
  });
}
