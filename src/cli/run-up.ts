/** The life of `everynode up`: boot, apply, show, wait for a signal, stop. */
import { KINDS } from '../core/api/kinds/all.ts';
import { PROFILES } from '../core/profile.ts';
import { type Applied, applyManifests } from './apply-manifests.ts';
import { boot, enabledControllers, type RunningCluster } from './boot.ts';
import type { ClusterHome } from './cluster-home.ts';
import type { ClusterPlan, UpOptions } from './cluster-plan.ts';
import type { ClusterData } from './data.ts';
import { followDaemonSets } from './follow-daemonsets.ts';
import { hints } from './hints.ts';
import { writeKubeconfig } from './kubeconfig-file.ts';
import { stderrLog } from './log.ts';
import { checkManifests } from './manifest-check.ts';
import type { Manifest } from './manifest-files.ts';
import { nodesReady } from './nodes-ready.ts';
import { type Screen, terminalScreen } from './screen.ts';
import type { StopSignal } from './signals.ts';
import { systemClock, systemRandom } from './system.ts';

/** How long nodes and DaemonSets of `-f` are followed before `up` leaves them alone, in milliseconds. */
const PATIENCE = 60_000;

/** What `up` has found in order before the heavy part of the program was loaded. */
export interface Prepared {
  readonly options: UpOptions;
  readonly home: ClusterHome;
  readonly plan: ClusterPlan;
  readonly manifests: readonly Manifest[];
  /** The data directory, on its way to being open. */
  readonly opening: Promise<ClusterData>;
  readonly stop: StopSignal;
}

/** Resolves when the cluster has been told to stop and has stopped. Whatever goes wrong stops what runs already and is thrown. */
export async function runUp({ options, home, plan, manifests, opening, stop }: Prepared): Promise<void> {
  const screen = terminalScreen(options.output === 'json');
  const data = await opening;
  try {
    const enabled = enabledControllers(options.controllers);
    checkManifests(manifests, KINDS);
    screen.line(`Starting cluster "${home.name}" (${options.memory ? 'in memory' : home.dir}) …`);
    const applied: Applied[] = [];
    const report = (one: Applied) => {
      applied.push(one);
      screen.line(`  ${one.ref.resource}/${one.object.metadata.name} ${one.outcome}`);
    };
    const cluster = await boot({
      store: data.store,
      filesDir: data.dir,
      tokenAuthFile: options.tokenAuthFile,
      port: options.port,
      metricsPort: options.metricsPort,
      profile: options.profile,
      controllers: options.controllers,
      plan,
      clock: systemClock,
      random: systemRandom,
      log: stderrLog(),
      signal: stop.signal,
      joining: (joined, total) => screen.progress(`  ${joined} of ${total} nodes have joined`),
      beforeServing: (api) => applyManifests(api, KINDS, { manifests, report }),
    });
    try {
      await present({ cluster, data, options, home, screen, applied, signal: stop.signal, enabled });
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
  readonly applied: readonly Applied[];
  readonly signal: AbortSignal;
  /** Controllers that run: what another would do is not waited for. */
  readonly enabled: ReadonlySet<string>;
}

async function present({ cluster, data, options, home, screen, applied, signal, enabled }: Run): Promise<void> {
  const { access, api, server } = cluster;
  const { ca, admin } = access.pki;
  const name = `everynode-${home.name}`;
  writeKubeconfig(data.kubeconfig, { name, server, ca, clientCertificate: admin.cert, clientKey: admin.key });
  await cluster.synced;
  const following = { api, screen, signal, now: () => systemClock.now(), patience: PATIENCE };
  const nodes = await nodesReady({ ...following, lifecycle: enabled.has('nodelifecycle') });
  if (signal.aborted) return;
  screen.line(`${nodes.total} node${nodes.total === 1 ? ' is' : 's are'} up; the API server listens on ${server}.`);
  if (cluster.metrics) screen.line(`Metrics are at ${cluster.metrics}.`);
  const settings = PROFILES[options.profile];
  const ready = enabled.has('daemonset') ? await followDaemonSets(applied, { ...following, kinds: KINDS, settings }) : true;
  if (signal.aborted) return;
  if (options.output === 'json') {
    const { token, caFile } = access;
    const { metrics } = cluster;
    const answer = {
      ready: ready && nodes.ready,
      server,
      kubeconfig: data.kubeconfig,
      token,
      caFile,
      nodes: nodes.total,
      metrics,
    };
    process.stdout.write(`${JSON.stringify(answer)}\n`);
    return;
  }
  screen.line(hints({ options, kubeconfig: data.kubeconfig, node: nodes.first }));
}
