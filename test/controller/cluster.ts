/** A cluster of the real API server in memory, nodes without a kubelet, and a controller, all under a virtual clock. */
import { type Controller, startController } from '../../src/controller/controller.ts';
import type { ControllerRevision, DaemonSet, KubeObject, Node, Pod } from '../../src/core/kube/objects.ts';
import { CONTROLLERREVISIONS, DAEMONSETS, EVENTS, NODES, PODS } from '../../src/core/kube/resource.ts';
import { PROFILES, type Settings } from '../../src/core/profile.ts';
import type { KubeApi } from '../../src/ports.ts';
import { SeededRandom, VirtualClock } from '../sim/virtual-clock.ts';
import { type FaultyApi, faulty } from './faults.ts';
import { memoryApi } from './memory-api.ts';
import { silentLog } from './scripted-api.ts';

const KEY = { namespace: 'default', name: 'agent' };

export interface TestCluster {
  clock: VirtualClock;
  /** The tests' own way in, without faults. */
  api: KubeApi;
  /** The controllers' way in. */
  faulty: FaultyApi;
  start(settings?: Partial<Settings>): Controller;
  /** `name@node` of all pods that are not being deleted, in order. */
  pods(): Promise<string[]>;
  podObjects(): Promise<Pod[]>;
  status(): Promise<DaemonSet['status']>;
  revisions(): Promise<ControllerRevision[]>;
  /** `reason` of all events, each once a line, in the order of their first writing. */
  events(): Promise<string[]>;
  /** Plays the kubelets: ends pods that are being deleted, makes the others Ready. */
  kubelets(): Promise<void>;
}

export interface ClusterPlan {
  nodes: (string | Node)[];
  /** Laid over the DaemonSet's spec. */
  spec?: Partial<DaemonSet['spec']>;
  /** Made before the DaemonSet. */
  objects?: [typeof PODS, KubeObject][];
}

function daemonSet(spec: Partial<DaemonSet['spec']> = {}): DaemonSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { ...KEY },
    spec: {
      selector: { matchLabels: { app: 'agent' } },
      template: { metadata: { labels: { app: 'agent' } }, spec: { containers: [{ name: 'agent', image: 'agent:1' }] } },
      ...spec,
    },
  };
}

/** Admission marks new nodes not-ready, which daemon pods do not tolerate; here they are ready at once. */
export async function join(api: KubeApi, node: Node): Promise<void> {
  const { metadata } = await api.create<Node>(NODES, node);
  const body = { spec: { taints: node.spec?.taints ?? null } };
  await api.patch(NODES, { name: metadata.name ?? '' }, { type: 'application/merge-patch+json', body });
}

export async function startCluster({ nodes, spec = {}, objects = [] }: ClusterPlan): Promise<TestCluster> {
  const clock = new VirtualClock();
  const api = await memoryApi(clock);
  for (const node of nodes) await join(api, typeof node === 'string' ? { metadata: { name: node } } : node);
  for (const [ref, object] of objects) await api.create(ref, object);
  await api.create(DAEMONSETS, daemonSet(spec));
  const way = faulty(api);
  const podObjects = async () => (await api.list<Pod>(PODS, { namespace: 'default' })).items;
  return {
    clock,
    api,
    faulty: way,
    start: (settings = {}) =>
      startController({
        api: way,
        clock,
        random: new SeededRandom(7),
        log: silentLog,
        settings: { ...PROFILES.handbook, ...settings },
      }),
    podObjects,
    pods: async () =>
      (await podObjects())
        .filter(({ metadata }) => !metadata.deletionTimestamp)
        .map(({ metadata, spec: { nodeName } }) => `${metadata.name}@${nodeName}`)
        .sort(),
    status: async () => (await api.get<DaemonSet>(DAEMONSETS, KEY)).status,
    revisions: async () => (await api.list<ControllerRevision>(CONTROLLERREVISIONS, { namespace: 'default' })).items,
    events: async () => (await api.list(EVENTS, { namespace: 'default' })).items.map(({ reason }) => String(reason)),
    async kubelets() {
      for (const { metadata, status } of await podObjects()) {
        const key = { namespace: 'default', name: metadata.name ?? '' };
        if (metadata.deletionTimestamp) await api.delete(PODS, key, { gracePeriodSeconds: 0 });
        else if (status?.phase !== 'Running')
          await api.patch(
            PODS,
            key,
            { type: 'application/merge-patch+json', body: running(clock.now()) },
            { subresource: 'status' },
          );
      }
    },
  };
}

function running(now: number) {
  const lastTransitionTime = new Date(now).toISOString().replace(/\.\d+/, '');
  return { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True', lastTransitionTime }] } };
}
