/**
 * What a roll-out costs the controller. The controller as it is, on an API that does next to nothing (so that all processor time
 * of the process is an upper bound of the controller's), then on the real server in memory. Pods are ready at once.
 * `node --expose-gc bench/rollout.ts [bare|server]`, both unless told otherwise.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { systemClock, systemRandom } from '../src/cli/system.ts';
import { type Controller, startController } from '../src/controller/controller.ts';
import { KINDS } from '../src/core/api/kinds/all.ts';
import type { DaemonSet, IntOrString, KubeObject, Node, Pod } from '../src/core/kube/objects.ts';
import { DAEMONSETS, NODES, PODS, type ResourceRef, SERVICEACCOUNTS } from '../src/core/kube/resource.ts';
import { PROFILES } from '../src/core/profile.ts';
import type { KubeApi, Log, WatchEvent, WatchSink } from '../src/ports.ts';
import { createApiServer } from '../src/server/api-server.ts';
import { openMemoryStore } from '../src/server/store/memory.ts';
import { nodeNames, printTable } from './world.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
const KEY = { namespace: 'default', name: 'agent' };
const base = { clock: systemClock, random: systemRandom, log: silent };
const now = (): string => new Date().toISOString().replace(/\.\d+/, '');

/** Keeps objects in maps and tells watchers in batches, one a turn of the loop. Knows nothing of selectors or defaults. */
function bareApi(): KubeApi {
  const tables = new Map<string, Map<string, KubeObject>>();
  const watchers = new Map<string, Set<WatchSink>>();
  const waiting = new Map<string, WatchEvent[]>();
  let version = 0;
  const table = (ref: ResourceRef) => tables.get(ref.resource) ?? tables.set(ref.resource, new Map()).get(ref.resource)!;
  const keyOf = ({ namespace = '', name = '' }: { namespace?: string | undefined; name?: string | undefined }) =>
    `${namespace}/${name}`;
  const publish = (ref: ResourceRef, event: WatchEvent): void => {
    const batch = waiting.get(ref.resource);
    if (batch) return void batch.push(event);
    waiting.set(ref.resource, [event]);
    setImmediate(() => {
      const events = waiting.get(ref.resource) ?? [];
      waiting.delete(ref.resource);
      for (const sink of watchers.get(ref.resource) ?? []) sink.events(events);
    });
  };
  const put = <T extends KubeObject>(ref: ResourceRef, type: 'ADDED' | 'MODIFIED', object: T): T => {
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(++version) } };
    table(ref).set(keyOf(stored.metadata), stored);
    publish(ref, { type, object: stored });
    return stored;
  };
  return {
    get: async (ref, key) => table(ref).get(keyOf(key)) as never,
    list: async (ref) => ({ metadata: { resourceVersion: String(version) }, items: [...table(ref).values()] }) as never,
    watch(ref, _options, sink) {
      const there = watchers.get(ref.resource) ?? watchers.set(ref.resource, new Set()).get(ref.resource)!;
      there.add(sink as unknown as WatchSink);
      return () => there.delete(sink as unknown as WatchSink);
    },
    async create(ref, object) {
      const metadata = { ...object.metadata, uid: `uid-${version}`, creationTimestamp: now() };
      return put(ref, 'ADDED', { ...object, metadata });
    },
    update: async (ref, object) => put(ref, 'MODIFIED', object),
    async patch(ref, key, { body }) {
      const before = table(ref).get(keyOf(key)) as KubeObject;
      return put(ref, 'MODIFIED', { ...before, ...(body as object), metadata: before.metadata }) as never;
    },
    async delete(ref, key) {
      const gone = table(ref).get(keyOf(key)) as KubeObject;
      table(ref).delete(keyOf(key));
      const object = { ...gone, metadata: { ...gone.metadata, resourceVersion: String(++version) } };
      publish(ref, { type: 'DELETED', object });
      return object;
    },
  };
}

async function serverApi(): Promise<KubeApi> {
  const access = { authenticate: () => undefined, authorize: () => ({ allowed: true }) as const };
  const server = await createApiServer({ ...base, ...access, store: openMemoryStore(), kinds: KINDS });
  const api = server.local({ name: 'admin', groups: ['system:masters'] });
  await api.create(SERVICEACCOUNTS, { metadata: { namespace: 'default', name: 'default' } });
  return api;
}

