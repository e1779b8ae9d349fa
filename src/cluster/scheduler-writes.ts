/** What the scheduler writes: bindings, conditions, nominations, the deletion of victims, and the events that tell of it. */
import { ApiError } from '../core/api/api-error.ts';
import type { EventNote } from '../core/kube/event-aggregation.ts';
import type { Condition, Pod } from '../core/kube/objects.ts';
import { conditionOf } from '../core/kube/pod-state.ts';
import { PODS } from '../core/kube/resource.ts';
import { formatTime } from '../core/kube/time.ts';
import { type ControllerWorld, objectKey } from './controller.ts';
import { keyOf } from './mirror.ts';

const COMPONENT = 'default-scheduler';
const MANAGER = 'kube-scheduler';
/** The longest note an event may carry (`validation.NoteLengthLimit`). */
const NOTE_LENGTH = 1024;

export class SchedulerWrites {
  readonly #world: ControllerWorld;

  constructor(world: ControllerWorld) {
    this.#world = world;
  }

  /** Binds, and says so. Throws what the API refuses. */
  async bind(pod: Pod, node: string): Promise<void> {
    const binding = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { ...objectKey(pod), ...(pod.metadata.uid ? { uid: pod.metadata.uid } : {}) },
      target: { apiVersion: 'v1', kind: 'Node', name: node },
    };
    await this.#world.api.create(PODS, binding, { subresource: 'binding', fieldManager: MANAGER });
    this.#record(pod, { type: 'Normal', reason: 'Scheduled', message: `Successfully assigned ${keyOf(pod)} to ${node}` });
  }

  /** Says that a pod could not be placed. `nominated`: the node cleared for it, `''` for none any more, `undefined` leaves what is there. */
  async unplaced(
    pod: Pod,
    why: { reason: 'Unschedulable' | 'SchedulerError'; message: string; nominated?: string | undefined },
  ): Promise<void> {
    this.#record(pod, { type: 'Warning', reason: 'FailedScheduling', message: clipped(why.message) });
    const condition = this.#condition(pod, { type: 'PodScheduled', status: 'False', reason: why.reason, message: why.message });
    const renominated = why.nominated !== undefined && why.nominated !== (pod.status?.nominatedNodeName ?? '');
    if (!condition && !renominated) return;
    await this.#patchStatus(pod, {
      ...(condition ? { conditions: [condition] } : {}),
      ...(renominated ? { nominatedNodeName: why.nominated || null } : {}),
    });
  }

  /** Takes a nomination away, for the node goes to a pod of higher priority. */
  async demote(pod: Pod): Promise<void> {
    if (pod.status?.nominatedNodeName) await this.#patchStatus(pod, { nominatedNodeName: null });
  }

  /** Sends a victim away, gracefully; one that is leaving already is left alone. Throws what the API refuses, absence aside. */
  async evict(victim: Pod, preemptor: Pod, node: string): Promise<void> {
    const { uid } = victim.metadata;
    if (victim.metadata.deletionTimestamp) return;
    const message = `${preemptor.spec.schedulerName || COMPONENT}: preempting to accommodate a higher priority pod`;
    const condition = this.#condition(victim, {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'PreemptionByScheduler',
      message,
    });
    if (condition) await this.#patchStatus(victim, { conditions: [condition] });
    await this.#world.api.delete(PODS, objectKey(victim), uid ? { preconditions: { uid } } : {}).catch(ignoreGone);
    const note = `Preempted by pod ${preemptor.metadata.uid} on node ${node}`;
    this.#record(victim, { type: 'Normal', reason: 'Preempted', message: note });
  }

  /** The condition as it is to be written; `undefined` where the pod has it already. */
  #condition(pod: Pod, wanted: Condition): Condition | undefined {
    const { generation } = pod.metadata;
    const before = conditionOf(pod.status?.conditions, wanted.type);
    const same = before?.status === wanted.status && before.reason === wanted.reason && before.message === wanted.message;
    if (same && (before.observedGeneration ?? generation) === generation) return undefined;
    const since = before?.status === wanted.status ? before.lastTransitionTime : undefined;
    return {
      ...wanted,
      lastProbeTime: null,
      lastTransitionTime: since ?? formatTime(this.#world.clock.now()),
      ...(generation ? { observedGeneration: generation } : {}),
    };
  }

  async #patchStatus(pod: Pod, status: Record<string, unknown>): Promise<void> {
    const body = { metadata: { uid: pod.metadata.uid }, status };
    const patch = { type: 'application/strategic-merge-patch+json', body } as const;
    await this.#world.api.patch(PODS, objectKey(pod), patch, { subresource: 'status', fieldManager: MANAGER }).catch(ignoreGone);
  }

  #record({ metadata }: Pod, note: Pick<EventNote, 'type' | 'reason' | 'message'>): void {
    const { namespace, name = '', uid, resourceVersion } = metadata;
    const subject = { apiVersion: 'v1', kind: 'Pod', namespace, name, uid, resourceVersion };
    this.#world.recorder.record({ ...note, subject, component: COMPONENT });
  }
}

/** Whether the pod is gone, or is not the one that was meant. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 404 || error.code === 409);
}

function ignoreGone(error: unknown): void {
  if (!isGone(error)) throw error;
}

function clipped(message: string): string {
  return message.length > NOTE_LENGTH ? `${message.slice(0, NOTE_LENGTH - 4)} ...` : message;
}
