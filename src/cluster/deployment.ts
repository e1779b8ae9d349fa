/** Controller `deployment`: rolls each Deployment out over its ReplicaSets. Decides in `core/workloads/deployment`. */
import { controllerOf } from '../core/daemonset/claims.ts';
import type { Pod } from '../core/kube/objects.ts';
import { PODS } from '../core/kube/resource.ts';
import type { Millis } from '../core/kube/time.ts';
import { creationNotice, isTheOneWanted, withCollision, withRefusal } from '../core/workloads/deployment/creation.ts';
import { type DeploymentStep, planDeployment } from '../core/workloads/deployment/plan.ts';
import {
  controlledBy,
  DEPLOYMENTS,
  type Deployment,
  type Notice,
  ownedBy,
  REPLICASETS,
  type ReplicaSet,
} from '../core/workloads/objects.ts';
import { covers } from '../core/workloads/selection.ts';
import { claimAll } from './claiming.ts';
import { type ControllerWorld, objectKey, type RunningController } from './controller.ts';
import { keyOf, type Mirror } from './mirror.ts';
import { type OwnedObjects, ownedObjects } from './owned-objects.ts';
import { WorkQueue } from './work-queue.ts';
import { isConflict, isGone, isNamespaceEnding, isTaken, RETRY_SOON, tell, textOf } from './workload-writes.ts';

/** Upstream `ConcurrentDeploymentSyncs`. */
const WORKERS = 5;
const COMPONENT = 'deployment-controller';

export function startDeploymentController(world: ControllerWorld): RunningController {
  const controller = new DeploymentController(world);
  return { stop: () => controller.stop() };
}

class DeploymentController {
  readonly #world: ControllerWorld;
  readonly #deployments: Mirror<Deployment>;
  readonly #sets: Mirror<ReplicaSet>;
  readonly #byNamespace: OwnedObjects<Deployment>;
  readonly #setsByOwner: OwnedObjects<ReplicaSet>;
  readonly #podsByOwner: OwnedObjects<Pod>;
  readonly #queue: WorkQueue;
  #ready = false;

  constructor(world: ControllerWorld) {
    this.#world = world;
    const { clock, log, mirrors } = world;
    this.#queue = new WorkQueue({ clock, log, workers: WORKERS, work: (key) => this.#work(key) });
    this.#deployments = mirrors.of<Deployment>(DEPLOYMENTS);
    this.#sets = mirrors.of<ReplicaSet>(REPLICASETS);
    const pods = mirrors.of<Pod>(PODS);
    this.#byNamespace = ownedObjects(this.#deployments);
    this.#setsByOwner = ownedObjects(this.#sets);
    this.#podsByOwner = ownedObjects(pods);
    this.#deployments.listen({ changed: (deployment) => this.#enqueue(keyOf(deployment)) });
    this.#sets.listen({ changed: (set, old) => this.#setChanged(set, old), removed: (set) => this.#ownerOf(set) });
    pods.listen({ removed: (pod) => this.#podGone(pod) });
    void Promise.all([this.#deployments.synced, this.#sets.synced, pods.synced]).then(() => {
      this.#ready = true;
      for (const deployment of this.#deployments.values()) this.#queue.add(keyOf(deployment));
    });
  }

  stop(): void {
    this.#queue.stop();
  }

  #enqueue(key: string): void {
    if (this.#ready) this.#queue.add(key);
  }

  #setChanged(set: ReplicaSet, old: ReplicaSet | undefined): void {
    if (old && controllerOf(old)?.uid !== controllerOf(set)?.uid) this.#ownerOf(old);
    if (controllerOf(set)) {
      this.#ownerOf(set);
      return;
    }
    for (const deployment of this.#byNamespace.inNamespace(set.metadata.namespace ?? '')) {
      if (covers(deployment.spec.selector, set.metadata.labels)) this.#enqueue(keyOf(deployment));
    }
  }

  #ownerOf(set: ReplicaSet): Deployment | undefined {
    const uid = controlledBy(set, 'Deployment');
    const deployment = this.#deployments.get(`${set.metadata.namespace}/${controllerOf(set)?.name}`);
    if (uid === undefined || deployment?.metadata.uid !== uid) return undefined;
    this.#enqueue(keyOf(deployment));
    return deployment;
  }

  /** `Recreate` waits for old pods to be gone altogether. */
  #podGone(pod: Pod): void {
    const uid = controlledBy(pod, 'ReplicaSet');
    const set = this.#sets.get(`${pod.metadata.namespace}/${controllerOf(pod)?.name}`);
    if (uid !== undefined && set?.metadata.uid === uid) this.#ownerOf(set);
  }