/** Makes every new pod Ready and ends every one that is being deleted, at once. */
async function playKubelets(api: KubeApi): Promise<() => void> {
  const { metadata } = await api.list(PODS, { limit: 1 });
  const act = async ({ type, object }: WatchEvent<Pod>): Promise<void> => {
    const key = { namespace: 'default', name: object.metadata.name ?? '' };
    if (type === 'DELETED') return;
    if (object.metadata.deletionTimestamp) await api.delete(PODS, key, { gracePeriodSeconds: 0 });
    else if (object.status?.phase !== 'Running') {
      const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: now() }];
      const body = { status: { phase: 'Running', conditions } };
      await api.patch(PODS, key, { type: 'application/merge-patch+json', body }, { subresource: 'status' });
    }
  };
  const events = (batch: readonly WatchEvent<Pod>[]): void => {
    for (const event of batch) void act(event).catch(() => {});
  };
  return api.watch<Pod>(PODS, { resourceVersion: metadata.resourceVersion ?? '' }, { events, closed: () => {} });
}

function agent(image: string, maxUnavailable: IntOrString): DaemonSet['spec'] {
  const labels = { app: 'agent' };
  return {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'agent', image }] } },
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable, maxSurge: 0 } },
  };
}

async function until(api: KubeApi, generation: number, count: number): Promise<void> {
  for (;;) {
    const { status } = await api.get<DaemonSet>(DAEMONSETS, KEY);
    const done = (status?.updatedNumberScheduled ?? 0) >= count && (status?.numberAvailable ?? 0) >= count;
    if (done && status?.observedGeneration === generation) return;
    await turn();
  }
}

interface Case {
  readonly on: 'bare' | 'server';
  readonly nodes: number;
  readonly maxUnavailable: IntOrString;
}

async function measure({ on, nodes, maxUnavailable }: Case): Promise<string[]> {
  const api = on === 'bare' ? bareApi() : await serverApi();
  for (const name of nodeNames(nodes)) {
    await api.create<Node>(NODES, { metadata: { name } });
    if (on === 'server')
      await api.patch(NODES, { name }, { type: 'application/merge-patch+json', body: { spec: { taints: null } } });
  }
  const stop = await playKubelets(api);
  await api.create(DAEMONSETS, { metadata: { ...KEY, generation: 1 }, spec: agent('agent:1', maxUnavailable) });
  const controller = startController({ ...base, api, settings: PROFILES.handbook });
  await until(api, 1, nodes);
  globalThis.gc?.();
  const before = snapshot(controller);
  const old = await api.get<DaemonSet>(DAEMONSETS, KEY);
  await api.update(DAEMONSETS, { ...old, metadata: { ...old.metadata, generation: 2 }, spec: agent('agent:2', maxUnavailable) });
  await until(api, 2, nodes);
  const after = snapshot(controller);
  await controller.stop();
  stop();
  const spent = (name: keyof ReturnType<typeof snapshot>): number => after[name] - before[name];
  const perPod = (ms: number): string => `${(ms / nodes).toFixed(3)} ms`;
  return [
    String(nodes),
    String(maxUnavailable),
    `${(spent('wall') / 1000).toFixed(2)} s`,
    String(spent('decisions')),
    String(spent('statusWrites')),
    perPod(spent('deciding')),
    perPod(spent('observing')),
    perPod(spent('cpu')),
    `${controller.metrics.longestDecision.toFixed(1)} ms`,
  ];
}

function snapshot({ metrics }: Controller) {
  const { user, system } = process.cpuUsage();
  const { decisions, statusWrites, deciding, observing } = metrics;
  return { wall: performance.now(), cpu: (user + system) / 1000, decisions, statusWrites, deciding, observing };
}

const HEADING = [
  'nodes',
  'maxUnavailable',
  'wall',
  'decisions',
  'status writes',
  'deciding/pod',
  'observing/pod',
  'CPU/pod',
  'longest',
];
const CASES: readonly [number, IntOrString][] = [
  [1000, '10%'],
  [5000, '10%'],
  [500, 10],
  [1000, 10],
  [2000, 10],
  [4000, 10],
];
const [only] = process.argv.slice(2);
for (const on of ['bare', 'server'] as const) {
  if (only !== undefined && only !== on) continue;
  await measure({ on, nodes: 300, maxUnavailable: 10 });
  const rows = [HEADING];
  for (const [nodes, maxUnavailable] of CASES) rows.push(await measure({ on, nodes, maxUnavailable }));
  const what =
    on === 'bare' ? 'an API of maps: CPU is all of controller, API and kubelets' : 'the real server in memory: CPU is all of it';
  printTable(`A roll-out over a whole cluster, on ${what}`, rows);
}
process.exit(0);
