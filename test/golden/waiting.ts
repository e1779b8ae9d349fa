/** Waits for what a cluster is on its way to, by watching it. */
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { DAEMONSETS, EVENTS, NODES, PODS, type ResourceRef } from '../../src/core/kube/resource.ts';
import type { KubeApi } from '../../src/ports.ts';

/** Milliseconds after which a condition counts as never coming true. */
const PATIENCE = 60_000;

interface Loose extends KubeObject {
  spec?: { nodeName?: string; taints?: { key: string }[]; updateStrategy?: unknown };
  status?: Record<string, unknown> & { conditions?: { type: string; status: string; reason?: string }[] };
  involvedObject?: { name?: string; kind?: string };
  reason?: string;
}

/** Resolves with the objects of `ref` as soon as `holds` says so; rejects, naming `what`, when that takes too long. */
export function waitUntil(
  api: KubeApi,
  { ref, what }: { ref: ResourceRef; what: string },
  holds: (objects: readonly Loose[]) => boolean,
): Promise<readonly Loose[]> {
  return new Promise((resolve, reject) => {
    const objects = new Map<string, Loose>();
    let stop = () => {};
    const end = (finish: () => void) => {
      clearTimeout(timer);
      stop();
      finish();
    };
    const timer = setTimeout(
      () =>
        end(() =>
          reject(new Error(`waited ${PATIENCE} ms for ${what}; there is: ${JSON.stringify([...objects.values()].map(brief))}`)),
        ),
      PATIENCE,
    );
    const look = () => {
      if (holds([...objects.values()])) end(() => resolve([...objects.values()]));
    };
    const key = ({ metadata }: Loose) => `${metadata.namespace}/${metadata.name}`;
    api.list<Loose>(ref).then((list) => {
      for (const item of list.items) objects.set(key(item), item);
      stop = api.watch<Loose>(
        ref,
        { resourceVersion: list.metadata.resourceVersion! },
        {
          events(batch) {
            for (const { type, object } of batch) {
              if (type === 'DELETED') objects.delete(key(object));
              else if (type !== 'BOOKMARK') objects.set(key(object), object);
            }
            look();
          },
          closed: (error) => end(() => reject(error ?? new Error(`the watch of ${ref.resource} ended`))),
        },
      );
      look();
    }, reject);
  });
}

/** Exactly these pods (names, of all namespaces) exist, all ready and none on its way out. */
export async function podsReady(api: KubeApi, ...names: string[]): Promise<void> {
  const wanted = [...names].sort().join();
  await waitUntil(api, { ref: PODS, what: `ready pods ${wanted}` }, (pods) => {
    const there = pods.map(({ metadata }) => metadata.name).sort();
    return there.join() === wanted && pods.every(isReadyPod);
  });
}

/** The DaemonSet's status counts are these, and it has observed its newest generation. */
export async function daemonSetStatus(api: KubeApi, name: string, counts: Record<string, number>): Promise<void> {
  await waitUntil(api, { ref: DAEMONSETS, what: `DaemonSet ${name} with ${JSON.stringify(counts)}` }, (sets) => {
    const set = sets.find(({ metadata }) => metadata.name === name);
    return (
      set?.status !== undefined &&
      set.status.observedGeneration === set.metadata.generation &&
      Object.entries(counts).every(([field, count]) => (set.status?.[field] ?? 0) === count)
    );
  });
}

/** The newest template is everywhere, and the status has said its last word about it. */
export async function rolloutComplete(api: KubeApi, name: string): Promise<void> {
  await waitUntil(api, { ref: DAEMONSETS, what: `rollout of ${name}` }, (sets) => {
    const set = sets.find(({ metadata }) => metadata.name === name);
    const progress = set?.status?.conditions?.find(({ type }) => type === 'Progressing');
    const { observedGeneration, desiredNumberScheduled: all, updatedNumberScheduled, numberAvailable } = set?.status ?? {};
    return (
      progress?.reason === 'RolloutComplete' &&
      observedGeneration === set?.metadata.generation &&
      updatedNumberScheduled === all &&
      numberAvailable === all
    );
  });
}

/** The default pools' three workers run the DaemonSet's pods, and the status says so. */
export async function agentsReady(api: KubeApi): Promise<void> {
  await podsReady(api, 'agent-worker-1', 'agent-worker-2', 'agent-worker-3');
  await daemonSetStatus(api, 'agent', {
    desiredNumberScheduled: 3,
    numberReady: 3,
    numberAvailable: 3,
    updatedNumberScheduled: 3,
  });
}

/** Events with these reasons are there for an object. */
export async function eventsSeen(api: KubeApi, object: string, ...reasons: string[]): Promise<void> {
  await waitUntil(api, { ref: EVENTS, what: `events ${reasons} of ${object}` }, (events) => {
    const seen = events.filter(({ involvedObject }) => involvedObject?.name === object).map(({ reason }) => reason);
    return reasons.every((reason) => seen.includes(reason) && take(seen, reason));
  });
}

/** The nodes of these names exist, and no other. */
export async function nodesAre(api: KubeApi, ...names: string[]): Promise<void> {
  await waitUntil(api, { ref: NODES, what: `nodes ${names}` }, (nodes) => {
    return (
      nodes
        .map(({ metadata }) => metadata.name)
        .sort()
        .join() === [...names].sort().join()
    );
  });
}

function take(list: unknown[], item: unknown): boolean {
  list.splice(list.indexOf(item), 1);
  return true;
}

/** The pod is ready and not on its way out. */
export function isReadyPod({ metadata, status }: Loose): boolean {
  return (
    metadata.deletionTimestamp === undefined &&
    status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true
  );
}

function brief({ metadata, status }: Loose): unknown {
  return { name: metadata.name, generation: metadata.generation, deletion: metadata.deletionTimestamp, status };
}
