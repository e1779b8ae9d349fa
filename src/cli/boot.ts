/** Wires one laptop cluster together: store, API server, controllers and nodes, in one process. */

import { CONTROLLERS, parseControllers, startControllers } from '../cluster/controllers.ts';
import { EventRecorder } from '../cluster/event-recorder.ts';
import { Mirrors } from '../cluster/mirror.ts';
import { startNodes } from '../cluster/nodes.ts';
import { startController } from '../controller/controller.ts';
import { ApiError } from '../core/api/api-error.ts';
import type { UserInfo } from '../core/api/kind.ts';
import { KINDS } from '../core/api/kinds/all.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import { CONFIGMAPS, NAMESPACES } from '../core/kube/resource.ts';
import { PROFILES, type ProfileName } from '../core/profile.ts';
import type { Clock, KubeApi, Log, Random, Store } from '../ports.ts';
import { createApiServer } from '../server/api-server.ts';
import { type Access, type AccessOptions, openAccess } from './access.ts';
import type { ClusterPlan } from './cluster-plan.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { nodePlans, poolRules, staticPodsOf } from './pool-nodes.ts';
import { version } from './version.ts';

export interface BootOptions extends AccessOptions {
  readonly store: Store;
  readonly port: number;
  readonly profile: ProfileName;
  /** As `--controllers`. */
  readonly controllers: string;
  readonly plan: ClusterPlan;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface RunningCluster {
  readonly server: string;
  readonly access: Access;
  /** The API on behalf of the admin, without HTTP. */
  readonly api: KubeApi;
  /** Resolves when controllers and nodes have seen everything that is there. */
  readonly synced: Promise<void>;
  stop(): Promise<void>;
}

const MASTERS = ['system:masters', 'system:authenticated'];
const KNOWN = [...CONTROLLERS, 'daemonset'];

/** Throws `CommandError` where the port is taken or a controller is unknown. The store is closed by `stop`. */
export async function boot(options: BootOptions): Promise<RunningCluster> {
  const { store, clock, random, log, plan } = options;
  const enabled = enabledControllers(options.controllers);
  const settings = PROFILES[options.profile];
  const access = await openAccess(options);
  let logs: ReturnType<typeof startNodes>['logs'] | undefined;
  const server = await createApiServer({
    store,
    kinds: KINDS,
    clock,
    random,
    log,
    authenticate: access.control.authenticate,
    authorize: access.control.authorize,
    handlers: access.control.handlers,
    logs: (request) => (logs ? logs(request) : Promise.resolve({ status: 503, body: 'the nodes are not running' })),
    version: version(),
  });
  const { port } = await listen(
    () => server.listen({ port: options.port, tls: { ...access.pki.server, ca: access.pki.ca } }),
    options.port,
  );
  const local = (name: string, agent: string): KubeApi => server.local(user(name), agent);

  const mirrors = new Mirrors({ api: local('system:kube-controller-manager', 'kube-controller-manager'), clock, random, log });
  const recorder = new EventRecorder({ api: local('system:kube-controller-manager', 'kube-controller-manager'), clock, log });
  const nodesWorld = { api: local('system:nodes', 'kubelet'), clock, random, log };
  const nodeMirrors = new Mirrors(nodesWorld);
  const admin = local('admin', 'everynode-up');
  const fresh = await seedSimulation(admin, plan);
  const nodes = startNodes({ ...nodesWorld, settings, mirrors: nodeMirrors, staticPods: staticPodsOf(plan.pools) });
  logs = nodes.logs;
  const world = {
    api: local('system:kube-controller-manager', 'kube-controller-manager'),
    clock,
    random,
    log,
    mirrors,
    recorder,
    kinds: KINDS,
    rootCa: access.pki.ca,
  };
  const controllers = startControllers(world, enabled);
  const daemonsets = enabled.has('daemonset')
    ? startController({
        api: local('system:serviceaccount:kube-system:daemon-set-controller', 'kube-controller-manager'),
        clock,
        random,
        log,
        settings,
      })
    : undefined;
  if (fresh || plan.asked) await nodes.join(nodePlans(plan.pools));

  return {
    server: `https://127.0.0.1:${port}`,
    access,
    api: admin,
    synced: Promise.all([nodes.synced, daemonsets?.synced]).then(() => {}),
    async stop() {
      await daemonsets?.stop();
      controllers.stop();
      nodes.stop();
      recorder.stop();
      mirrors.stop();
      nodeMirrors.stop();
      await server.close();
      await store.close();
    },
  };
}

function enabledControllers(text: string): Set<string> {
  try {
    return parseControllers(text, KNOWN);
  } catch (error) {
    throw new CommandError(`--controllers: ${(error as Error).message}`, EXIT.usage);
  }
}

function user(name: string): UserInfo {
  return { name, groups: MASTERS };
}

async function listen<T>(start: () => Promise<T>, port: number): Promise<T> {
  try {
    return await start();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new CommandError(
        `port ${port} is taken by another process: stop that one, or choose another with --port (0 takes a free one)`,
        EXIT.portTaken,
      );
    }
    if (code === 'EACCES')
      throw new CommandError(`port ${port} may not be used by this user: choose one above 1023 with --port`, EXIT.portTaken);
    throw error;
  }
}

const SYSTEM = 'everynode-system';

/**
 * Makes namespace `everynode-system` and ConfigMap `simulation` where they are missing, the rules of the pools in it.
 * Answers whether the cluster is new.
 */
async function seedSimulation(api: KubeApi, plan: ClusterPlan): Promise<boolean> {
  const fresh = await createIfMissing(() =>
    api.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: SYSTEM } }),
  );
  const data = { 'rules.yaml': poolRules(plan) };
  const map: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'simulation', namespace: SYSTEM }, data };
  await createIfMissing(() => api.create(CONFIGMAPS, map));
  return fresh;
}

async function createIfMissing(create: () => Promise<KubeObject>): Promise<boolean> {
  try {
    await create();
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'AlreadyExists') return false;
    throw error;
  }
}
