/** Controller `disruption`: keeps the status of PodDisruptionBudgets. Decides in `core/workloads/disruption`. */
import { controllerOf } from '../core/daemonset/claims.ts';
import type { OwnerReference, Pod } from '../core/kube/objects.ts';
import { PODS } from '../core/kube/resource.ts';
import type { Millis } from '../core/kube/time.ts';
import type { Scale } from '../core/workloads/disruption/expected.ts';
import { planBudget } from '../core/workloads/disruption/plan.ts';
import {
  DEPLOYMENTS,
  type Deployment,
  PODDISRUPTIONBUDGETS,
  type PodDisruptionBudget,
  REPLICASETS,
  type ReplicaSet,
  replicasOf,
} from '../core/workloads/objects.ts';
import { covers } from '../core/workloads/selection.ts';
import type { ControllerWorld, RunningController } from './controller.ts';
import { keyOf, type Mirror } from './mirror.ts';
import { type OwnedObjects, ownedObjects } from './owned-objects.ts';
import { WorkQueue } from './work-queue.ts';
import { isConflict, isGone, RETRY_SOON, tell } from './workload-writes.ts';

const WORKERS = 5;
const COMPONENT = 'controllermanager';

export function startDisruptionController(world: ControllerWorld): RunningController {
  const controller = new DisruptionController(world);
  return { stop: () => controller.stop() };
}

class DisruptionController {
  readonly #world: ControllerWorld;
  readonly #budgets: Mirror<PodDisruptionBudget>;
  readonly #budgetIndex: OwnedObjects<PodDisruptionBudget>;
  readonly #pods: OwnedObjects<Pod>;
  readonly #deployments: Mirror<Deployment>;
  readonly #sets: Mirror<ReplicaSet>;
  readonly #queue: WorkQueue;
  #ready = false;

  constructor(world: ControllerWorld) {
    this.#world = world;
    const { clock, log, mirrors } = world;
    this.#queue = new WorkQueue({ clock, log, workers: WORKERS, work: (key) => this.#work(key) });
    this.#budgets = mirrors.of<PodDisruptionBudget>(PODDISRUPTIONBUDGETS);
    this.#deployments = mirrors.of<Deployment>(DEPLOYMENTS);
    this.#sets = mirrors.of<ReplicaSet>(REPLICASETS);
    const pods = mirrors.of<Pod>(PODS);
    this.#budgetIndex = ownedObjects(this.#budgets);
    this.#pods = ownedObjects(pods);
    this.#budgets.listen({ changed: (budget) => this.#enqueue(keyOf(budget)) });
    pods.listen({ changed: (pod, old) => this.#podChanged(pod, old), removed: (pod) => this.#podChanged(pod, undefined) });
    void Promise.all([this.#budgets, pods, this.#deployments, this.#sets].map(({ synced }) => synced)).then(() => {
      this.#ready = true;
      for (const budget of this.#budgets.values()) this.#queue.add(keyOf(budget));
    });
  }

  stop(): void {
    this.#queue.stop();
  }

  #enqueue(key: string): void {
    if (this.#ready) this.#queue.add(key);
  }

  #podChanged({ metadata: { namespace = '', labels } }: Pod, old: Pod | undefined): void {
    for (const budget of this.#budgetIndex.inNamespace(namespace)) {
      const { selector } = budget.spec ?? {};
      if (covers(selector, labels) || (old && covers(selector, old.metadata.labels))) this.#enqueue(keyOf(budget));
    }
  }

  async #work(key: string): Promise<Millis | undefined> {
    // The events of one batch are heard first: they cost one pass and not one each.
    await Promise.resolve();
    const budget = this.#budgets.get(key);
    if (!budget) return undefined;
    const { api, clock, recorder } = this.#world;
    const { namespace = '' } = budget.metadata;
    const pods: Pod[] = [];
    for (const pod of this.#pods.inNamespace(namespace)) {
      if (covers(budget.spec?.selector, pod.metadata.labels)) pods.push(pod);
    }
    const plan = planBudget({ budget, pods, findScale: (owner, where) => this.#scaleOf(owner, where), now: clock.now() });
    for (const { about, notice } of plan.notices) {
      const [kind, apiVersion] = about === budget ? ['PodDisruptionBudget', 'policy/v1'] : ['Pod', 'v1'];
      tell(recorder, { about, kind, apiVersion, component: COMPONENT }, notice);
    }
    if (plan.status) {
      try {
        await api.update(PODDISRUPTIONBUDGETS, { ...budget, status: plan.status }, { subresource: 'status' });
      } catch (error) {
        if (isGone(error)) return undefined;
        if (isConflict(error)) return RETRY_SOON;
        throw error;
      }
    }
    if (plan.failure !== undefined) throw new Error(plan.failure);
    // Overdue only after the very instant.
    return plan.wakeAt === undefined ? undefined : Math.max(0, plan.wakeAt - clock.now()) + 1;
  }

  /** A pod's ReplicaSet stands for its Deployment where it has one (upstream `getPodDeployment`, `getPodReplicaSet`, `getScaleController`). */
  #scaleOf(owner: OwnerReference, namespace: string): Scale | undefined {
    const key = `${namespace}/${owner.name}`;
    if (isOf(owner, 'Deployment')) return scaleOf(this.#deployments.get(key), owner.uid);
    if (!isOf(owner, 'ReplicaSet')) throw new Error(this.#unscalable(owner));
    const set = this.#sets.get(key);
    const above = set && set.metadata.uid === owner.uid ? controllerOf(set) : undefined;
    const deployment =
      above && isOf(above, 'Deployment') ? scaleOf(this.#deployments.get(`${namespace}/${above.name}`), above.uid) : undefined;
    return deployment ?? scaleOf(set, owner.uid);
  }

  #unscalable({ apiVersion, kind }: OwnerReference): string {
    const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
    const known = this.#world.kinds.find((one) => one.group === group && one.kind === kind);
    if (!known) return `no matches for kind "${kind}" in version "${apiVersion}"`;
    return `${known.plural}${group === '' ? '' : `.${group}`} does not implement the scale subresource`;
  }
}

function isOf({ apiVersion, kind }: OwnerReference, wanted: string): boolean {
  return kind === wanted && apiVersion.startsWith('apps/');
}

function scaleOf(object: Deployment | ReplicaSet | undefined, uid: string): Scale | undefined {
  return object?.metadata.uid === uid ? { uid, replicas: replicasOf(object) } : undefined;
}