  async #work(key: string): Promise<Millis | undefined> {
    // The events of one batch are heard first: they cost one pass and not one each.
    await Promise.resolve();
    const deployment = this.#deployments.get(key);
    if (!deployment) return undefined;
    const { clock } = this.#world;
    const { namespace = '', uid = '' } = deployment.metadata;
    const replicaSets = await claimAll(
      this.#world.api,
      {
        ref: REPLICASETS,
        candidates: [...this.#setsByOwner.ownedBy(namespace, uid), ...this.#setsByOwner.orphans(namespace)],
      },
      { owner: deployment, ownerRef: DEPLOYMENTS, reference: ownedBy('Deployment', deployment) },
    );
    const podsOf = (set: string) => this.#podsByOwner.ownedBy(namespace, set);
    const plan = planDeployment({ deployment, replicaSets, podsOf, now: clock.now() });
    try {
      for (const step of plan.steps) {
        if ((await this.#carryOut(deployment, step)) === 'again') return RETRY_SOON;
      }
    } catch (error) {
      if (isGone(error)) return undefined;
      if (isConflict(error)) return RETRY_SOON;
      throw error;
    }
    // A second more, so that whole seconds in the status do not wake it too early (upstream `requeueStuckDeployment`).
    return plan.wakeAt === undefined ? undefined : Math.max(0, plan.wakeAt - clock.now()) + 1000;
  }

  async #carryOut(deployment: Deployment, step: DeploymentStep): Promise<'done' | 'again'> {
    const { api } = this.#world;
    switch (step.kind) {
      case 'create':
        return this.#create(deployment, step);
      case 'update':
        await api.update(REPLICASETS, step.replicaSet);
        for (const notice of step.notices) this.#tell(deployment, notice);
        return 'done';
      case 'delete': {
        const { uid } = step.replicaSet.metadata;
        await api.delete(REPLICASETS, objectKey(step.replicaSet), uid === undefined ? {} : { preconditions: { uid } });
        return 'done';
      }
      case 'report':
        await this.#report(step.deployment);
        return 'done';
    }
  }

  async #create(
    deployment: Deployment,
    { replicaSet, notices }: Extract<DeploymentStep, { kind: 'create' }>,
  ): Promise<'done' | 'again'> {
    const { api, clock } = this.#world;
    try {
      await api.create(REPLICASETS, replicaSet);
    } catch (error) {
      if (isTaken(error)) return this.#nameTaken(deployment, replicaSet);
      if (!isNamespaceEnding(error)) {
        const notice = creationNotice(replicaSet, textOf(error));
        this.#tell(deployment, notice);
        const refused = withRefusal(deployment, notice, clock.now());
        if (refused) await this.#report(refused);
      }
      throw error;
    }
    for (const notice of notices) this.#tell(deployment, notice);
    return 'done';
  }

  async #nameTaken(deployment: Deployment, wanted: ReplicaSet): Promise<'again'> {
    const existing = await this.#world.api.get<ReplicaSet>(REPLICASETS, objectKey(wanted));
    if (!isTheOneWanted(deployment, existing)) await this.#report(withCollision(deployment));
    return 'again';
  }

  async #report(deployment: Deployment): Promise<void> {
    await this.#world.api.update(DEPLOYMENTS, deployment, { subresource: 'status' });
  }

  #tell(deployment: Deployment, notice: Notice): void {
    tell(this.#world.recorder, { about: deployment, kind: 'Deployment', apiVersion: 'apps/v1', component: COMPONENT }, notice);
  }
}
