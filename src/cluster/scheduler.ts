/** The default scheduler's loop: hears of pods and nodes, asks `core/scheduler` where pods go, and carries its answers out. */

import type { Node, Pod } from '../core/kube/objects.ts';
import { isTerminal } from '../core/kube/pod-state.ts';
import { NAMESPACES, NODES, PODS, type ResourceRef } from '../core/kube/resource.ts';
import { budgetOf, type WrittenBudget } from '../core/scheduler/budget.ts';
import { nodeChange } from '../core/scheduler/cluster-event.ts';
import { ClusterState } from '../core/scheduler/cluster-state.ts';
import { countsTheSame, type PodInfo, updatedInfo, wantsPlacing } from '../core/scheduler/pod-info.ts';
import { type Placement, schedule } from '../core/scheduler/schedule.ts';
import { SchedulingQueue } from '../core/scheduler/scheduling-queue.ts';
import type { ControllerWorld, RunningController } from './controller.ts';
import { keyOf, type Mirror } from './mirror.ts';
import { isGone, SchedulerWrites } from './scheduler-writes.ts';

/** Pods whose answers are being written at once. */
const IN_FLIGHT = 64;

const BUDGETS: ResourceRef = { group: 'policy', version: 'v1', resource: 'poddisruptionbudgets' };

type Unplaced = Exclude<Placement, { readonly node: string }>;

/** Starts scheduling; it waits for the first lists of nodes, pods and what else counts. */
export function startScheduler(world: ControllerWorld): RunningController {
  const scheduler = new Scheduler(world);
  return { stop: () => scheduler.stop() };
}

class Scheduler {
  readonly #world: ControllerWorld;
  readonly #writes: SchedulerWrites;
  readonly #pods: Mirror<Pod>;
  readonly #cluster = new ClusterState();
  readonly #queue = new SchedulingQueue();
  #inFlight = 0;
  #ready = false;
  #kicked = false;
  #stopped = false;
  #cancelTimer: (() => void) | undefined;

  constructor(world: ControllerWorld) {
    this.#world = world;
    this.#writes = new SchedulerWrites(world);
    const { mirrors } = world;
    const nodes = mirrors.of<Node>(NODES);
    this.#pods = mirrors.of<Pod>(PODS);
    nodes.listen({ changed: (node, old) => this.#nodeChanged(node, old), removed: (node) => this.#nodeGone(node) });
    this.#pods.listen({ changed: (pod, old) => this.#podChanged(pod, old), removed: (pod) => this.#podGone(pod) });
    const others = [this.#hearOfNamespaces(), this.#hearOfBudgets()];
    void Promise.all([nodes.synced, this.#pods.synced, ...others]).then(() => {
      this.#ready = true;
      this.#kick();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
  }

  #hearOfNamespaces(): Promise<void> {
    const namespaces = this.#world.mirrors.of(NAMESPACES);
    const changed = () => this.#wake({ kind: 'namespace-changed' });
    namespaces.listen({
      changed: ({ metadata }, old) => {
        this.#cluster.setNamespace(metadata.name ?? '', metadata.labels ?? {});
        if (old && metadata.labels !== old.metadata.labels) changed();
      },
      removed: ({ metadata }) => this.#cluster.setNamespace(metadata.name ?? '', undefined),
    });
    return namespaces.synced;
  }

  #hearOfBudgets(): Promise<void> {
    if (!this.#world.kinds.some(({ plural, group }) => plural === BUDGETS.resource && group === BUDGETS.group))
      return Promise.resolve();
    const budgets = this.#world.mirrors.of<WrittenBudget>(BUDGETS);
    budgets.listen({
      changed: (budget) => this.#cluster.setBudget(keyOf(budget), budgetOf(budget)),
      removed: (budget) => this.#cluster.setBudget(keyOf(budget), undefined),
    });
    return budgets.synced;
  }

  #nodeChanged(node: Node, old: Node | undefined): void {
    this.#cluster.setNode(node);
    const event = old ? nodeChange(node, old) : ({ kind: 'node-added', node: node.metadata.name ?? '' } as const);
    if (event) this.#wake(event);
  }

  #nodeGone({ metadata }: Node): void {
    this.#cluster.removeNode(metadata.name ?? '');
    this.#wake({ kind: 'node-gone' });
  }

  #podChanged(pod: Pod, old: Pod | undefined): void {
    const uid = pod.metadata.uid ?? '';
    if (pod.spec.nodeName) {
      this.#queue.remove(uid);
      if (isTerminal(pod)) this.#uncount(uid);
      else this.#count(pod, pod.spec.nodeName);
      return;
    }
    if (!wantsPlacing(pod)) {
      this.#queue.remove(uid);
      this.#uncount(uid);
      return;
    }
    const info = updatedInfo(pod, this.#queue.info(uid));
    this.#queue.put(info, this.#world.clock.now(), old !== undefined && !countsTheSame(pod, old));
    const nominated = pod.status?.nominatedNodeName;
    if (nominated && !old && !this.#cluster.placed(uid)) this.#cluster.nominate(uid, { info, node: nominated });
    this.#kick();
  }

  #podGone({ metadata }: Pod): void {
    this.#queue.remove(metadata.uid ?? '');
    this.#uncount(metadata.uid ?? '');
  }

  /** Counts a bound pod; one that was assumed there, or only reports its status, changes nothing for others. */
  #count(pod: Pod, node: string): void {
    const before = this.#cluster.placed(pod.metadata.uid ?? '');
    const info = updatedInfo(pod, before?.info);
    if (before?.node === node && info.tenant === before.info.tenant) {
      this.#cluster.refresh(info);
      return;
    }
    this.#cluster.place(info, node);
    if (before) this.#wake({ kind: 'pod-gone', node: before.node });
    this.#wake({ kind: 'pod-placed' });
  }

  #uncount(uid: string): void {
    const before = this.#cluster.placed(uid);
    this.#cluster.removePod(uid);
    if (before) this.#wake({ kind: 'pod-gone', node: before.node });
  }

