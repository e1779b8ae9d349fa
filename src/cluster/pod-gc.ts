/** Controller `podgc`: every 20 s removes pods nobody else will. */
import { ApiError } from '../core/api/api-error.ts';
import { type Collection, POD_GC, podsToCollect } from '../core/housekeeping/pod-gc.ts';
import type { Node, Pod } from '../core/kube/objects.ts';
import { isTerminal } from '../core/kube/pod-state.ts';
import { NODES, PODS } from '../core/kube/resource.ts';
import { formatTime, type Instant } from '../core/kube/time.ts';
import { type ControllerWorld, every, objectKey, type RunningController } from './controller.ts';

const IN_FLIGHT = 32;

export function startPodGc(world: ControllerWorld): RunningController {
  const { api, clock, log } = world;
  const pods = world.mirrors.of<Pod>(PODS);
  const nodes = world.mirrors.of<Node>(NODES);
  const missing = new Map<string, Instant>();
  return every(world, POD_GC.period, async () => {
    if (!pods.hasSynced || !nodes.hasSynced) return;
    const known = new Map([...nodes.values()].map((node) => [node.metadata.name ?? '', node]));
    const found = podsToCollect(pods.values(), known, { missing, now: clock.now() });
    const gone = await reallyGone(found);
    const queue = found.filter(({ pod, why }) => why !== 'orphan' || gone.has(pod.spec.nodeName ?? '')).values();
    const worker = async () => {
      for (const collection of queue) {
        await collect(collection).catch((error: unknown) => {
          if (!(error instanceof ApiError && error.code === 404))
            log.warn('pod not collected', { pod: collection.pod.metadata.name, error: String(error) });
        });
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  });

  /** A node missing from the watch is asked for before its pods are given up. */
  async function reallyGone(found: readonly Collection[]): Promise<Set<string>> {
    const names = new Set(found.filter(({ why }) => why === 'orphan').map(({ pod }) => pod.spec.nodeName ?? ''));
    for (const name of names) {
      const isGone = await api.get(NODES, { name }).then(
        () => false,
        (error: unknown) => error instanceof ApiError && error.code === 404,
      );
      if (!isGone) names.delete(name);
    }
    return names;
  }

  async function collect({ pod, message }: Collection): Promise<void> {
    const key = objectKey(pod);
    const { uid } = pod.metadata;
    if (message !== undefined && !isTerminal(pod)) {
      const condition = {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'DeletionByPodGC',
        message,
        lastTransitionTime: formatTime(clock.now()),
      };
      const body = { metadata: { uid }, status: { phase: 'Failed', conditions: [condition] } };
      await api.patch(
        PODS,
        key,
        { type: 'application/strategic-merge-patch+json', body },
        { subresource: 'status', fieldManager: 'PodGC' },
      );
    }
    await api.delete(PODS, key, { gracePeriodSeconds: 0, ...(uid === undefined ? {} : { preconditions: { uid } }) });
  }
}
