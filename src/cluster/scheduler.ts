/** A small default scheduler: binds pods that carry no `spec.nodeName`. The `kubernetes` profile's DaemonSet pods need one, and so do plain pods. */
import { ApiError } from '../core/api/api-error.ts';
import type { Node, Pod } from '../core/kube/objects.ts';
import { conditionOf, isTerminal } from '../core/kube/pod-state.ts';
import { NODES, PODS } from '../core/kube/resource.ts';
import { formatTime } from '../core/kube/time.ts';
import { listAmounts } from '../core/node/amount.ts';
import { type Candidate, pinnedNode, place, wantsPlacing } from '../core/node/schedule.ts';
import { type Tenant, tenantOf } from '../core/node/tenant.ts';
import { type ControllerWorld, objectKey, type RunningController } from './controller.ts';
import { keyOf } from './mirror.ts';
import { WorkQueue } from './work-queue.ts';

/** How soon a pod that fits nowhere is tried again, if no node or pod event does it sooner. */
const RETRY = 60_000;

interface Slot {
  node: Node | undefined;
  allocatable: Record<string, number>;
  readonly used: Record<string, number>;
  readonly tenants: Map<string, Tenant>;
}

export function startScheduler(world: ControllerWorld): RunningController {
  const scheduler = new Scheduler(world);
  return { stop: () => scheduler.stop() };
}

class Scheduler {
  readonly #world: ControllerWorld;
  readonly #slots = new Map<string, Slot>();
  readonly #waiting = new Set<string>();
  readonly #queue: WorkQueue;

  constructor(world: ControllerWorld) {
    this.#world = world;
    const { clock, log, mirrors } = world;
    this.#queue = new WorkQueue({ clock, log, workers: 32, work: (key) => this.#place(key) });
    mirrors.of<Node>(NODES).listen({
      changed: (node, old) => this.#nodeChanged(node, old),
      removed: (node) => {
        const slot = this.#slots.get(node.metadata.name ?? '');
        if (slot) slot.node = undefined;
      },
    });
    mirrors.of<Pod>(PODS).listen({ changed: (pod) => this.#podChanged(pod), removed: (pod) => this.#podGone(pod) });
  }

  stop(): void {
    this.#queue.stop();
  }

  #nodeChanged(node: Node, old: Node | undefined): void {
    const slot = this.#slot(node.metadata.name ?? '');
    slot.node = node;
    if (old?.status?.allocatable !== node.status?.allocatable || !old)
      slot.allocatable = { ...listAmounts(node.status?.allocatable) };
    const same =
      old &&
      old.spec === node.spec &&
      old.metadata.labels === node.metadata.labels &&
      old.status?.allocatable === node.status?.allocatable;
    if (!same) this.#retryWaiting(node.metadata.name);
  }

  #podChanged(pod: Pod): void {
    const key = keyOf(pod);
    if (pod.spec.nodeName) {
      this.#waiting.delete(key);
      if (isTerminal(pod)) this.#podGone(pod);
      else this.#assume(pod, pod.spec.nodeName);
    } else if (wantsPlacing(pod) && !this.#waiting.has(key)) this.#queue.add(key);
  }

  #podGone(pod: Pod): void {
    this.#waiting.delete(keyOf(pod));
    const { nodeName } = pod.spec;
    const slot = nodeName ? this.#slots.get(nodeName) : undefined;
    if (slot && this.#drop(slot, pod.metadata.uid ?? '')) this.#retryWaiting(nodeName);
  }

  #assume(pod: Pod, node: string): void {
    const slot = this.#slot(node);
    const uid = pod.metadata.uid ?? '';
    if (slot.tenants.has(uid)) return;
    const tenant = tenantOf(pod);
    slot.tenants.set(uid, tenant);
    for (const [resource, amount] of Object.entries(tenant.amounts)) slot.used[resource] = (slot.used[resource] ?? 0) + amount;
  }