  #wake(event: Parameters<SchedulingQueue['wake']>[0]): void {
    this.#queue.wake(event, this.#world.clock.now());
    this.#kick();
  }

  /** Goes to work after the events that are being told have all been told. */
  #kick(): void {
    if (this.#kicked || !this.#ready || this.#stopped) return;
    this.#kicked = true;
    queueMicrotask(() => {
      this.#kicked = false;
      if (!this.#stopped) this.#run();
    });
  }

  #run(): void {
    const { clock } = this.#world;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    while (this.#inFlight < IN_FLIGHT) {
      const info = this.#queue.pop(clock.now());
      if (!info) break;
      this.#decide(info);
    }
    if (this.#inFlight >= IN_FLIGHT) return;
    const due = this.#queue.nextDue(clock.now());
    if (due !== undefined) this.#cancelTimer = clock.at(due, () => this.#kick());
  }

  #decide(info: PodInfo): void {
    const placement = schedule(info, this.#cluster);
    if ('node' in placement) {
      this.#cluster.place(info, placement.node);
      this.#wake({ kind: 'pod-placed' });
      this.#carryOut(() => this.#bind(info, placement.node));
      return;
    }
    const { nominated, demoted, refusers } = placement;
    if (nominated !== undefined) this.#cluster.nominate(info.uid, nominated ? { info, node: nominated } : undefined);
    for (const { uid } of demoted) this.#cluster.nominate(uid, undefined);
    this.#queue.failed(info.uid, refusers, this.#world.clock.now());
    this.#carryOut(() => this.#unplaced(info, placement));
  }

  #carryOut(write: () => Promise<void>): void {
    this.#inFlight++;
    void write()
      .catch((error: unknown) => this.#world.log.warn('scheduler write failed', { error: textOf(error) }))
      .finally(() => {
        this.#inFlight--;
        this.#kick();
      });
  }

  async #bind(info: PodInfo, node: string): Promise<void> {
    try {
      // It stays known to the queue until the watch shows it bound: an older state that arrives late must not queue it anew.
      await this.#writes.bind(info.pod, node);
    } catch (error) {
      // What the watch told meanwhile counts more.
      if (this.#queue.info(info.uid) === undefined) return;
      this.#uncount(info.uid);
      this.#queue.retry(info.uid, this.#world.clock.now());
      if (isGone(error)) return;
      const message = `binding rejected: running Bind plugin "DefaultBinder": ${textOf(error)}`;
      await this.#writes.unplaced(info.pod, { reason: 'SchedulerError', message });
    }
  }

  async #unplaced(info: PodInfo, { unschedulable, nominated, victims, demoted }: Unplaced): Promise<void> {
    try {
      await this.#writes.unplaced(info.pod, { reason: 'Unschedulable', message: unschedulable, nominated });
      for (const victim of victims) await this.#writes.evict(victim.pod, info.pod, nominated ?? '');
      for (const other of demoted) await this.#writes.demote(other.pod);
    } catch (error) {
      this.#queue.retry(info.uid, this.#world.clock.now());
      throw error;
    }
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
