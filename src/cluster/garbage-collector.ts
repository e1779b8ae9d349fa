/** Controller `garbagecollector`: deletes what has lost its owners, orphans and waits where a deletion says so, over every kind. */
import { ApiError } from '../core/api/api-error.ts';
import { type GarbageStep, garbageStep, type OwnerState } from '../core/housekeeping/garbage.ts';
import { type Item, isWaiting, ORPHAN, OwnershipGraph } from '../core/housekeeping/ownership-graph.ts';
import type { KubeObject, OwnerReference } from '../core/kube/objects.ts';
import { type ControllerWorld, deletableKinds, type RunningController, refOf, type ServedKind } from './controller.ts';
import { WorkQueue } from './work-queue.ts';

const WORKERS = 20;
const MERGE = 'application/merge-patch+json' as const;

export function startGarbageCollector(world: ControllerWorld): RunningController {
  const collector = new Collector(world);
  return { stop: () => collector.stop() };
}

class Collector {
  readonly #world: ControllerWorld;
  readonly #graph = new OwnershipGraph();
  readonly #queue: WorkQueue;
  readonly #kinds: Map<string, ServedKind>;
  #ready = false;

  constructor(world: ControllerWorld) {
    this.#world = world;
    this.#kinds = new Map(world.kinds.map((kind) => [`${kind.group}/${kind.kind}`, kind]));
    this.#queue = new WorkQueue({ clock: world.clock, log: world.log, workers: WORKERS, work: (uid) => this.#work(uid) });
    const mirrors = deletableKinds(world.kinds)
      .filter((kind) => kind.kind !== 'Event')
      .map((kind) => {
        const ref = refOf(kind);
        const mirror = world.mirrors.of(ref);
        mirror.listen({
          changed: (object) => this.#again(this.#graph.set(ref, object)),
          removed: (object) => this.#again(this.#graph.remove(object.metadata.uid ?? '')),
        });
        return mirror;
      });
    const pending = new Set<string>();
    this.#early = pending;
    void Promise.all(mirrors.map((mirror) => mirror.synced)).then(() => {
      this.#ready = true;
      for (const uid of pending) this.#queue.add(uid);
      pending.clear();
    });
  }

  #early: Set<string>;

  stop(): void {
    this.#queue.stop();
  }

  /** Nothing is judged before every kind is known: an owner that is merely not seen yet is not absent. */
  #again(uids: readonly string[]): void {
    for (const uid of uids) {
      if (this.#ready) this.#queue.add(uid);
      else this.#early.add(uid);
    }
  }

  async #work(uid: string): Promise<undefined> {
    const item = this.#graph.item(uid);
    if (!item) return;
    const states = new Map<string, OwnerState>();
    if (!item.deleting) for (const owner of item.owners) states.set(owner.uid, await this.#ownerState(item, owner));
    try {
      await this.#carryOut(
        item,
        garbageStep(item, this.#graph, (owner) => states.get(owner) ?? 'unknown'),
      );
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 404)) throw error;
    }
  }

  /** The graph knows most owners; one it does not know is asked for, for its reference may lie. */
  async #ownerState(item: Item, owner: OwnerReference): Promise<OwnerState> {
    const group = owner.apiVersion.includes('/') ? (owner.apiVersion.split('/')[0] ?? '') : '';
    const kind = this.#kinds.get(`${group}/${owner.kind}`);
    if (!kind) return 'unknown';
    // A cluster-scoped object cannot have an owner in a namespace: nothing can be said, nothing is deleted.
    if (kind.namespaced && item.key.namespace === undefined) return 'unknown';
    const known = this.#graph.item(owner.uid);
    if (known && known.key.name === owner.name && (!kind.namespaced || known.key.namespace === item.key.namespace))
      return isWaiting(known) ? 'waiting' : 'present';
    const key = kind.namespaced ? { namespace: item.key.namespace, name: owner.name } : { name: owner.name };
    try {
      const found = await this.#world.api.get<KubeObject>(refOf(kind), key);
      return found.metadata.uid === owner.uid ? 'present' : 'absent';
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return 'absent';
      throw error;
    }
  }

  async #carryOut(item: Item, step: GarbageStep): Promise<void> {
    const { api } = this.#world;
    switch (step.kind) {
      case 'none':
        return;
      case 'look':
        // Only what blocks is hurried; it is deleted because its owner waits.
        for (const { uid } of step.at) this.#queue.add(uid);
        return;
      case 'delete':
        await api.delete(item.ref, item.key, { propagationPolicy: step.policy, preconditions: { uid: item.uid } });
        return;
      case 'drop-owners':
        await this.#dropOwners(item, step.uids);
        return;
      case 'orphan':
        await Promise.all(step.dependents.map((dependent) => this.#dropOwners(dependent, [item.uid]).catch(ignoreGone)));
        await this.#dropFinalizer(item, ORPHAN);
        return;
      case 'drop-finalizer':
        await this.#dropFinalizer(item, step.finalizer);
    }
  }

  async #dropOwners(item: Item, uids: readonly string[]): Promise<void> {
    const object = await this.#world.api.get<KubeObject>(item.ref, item.key);
    if (object.metadata.uid !== item.uid) return;
    const { ownerReferences = [], resourceVersion } = object.metadata;
    const left = ownerReferences.filter((owner) => !uids.includes(owner.uid));
    if (left.length === ownerReferences.length) return;
    const body = { metadata: { uid: item.uid, resourceVersion, ownerReferences: left.length > 0 ? left : null } };
    await this.#world.api.patch(item.ref, item.key, { type: MERGE, body });
  }

  async #dropFinalizer(item: Item, finalizer: string): Promise<void> {
    const object = await this.#world.api.get<KubeObject>(item.ref, item.key);
    const { finalizers = [], resourceVersion, uid } = object.metadata;
    if (uid !== item.uid || !finalizers.includes(finalizer)) return;
    const left = finalizers.filter((name) => name !== finalizer);
    await this.#world.api.patch(item.ref, item.key, {
      type: MERGE,
      body: { metadata: { resourceVersion, finalizers: left.length > 0 ? left : null } },
    });
  }
}

function ignoreGone(error: unknown): void {
  if (!(error instanceof ApiError && error.code === 404)) throw error;
}