  #drop(slot: Slot, uid: string): boolean {
    const tenant = slot.tenants.get(uid);
    if (!tenant) return false;
    slot.tenants.delete(uid);
    for (const [resource, amount] of Object.entries(tenant.amounts)) slot.used[resource] = (slot.used[resource] ?? 0) - amount;
    return true;
  }

  #slot(name: string): Slot {
    let slot = this.#slots.get(name);
    if (!slot) {
      slot = { node: undefined, allocatable: {}, used: {}, tenants: new Map() };
      this.#slots.set(name, slot);
    }
    return slot;
  }

  /** Pods pinned to another node cannot profit; all others may. */
  #retryWaiting(node: string | undefined): void {
    for (const key of this.#waiting) {
      const pod = this.#world.mirrors.of<Pod>(PODS).get(key);
      const pinned = pod && pinnedNode(pod);
      if (pinned !== undefined && pinned !== node) continue;
      this.#waiting.delete(key);
      this.#queue.add(key);
    }
  }

  async #place(key: string): Promise<number | undefined> {
    const nodes = this.#world.mirrors.of<Node>(NODES);
    const pod = this.#world.mirrors.of<Pod>(PODS).get(key);
    if (!pod || !wantsPlacing(pod) || !nodes.hasSynced) return undefined;
    const placement = place(pod, tenantOf(pod), { candidates: this.#candidates(pinnedNode(pod)), total: nodes.size });
    if ('node' in placement) {
      await this.#bind(pod, placement.node);
      return undefined;
    }
    this.#waiting.add(key);
    await this.#sayUnschedulable(pod, placement.message);
    if (placement.preempt) await this.#preempt(pod, placement.preempt);
    return RETRY;
  }

  #candidates(pinned: string | undefined): Candidate[] {
    const toCandidate = ({ node, allocatable, used, tenants }: Slot): Candidate[] =>
      node ? [{ node, allocatable, used, tenants: tenants.values() }] : [];
    if (pinned !== undefined) {
      const slot = this.#slots.get(pinned);
      return slot ? toCandidate(slot) : [];
    }
    return [...this.#slots.values()].flatMap(toCandidate);
  }

  async #bind(pod: Pod, node: string): Promise<void> {
    const { api, recorder } = this.#world;
    const uid = pod.metadata.uid ?? '';
    this.#assume(pod, node);
    try {
      const binding = {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { ...objectKey(pod), uid },
        target: { apiVersion: 'v1', kind: 'Node', name: node },
      };
      await api.create(PODS, binding, { subresource: 'binding', fieldManager: 'kube-scheduler' });
    } catch (error) {
      this.#drop(this.#slot(node), uid);
      if (error instanceof ApiError && (error.code === 404 || error.code === 409)) return;
      throw error;
    }
    const message = `Successfully assigned ${keyOf(pod)} to ${node}`;
    recorder.record({ type: 'Normal', reason: 'Scheduled', message, subject: subjectOf(pod), component: 'default-scheduler' });
  }

  async #sayUnschedulable(pod: Pod, message: string): Promise<void> {
    const { clock, recorder } = this.#world;
    const before = conditionOf(pod.status?.conditions, 'PodScheduled');
    if (before?.status === 'False' && before.message === message) return;
    recorder.record({
      type: 'Warning',
      reason: 'FailedScheduling',
      message,
      subject: subjectOf(pod),
      component: 'default-scheduler',
    });
    const since = before?.status === 'False' ? before.lastTransitionTime : formatTime(clock.now());
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message,
      lastProbeTime: null,
      lastTransitionTime: since,
    };
    const body = { metadata: { uid: pod.metadata.uid }, status: { conditions: [condition] } };
    await this.#patchStatus(pod, body);
  }

  async #preempt(pod: Pod, { node, victims }: { node: string; victims: readonly Tenant[] }): Promise<void> {
    const { api, recorder } = this.#world;
    if (pod.spec.preemptionPolicy === 'Never') return;
    await this.#patchStatus(pod, { metadata: { uid: pod.metadata.uid }, status: { nominatedNodeName: node } });
    for (const { namespace, name, uid } of victims) {
      const subject = { apiVersion: 'v1', kind: 'Pod', namespace, name, uid };
      const message = `Preempted by pod ${pod.metadata.uid} on node ${node}`;
      recorder.record({ type: 'Normal', reason: 'Preempted', message, subject, component: 'default-scheduler' });
      await api.delete(PODS, { namespace, name }, { preconditions: { uid } }).catch(ignoreGone);
    }
  }

  async #patchStatus(pod: Pod, body: unknown): Promise<void> {
    const patch = { type: 'application/strategic-merge-patch+json', body } as const;
    await this.#world.api
      .patch(PODS, objectKey(pod), patch, { subresource: 'status', fieldManager: 'kube-scheduler' })
      .catch(ignoreGone);
  }
}

function subjectOf({ metadata }: Pod) {
  const { namespace, name = '', uid } = metadata;
  return { apiVersion: 'v1', kind: 'Pod', namespace, name, uid };
}

function ignoreGone(error: unknown): void {
  if (!(error instanceof ApiError && (error.code === 404 || error.code === 409))) throw error;
}
