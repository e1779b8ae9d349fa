/** The taint manager (part of `nodelifecycle`): deletes pods from nodes whose `NoExecute` taints they do not tolerate, or no longer. */
import { ApiError } from '../core/api/api-error.ts';
import type { Node, Pod, Taint } from '../core/kube/objects.ts';
import { NODES, PODS } from '../core/kube/resource.ts';
import { formatTime, type Instant } from '../core/kube/time.ts';
import { evictionTime } from '../core/node/taint-eviction.ts';
import { type ControllerWorld, objectKey, type RunningController } from './controller.ts';
import { keyOf } from './mirror.ts';
import type { PodsByNode } from './pods-by-node.ts';
import { TimerQueue } from './timer-queue.ts';
import { WorkQueue } from './work-queue.ts';

const MESSAGE = 'Taint manager: deleting due to NoExecute taint';

export function startTaintEviction(world: ControllerWorld, byNode: PodsByNode): RunningController {
  const { api, clock, log, mirrors, recorder } = world;
  const nodes = mirrors.of<Node>(NODES);
  const pods = mirrors.of<Pod>(PODS);
  /** Since when a pod's time runs, by key. */
  const since = new Map<string, { uid: string | undefined; at: Instant }>();
  const queue = new WorkQueue({ clock, log, workers: 16, work: (key) => evict(key) });
  const timers = new TimerQueue<string>(clock, (key) => queue.add(key));

  nodes.listen({
    changed(node, old) {
      if (old ? sameTaints(old.spec?.taints, node.spec?.taints) : !hasNoExecute(node.spec?.taints)) return;
      for (const pod of byNode.of(node.metadata.name ?? '')) judge(pod, node);
    },
  });
  pods.listen({
    changed(pod, old) {
      if (!pod.spec.nodeName || (old?.spec.nodeName === pod.spec.nodeName && old.spec.tolerations === pod.spec.tolerations))
        return;
      const node = nodes.get(pod.spec.nodeName);
      if (node) judge(pod, node);
    },
    removed: (pod) => cancel(keyOf(pod)),
  });
  return {
    stop() {
      timers.stop();
      queue.stop();
    },
  };

  function judge(pod: Pod, node: Node): void {
    const key = keyOf(pod);
    if (!hasNoExecute(node.spec?.taints)) {
      if (cancel(key)) tell(pod, `Cancelling deletion of Pod ${key}`);
      return;
    }
    let started = since.get(key);
    if (started?.uid !== pod.metadata.uid) started = undefined;
    started ??= { uid: pod.metadata.uid, at: clock.now() };
    const when = evictionTime(pod, node.spec?.taints ?? [], started.at);
    if (when === 'never') {
      if (cancel(key)) tell(pod, `Cancelling deletion of Pod ${key}`);
    } else if (when === 'now') {
      timers.set(key, undefined);
      queue.add(key);
    } else {
      since.set(key, started);
      timers.set(key, when);
    }
  }

  function cancel(key: string): boolean {
    timers.set(key, undefined);
    return since.delete(key);
  }

  async function evict(key: string): Promise<undefined> {
    const pod = pods.get(key);
    const node = pod && nodes.get(pod.spec.nodeName ?? '');
    if (!pod || !node || pod.metadata.deletionTimestamp !== undefined) return;
    // What was true when the timer was set may have changed since.
    const when = evictionTime(pod, node.spec?.taints ?? [], since.get(key)?.at ?? clock.now());
    if (when === 'never' || (when !== 'now' && when > clock.now())) return;
    tell(pod, `Marking for deletion Pod ${key}`);
    const { uid } = pod.metadata;
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByTaintManager',
      message: MESSAGE,
      lastTransitionTime: formatTime(clock.now()),
    };
    try {
      const body = { metadata: { uid }, status: { conditions: [condition] } };
      await api.patch(PODS, objectKey(pod), { type: 'application/strategic-merge-patch+json', body }, { subresource: 'status' });
      await api.delete(PODS, objectKey(pod), uid === undefined ? {} : { preconditions: { uid } });
    } catch (error) {
      if (!(error instanceof ApiError && (error.code === 404 || error.code === 409))) throw error;
    }
  }

  function tell(pod: Pod, message: string): void {
    const { namespace, name = '', uid } = pod.metadata;
    recorder.record({
      type: 'Normal',
      reason: 'TaintManagerEviction',
      message,
      subject: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid },
      component: 'taint-eviction-controller',
    });
  }
}

function hasNoExecute(taints: readonly Taint[] | undefined): boolean {
  return taints?.some(({ effect }) => effect === 'NoExecute') ?? false;
}

function sameTaints(a: readonly Taint[] | undefined, b: readonly Taint[] | undefined): boolean {
  if (a === b) return true;
  const text = (taints: readonly Taint[] | undefined) =>
    (taints ?? [])
      .filter(({ effect }) => effect === 'NoExecute')
      .map(({ key, value }) => `${key}=${value ?? ''}`)
      .sort()
      .join();
  return text(a) === text(b);
}
