/** The life of `everynode up`: boot, apply, show, wait for a signal, stop. */
import { KINDS } from '../core/api/kinds/all.ts';
import { applyManifests } from './apply-manifests.ts';
import { boot, enabledControllers, type RunningCluster } from './boot.ts';
import { type ClusterHome, clusterFlags } from './cluster-home.ts';
import type { ClusterPlan, UpOptions } from './cluster-plan.ts';
import { type ClusterData, openData } from './data.ts';
import { followDaemonSets } from './follow-daemonsets.ts';
import { writeKubeconfig } from './kubeconfig-file.ts';
import { stderrLog } from './log.ts';
import { checkManifests } from './manifest-check.ts';
import { type Manifest, readManifests } from './manifest-files.ts';
import { nodesReady } from './nodes-ready.ts';
import { type Screen, terminalScreen } from './screen.ts';
import { listenForStop } from './signals.ts';
import { systemClock, systemRandom } from './system.ts';

/** How long nodes and DaemonSets of `-f` are followed before `up` leaves them alone, in milliseconds. */
const PATIENCE = 60_000;

/**
 * Resolves when the cluster has been told to stop and has stopped. Whatever can be wrong with options and files is found
 * before the data directory is touched; whatever goes wrong later stops what runs already and is thrown.
 */
export async function runUp(options: UpOptions, home: ClusterHome, plan: ClusterPlan): Promise<void> {
  const screen = terminalScreen(options.output === 'json');
  const stop = listenForStop();
  const enabled = enabledControllers(options.controllers);
  const manifests = readManifests(options.file);
  checkManifests(manifests, KINDS);
  const data = await openData(options, home);
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
      log: stderrLog(),
      signal: stop.signal,
      joining: (joined, total) => screen.progress(`  ${joined} of ${total} nodes have joined`),
    });
    try {
      const run = { cluster, data, options, home, screen, manifests, signal: stop.signal, daemonsets: enabled.has('daemonset') };
      await present(run);
      screen.line(`\n${await stop.received}: stopping …`);
    } finally {
      await cluster.stop();
    }
    screen.line(options.memory ? 'Stopped.' : 'Stopped. "everynode up" resumes the cluster.');
  } finally {
    await data.close();
  }
}

interface Run {
  readonly cluster: RunningCluster;
  readonly data: ClusterData;
  readonly options: UpOptions;
  readonly home: ClusterHome;
  readonly screen: Screen;
  readonly manifests: readonly Manifest[];
  readonly signal: AbortSignal;
  /** Whether our DaemonSet controller runs: without it nobody makes the pods ready that are waited for. */
  readonly daemonsets: boolean;
}

async function present({ cluster, data, options, home, screen, manifests, signal, daemonsets }: Run): Promise<void> {
  const { access, api, server } = cluster;
  const { ca, admin } = access.pki;
  const name = `everynode-${home.name}`;
  writeKubeconfig(data.kubeconfig, { name, server, ca, clientCertificate: admin.cert, clientKey: admin.key });
  const applied = await applyManifests(api, KINDS, {
    manifests,
    report: ({ ref, object, outcome }) => screen.line(`  ${ref.resource}/${object.metadata.name} ${outcome}`),
  });
  await cluster.synced;
  const following = { api, screen, signal, now: () => systemClock.now(), patience: PATIENCE };
  const nodes = await nodesReady(following);
  if (signal.aborted) return;
  screen.line(`${nodes.total} node${nodes.total === 1 ? ' is' : 's are'} up; the API server listens on ${server}.`);
  const ready = daemonsets ? await followDaemonSets(applied, { ...following, kinds: KINDS }) : true;
  if (signal.aborted) return;
  if (options.output === 'json') {
    const { token, caFile } = access;
    const answer = { ready: ready && nodes.ready, server, kubeconfig: data.kubeconfig, token, caFile, nodes: nodes.total };
    process.stdout.write(`${JSON.stringify(answer)}\n`);
    return;
  }
  screen.line(hints(options, data));
}

function hints(options: UpOptions, { kubeconfig }: ClusterData): string {
  return `
Connect:
  export KUBECONFIG=${kubeconfig}
  kubectl get nodes

Try:
  kubectl get pods -A -o wide
  kubectl label node worker-1 monitoring=enabled
  everynode node add worker-4${clusterFlags(options, kubeconfig)}
Ctrl-C stops the cluster.`;
}
