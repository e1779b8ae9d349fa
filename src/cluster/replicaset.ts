/** Controller `replicaset`: keeps each ReplicaSet at its number of pods. Decides in `core/workloads/replica-set`. */
import { controllerOf } from '../core/daemonset/claims.ts';
import { slowStart } from '../core/daemonset/slow-start.ts';
import type { Pod } from '../core/kube/objects.ts';
import { PODS } from '../core/kube/resource.ts';
import type { Millis } from '../core/kube/time.ts';
import {
  controlledBy,
  isActive,
  isTerminating,
  type Notice,
  ownedBy,
  REPLICASETS,
  type ReplicaSet,
} from '../core/workloads/objects.ts';
import { planReplicaSet } from '../core/workloads/replica-set/plan.ts';
import { podOf } from '../core/workloads/replica-set/pod.ts';
import { replicaSetReport } from '../core/workloads/replica-set/status.ts';
import { covers } from '../core/workloads/selection.ts';
import { claimAll } from './claiming.ts';
import { type ControllerWorld, objectKey, type RunningController } from './controller.ts';
import { keyOf, type Mirror } from './mirror.ts';
import { type OwnedObjects, ownedObjects } from './owned-objects.ts';
import { UnseenPods } from './unseen-pods.ts';
import { WorkQueue } from './work-queue.ts';
import { isConflict, isGone, isNamespaceEnding, RETRY_SOON, tell, textOf } from './workload-writes.ts';

/** Upstream `ConcurrentReplicaSetSyncs`. */
const WORKERS = 5;
const COMPONENT = 'replicaset-controller';

export function startReplicaSetController(world: ControllerWorld): RunningController {
  const controller = new ReplicaSetController(world);
  return { stop: () => controller.stop() };
}

class ReplicaSetController {
  readonly #world: ControllerWorld;
  readonly #sets: Mirror<ReplicaSet>;
  readonly #setsByOwner: OwnedObjects<ReplicaSet>;
  readonly #podsByOwner: OwnedObjects<Pod>;
  readonly #unseen: UnseenPods;
  readonly #queue: WorkQueue;
  #ready = false;

