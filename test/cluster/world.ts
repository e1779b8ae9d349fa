/** The real API server on a memory store with simulated nodes and controllers, all on a virtual clock. */
import { startControllers } from '../../src/cluster/controllers.ts';
import { EventRecorder } from '../../src/cluster/event-recorder.ts';
import { Mirrors } from '../../src/cluster/mirror.ts';
import { type NodesOptions, type SimulatedNodes, startNodes } from '../../src/cluster/nodes.ts';
import type { Kind } from '../../src/core/api/kind.ts';
import { KINDS } from '../../src/core/api/kinds/all.ts';
import { POD_KIND } from '../../src/core/api/kinds/pod.ts';
import type { KubeObject, Node, Pod } from '../../src/core/kube/objects.ts';
import { EVENTS, NODES, PODS } from '../../src/core/kube/resource.ts';
import { PROFILES } from '../../src/core/profile.ts';
import type { KubeApi } from '../../src/ports.ts';
import { createApiServer } from '../../src/server/api-server.ts';
import { openMemoryStore } from '../../src/server/store/memory.ts';
import { SeededRandom, VirtualClock } from '../sim/virtual-clock.ts';

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
const ADMIN = { name: 'admin', groups: ['system:masters'] };
const WITH_PODS: readonly Kind[] = KINDS.some(({ kind }) => kind === 'Pod') ? KINDS : [...KINDS, POD_KIND as unknown as Kind];

export interface World {
  clock: VirtualClock;
  api: KubeApi;
  nodes: SimulatedNodes;
  /** Stops the simulation and starts a new one on what the store holds. */
  restart(): Promise<void>;
  pod(name: string, namespace?: string): Promise<Pod | undefined>;
  node(name: string): Promise<Node>;
  /** Makes a pod on node `a` (or unbound), of one container `c`. */
  make(
    name: string,
    more?: {
      node?: string | undefined;
      spec?: Record<string, unknown>;
      container?: Record<string, unknown>;
      metadata?: Record<string, unknown>;
    },
  ): Promise<Pod>;
  /** `reason: message` of the events about an object, in order. */
  events(name: string): Promise<string[]>;
  close(): Promise<void>;
}

export interface WorldOptions extends Partial<Pick<NodesOptions, 'rules' | 'staticPods' | 'settings'>> {
  nodes?: readonly string[];
  controllers?: readonly string[];
  /** What nodes and controllers reach the API through; the test itself reaches it directly. */
  through?: (api: KubeApi) => KubeApi;
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const clock = new VirtualClock();
  const base = { clock, random: new SeededRandom(7), log: SILENT };
  const server = await createApiServer({
    ...base,
    store: openMemoryStore(),
    kinds: WITH_PODS,
    authenticate: () => ADMIN,
    authorize: () => ({ allowed: true }),
  });
  const api = server.local(ADMIN);
  await api.create(
    { group: '', version: 'v1', resource: 'serviceaccounts' },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'default' } },
  );
  const inner = { ...base, api: options.through?.(api) ?? api };
  const simulate = () =>
    startNodes({
      ...inner,
      settings: options.settings ?? PROFILES.handbook,
      ...(options.rules ? { rules: options.rules } : {}),
      ...(options.staticPods ? { staticPods: options.staticPods } : {}),
    });
  let nodes = simulate();
  const mirrors = new Mirrors(inner);
  const recorder = new EventRecorder(inner);
  const controllers = startControllers(
    { ...inner, mirrors, recorder, kinds: WITH_PODS, rootCa: 'PEM' },
    new Set(options.controllers ?? []),
  );
  await nodes.synced;
  await nodes.join((options.nodes ?? ['a']).map((name) => ({ name })));
  await clock.advance(1000);
  return {
    clock,
    api,
    get nodes() {
      return nodes;
    },
    async restart() {
      nodes.stop();
      nodes = simulate();
      await nodes.synced;
      await clock.advance(0);
    },
    pod: (name, namespace = 'default') => api.get<Pod>(PODS, { namespace, name }).catch(() => undefined),
    node: (name) => api.get<Node>(NODES, { name }),
    make: (name, more = {}) => {
      const { node = 'a', spec = {}, container = {}, metadata = {} } = 'node' in more ? { ...more, node: more.node ?? '' } : more;
      return api.create<Pod>(PODS, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: 'default', ...metadata },
        spec: {
          ...(node ? { nodeName: node } : {}),
          containers: [{ name: 'c', image: 'reg.example/c:1', ...container }],
          ...spec,
        },
      });
    },
    async events(name) {
      const { items } = await api.list(EVENTS, {});
      return items
        .filter(({ involvedObject }) => (involvedObject as { name?: string }).name === name)
        .map(({ reason, message }: KubeObject) => `${reason}: ${message}`);
    },
    async close() {
      controllers.stop();
      nodes.stop();
      recorder.stop();
      mirrors.stop();
      await server.close();
    },
  };
}
