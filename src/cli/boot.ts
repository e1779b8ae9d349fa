/** Wires one laptop cluster together: store, API server, controllers and nodes, in one process. */

import { CONTROLLERS, parseControllers, startControllers } from '../cluster/controllers.ts';
import { EventRecorder } from '../cluster/event-recorder.ts';
import { Mirrors } from '../cluster/mirror.ts';
import { startNodes } from '../cluster/nodes.ts';
import { startController } from '../controller/controller.ts';
import type { UserInfo } from '../core/api/kind.ts';
import { KINDS } from '../core/api/kinds/all.ts';
import { PROFILES, type ProfileName } from '../core/profile.ts';
import type { Clock, KubeApi, Log, Random, Store } from '../ports.ts';
import { createApiServer } from '../server/api-server.ts';
import type { ClusterPki } from '../server/tls/cluster-pki.ts';
import { type AccessOptions, openAccess, openCertificates } from './access.ts';
import type { ClusterPlan } from './cluster-plan.ts';
import { nodesWereMade, seedSimulation } from './cluster-seed.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import type { Exporter } from './exporter.ts';
import { nodePlans, staticPodsOf } from './pool-nodes.ts';
import { checkPort, listen } from './port.ts';
import { version } from './version.ts';

export interface BootOptions extends AccessOptions {
  readonly store: Store;
  readonly port: number;
  /** Where the metrics of the DaemonSets are served; absent means nowhere. */
  readonly metricsPort?: number | undefined;
  readonly profile: ProfileName;
  /** As `--controllers`. */
  readonly controllers: string;
  readonly plan: ClusterPlan;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Ends the joining of nodes early. */
  readonly signal?: AbortSignal;
  /** Hears now and then how many nodes have joined. */
  joining?(joined: number, total: number): void;
  /** Runs when the nodes have joined and before anybody outside is served: what it sets going starts while certificates are made. */
  beforeServing?(api: KubeApi): Promise<void>;
}

/** How the cluster is reached and by what right. */
export interface ClusterAccess {
  readonly pki: ClusterPki;
  /** The admin's bearer token. */
  readonly token: string;
  readonly caFile: string;
}

export interface RunningCluster {
  readonly server: string;
  readonly access: ClusterAccess;
  /** Where the metrics are, if anywhere. */
  readonly metrics: string | undefined;
  /** The API on behalf of the admin, without HTTP. */
  readonly api: KubeApi;
  /** Resolves when controllers and nodes have seen everything that is there. */
  readonly synced: Promise<void>;
  stop(): Promise<void>;
}

const MASTERS = ['system:masters', 'system:authenticated'];
const KNOWN = [...CONTROLLERS, 'daemonset'];

/** It hands the authority's certificate out, which the first start makes last. */
const LATE = 'serviceaccount';

/** How many nodes join between two words about it. */
const JOIN_STEP = 500;

/**
 * Throws `CommandError` where the port is taken, a controller is unknown or the token file is wrong; then nothing runs, and
 * the store is closed as `stop` closes it.
 */
export async function boot(options: BootOptions): Promise<RunningCluster> {
  const running: (() => unknown)[] = [() => options.store.close()];
  const stop = async () => {
    for (const end of running.splice(0).reverse()) await end();
  };
  try {
    return { ...(await start(options, (end) => running.push(end))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** `onStop` collects what ends each part; the last part started is ended first. */
async function start(options: BootOptions, onStop: (end: () => unknown) => void): Promise<Omit<RunningCluster, 'stop'>> {
  const { store, clock, random, log, plan } = options;
  const enabled = enabledControllers(options.controllers);
  const settings = PROFILES[options.profile];
  await checkPort(options.port);
  const { control, token, caFile } = openAccess(options);
  let logs: ReturnType<typeof startNodes>['logs'] | undefined;
  const server = await createApiServer({
    store,
    kinds: KINDS,
    clock,
    random,
    log,
    ...control,
    logs: (request) => (logs ? logs(request) : Promise.resolve({ status: 503, body: 'the nodes are not running' })),
    version: version(),
  });
  onStop(() => server.close());
  const local = (name: string, agent: string): KubeApi => server.local(user(name), agent);
  const admin = local('admin', 'everynode-up');
  const exporter = await startMetrics(local);
  const nodesToMake = (await seedSimulation(admin, plan)) || plan.asked;

  const base = { clock, random, log };
  const kubelets = { ...base, api: local('system:nodes', 'kubelet') };
  const nodeMirrors = new Mirrors(kubelets);
  onStop(() => nodeMirrors.stop());
  const nodes = startNodes({ ...kubelets, settings, mirrors: nodeMirrors, staticPods: staticPodsOf(plan.pools) });
  onStop(() => nodes.stop());
  logs = nodes.logs;
  const synced: Promise<void>[] = [nodes.synced];
  if (enabled.has('daemonset')) {
    const api = local('system:serviceaccount:kube-system:daemon-set-controller', 'kube-controller-manager');
    const daemonsets = startController({ ...base, api, settings });
    onStop(() => daemonsets.stop());
    synced.push(daemonsets.synced);
  }
  const manager = { ...base, api: local('system:kube-controller-manager', 'kube-controller-manager') };
  const mirrors = new Mirrors(manager);
  onStop(() => mirrors.stop());
  const recorder = new EventRecorder(manager);
  onStop(() => recorder.stop());
  const startSome = (names: readonly string[], rootCa: string) => {
    const controllers = startControllers({ ...manager, mirrors, recorder, kinds: KINDS, rootCa }, new Set(names));
    onStop(() => controllers.stop());
  };
  startSome(
    [...enabled].filter((name) => name !== LATE),
    '',
  );
  if (nodesToMake) await joinAll(nodes, options);
  await options.beforeServing?.(admin);

  const pki = await openCertificates(options);
  const port = await listen(server, { port: options.port, tls: { ...pki.server, ca: pki.ca } });
  if (enabled.has(LATE)) startSome([LATE], pki.ca);
  return {
    server: `https://127.0.0.1:${port}`,
    access: { pki, token, caFile },
    metrics: exporter?.url,
    api: admin,
    synced: Promise.all(synced).then(() => {}),
  };

  async function startMetrics(as: typeof local): Promise<Exporter | undefined> {
    if (options.metricsPort === undefined) return undefined;
    const { startExporter } = await import('./exporter.ts');
    const api = as('system:everynode:metrics', 'everynode-metrics');
    const started = await startExporter({ api, clock, random, log, settings, host: '127.0.0.1', port: options.metricsPort });
    onStop(() => started.stop());
    return started;
  }

  async function joinAll({ join }: typeof nodes, { signal, joining }: BootOptions): Promise<void> {
    const plans = nodePlans(plan.pools);
    for (let at = 0; at < plans.length && !signal?.aborted; at += JOIN_STEP) {
      await join(plans.slice(at, at + JOIN_STEP));
      joining?.(Math.min(at + JOIN_STEP, plans.length), plans.length);
    }
    if (!signal?.aborted) await nodesWereMade(admin);
  }
}

/** The names that `--controllers` asks for. Throws `CommandError` where one is unknown. */
export function enabledControllers(text: string): Set<string> {
  try {
    return parseControllers(text, KNOWN);
  } catch (error) {
    throw new CommandError(`--controllers: ${(error as Error).message}`, EXIT.usage);
  }
}

function user(name: string): UserInfo {
  return { name, groups: MASTERS };
}