  constructor(world: ControllerWorld) {
    this.#world = world;
    const { clock, log, mirrors } = world;
    this.#queue = new WorkQueue({ clock, log, workers: WORKERS, work: (key) => this.#work(key) });
    this.#sets = mirrors.of<ReplicaSet>(REPLICASETS);
    const pods = mirrors.of<Pod>(PODS);
    this.#setsByOwner = ownedObjects(this.#sets);
    this.#podsByOwner = ownedObjects(pods);
    this.#unseen = new UnseenPods(pods);
    this.#sets.listen({
      changed: (set) => this.#enqueue(keyOf(set)),
      removed: (set) => {
        this.#unseen.forget(keyOf(set));
      },
    });
    pods.listen({ changed: (pod, old) => this.#podChanged(pod, old), removed: (pod) => this.#ownerOf(pod) });
    void Promise.all([this.#sets.synced, pods.synced]).then(() => {
      this.#ready = true;
      for (const set of this.#sets.values()) this.#queue.add(keyOf(set));
    });
  }

  stop(): void {
    this.#queue.stop();
  }

  #enqueue(key: string): void {
    if (this.#ready) this.#queue.add(key);
  }

  #podChanged(pod: Pod, old: Pod | undefined): void {
    if (old && controllerOf(old)?.uid !== controllerOf(pod)?.uid) this.#ownerOf(old);
    if (controllerOf(pod)) {
      this.#ownerOf(pod);
      return;
    }
    // Whoever might adopt it.
    const { namespace = '', labels } = pod.metadata;
    if (pod.metadata.deletionTimestamp || !this.#ready) return;
    for (const set of this.#setsByOwner.inNamespace(namespace)) {
      if (covers(set.spec.selector, labels)) this.#enqueue(keyOf(set));
    }
  }

  #ownerOf(pod: Pod): void {
    const uid = controlledBy(pod, 'ReplicaSet');
    const key = `${pod.metadata.namespace}/${controllerOf(pod)?.name}`;
    if (uid !== undefined && this.#sets.get(key)?.metadata.uid === uid) this.#enqueue(key);
  }

  async #work(key: string): Promise<Millis | undefined> {
    // The events of one batch are heard first: they cost one pass and not one each.
    await Promise.resolve();
    const set = this.#sets.get(key);
    if (!set) return undefined;
    const { clock } = this.#world;
    const mayCountAt = this.#unseen.until(key, clock.now());
    const active = await this.#activePods(set);
    const failure = mayCountAt === undefined ? await this.#bringTo(set, active) : undefined;
    const now = clock.now();
    const terminating = this.#terminating(set);
    const report = replicaSetReport(set, { active, terminating, failure, now });
    if (report.status) {
      const outcome = await this.#write({ ...set, status: report.status });
      if (outcome === 'conflict' && failure === undefined) return RETRY_SOON;
    }
    if (failure !== undefined) throw new Error(failure);
    const wakeAt = Math.min(report.wakeAt ?? Number.POSITIVE_INFINITY, mayCountAt ?? Number.POSITIVE_INFINITY);
    return Number.isFinite(wakeAt) ? Math.max(0, wakeAt - now) : undefined;
  }

  async #activePods(set: ReplicaSet): Promise<Pod[]> {
    const { namespace = '', uid = '' } = set.metadata;
    const candidates = [...this.#podsByOwner.ownedBy(namespace, uid), ...this.#podsByOwner.orphans(namespace)].filter(isActive);
    const claimant = { owner: set, ownerRef: REPLICASETS, reference: ownedBy('ReplicaSet', set) };
    return claimAll(this.#world.api, { ref: PODS, candidates }, claimant);
  }

  #terminating({ metadata: { namespace = '', uid = '' }, spec }: ReplicaSet): number {
    let count = 0;
    for (const pod of this.#podsByOwner.ownedBy(namespace, uid)) {
      if (isTerminating(pod) && covers(spec.selector, pod.metadata.labels)) count++;
    }
    return count;
  }

  /** Makes or deletes pods. Returns the first failure. */
  async #bringTo(set: ReplicaSet, active: readonly Pod[]): Promise<string | undefined> {
    const now = this.#world.clock.now();
    const { create, remove } = planReplicaSet({ replicaSet: set, active, related: () => this.#related(set), now });
    for (const batch of slowStart(create)) {
      const failures = await Promise.all(Array.from({ length: batch }, () => this.#create(set)));
      const failure = failures.find((one) => one !== undefined);
      if (failure !== undefined) return failure;
    }
    const failures = await Promise.all(remove.map((pod) => this.#delete(set, pod)));
    return failures.find((one) => one !== undefined);
  }

  /** The pods of all ReplicaSets of the same Deployment; none where nobody controls this one. */
  *#related(set: ReplicaSet): Generator<Pod> {
    const owner = controllerOf(set);
    const { namespace = '' } = set.metadata;
    if (!owner) return;
    for (const sibling of this.#setsByOwner.ownedBy(namespace, owner.uid))
      yield* this.#podsByOwner.ownedBy(namespace, sibling.metadata.uid ?? '');
  }

  async #create(set: ReplicaSet): Promise<string | undefined> {
    const { api, clock } = this.#world;
    try {
      const pod = await api.create<Pod>(PODS, podOf(set));
      this.#unseen.add(keyOf(set), pod, { what: 'created', since: clock.now() });
      this.#tell(set, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${pod.metadata.name}` });
      return undefined;
    } catch (error) {
      // In a namespace that goes away, nothing can be made, and nobody needs to hear it.
      if (isNamespaceEnding(error)) return undefined;
      this.#tell(set, { type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${textOf(error)}` });
      return textOf(error);
    }
  }

  async #delete(set: ReplicaSet, pod: Pod): Promise<string | undefined> {
    const { api, clock } = this.#world;
    const { uid } = pod.metadata;
    try {
      await api.delete(PODS, objectKey(pod), uid === undefined ? {} : { preconditions: { uid } });
      this.#unseen.add(keyOf(set), pod, { what: 'deleted', since: clock.now() });
      this.#tell(set, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata.name}` });
      return undefined;
    } catch (error) {
      if (isGone(error)) return undefined;
      this.#tell(set, { type: 'Warning', reason: 'FailedDelete', message: `Error deleting: ${textOf(error)}` });
      return textOf(error);
    }
  }

  async #write(set: ReplicaSet): Promise<'done' | 'conflict'> {
    try {
      await this.#world.api.update(REPLICASETS, set, { subresource: 'status' });
      return 'done';
    } catch (error) {
      if (isGone(error)) return 'done';
      if (isConflict(error)) return 'conflict';
      throw error;
    }
  }

  #tell(set: ReplicaSet, notice: Notice): void {
    tell(this.#world.recorder, { about: set, kind: 'ReplicaSet', apiVersion: 'apps/v1', component: COMPONENT }, notice);
  }
}
