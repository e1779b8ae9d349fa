/** Runs the pods of all simulated nodes: admission, life, end; one timer queue, one status writer. */
import type { Pod } from '../core/kube/objects.ts';
import { type Refusal, refusal } from '../core/node/admission.ts';
import { noVictims, preempt, yieldTo } from '../core/node/make-room.ts';
import { admitted, advance, beginEnding, type PodScene, podDue, rejected } from '../core/node/pod-life.ts';
import type { Cause } from '../core/node/pod-record.ts';
import { podStatus, resumed } from '../core/node/pod-status.ts';
import { isCritical, type Tenant, tenantOf } from '../core/node/tenant.ts';
import type { Settings } from '../core/profile.ts';
import type { KubeApi, Log } from '../ports.ts';
import type { Machine, Resident } from './machine.ts';
import { containerEffects, podScene, podSeed, podSubject, type SceneSources } from './pod-scenes.ts';
import { type PodReport, StatusWriter } from './status-writer.ts';
import { TimerQueue } from './timer-queue.ts';

export interface RunnerOptions extends SceneSources {
  readonly api: KubeApi;
  readonly log: Log;
  readonly settings: Settings;
}

const PREEMPTED = 'Preempted in order to admit critical pod';
const PREEMPTION = 'Pod was preempted by Kubelet to accommodate a critical pod';
const YIELDED = 'Evicted to make room for a DaemonSet pod';

export class PodRunner {
  readonly writer: StatusWriter;
  readonly #options: RunnerOptions;
  readonly #residents = new Map<string, Resident>();
  readonly #timers: TimerQueue<string>;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#timers = new TimerQueue(options.clock, (uid) => this.#due(uid));
    this.writer = new StatusWriter(options, (uid) => this.#report(uid));
  }

  get size(): number {
    return this.#residents.size;
  }

  resident(uid: string): Resident | undefined {
    return this.#residents.get(uid);
  }

  /** A pod bound to this node is there or has changed. */
  pod(machine: Machine, pod: Pod): void {
    if (!machine.isOn) return;
    const uid = pod.metadata.uid ?? '';
    const resident = this.#residents.get(uid) ?? this.#takeIn(machine, pod);
    if (!resident) return;
    const changedGates = (pod.spec.readinessGates?.length ?? 0) > 0 && resident.pod !== pod;
    resident.pod = pod;
    if (pod.metadata.deletionTimestamp !== undefined) this.#toldToEnd(resident, pod);
    else if (changedGates) this.#step(resident);
  }

  /** The object is gone. */
  removed(uid: string): void {
    const resident = this.#residents.get(uid);
    if (!resident || resident.manifest) return;
    this.#free(resident);
  }

  /** A static pod of a machine; it runs whether the API shows its mirror or not. */
  runStatic(machine: Machine, pod: Pod): Resident | undefined {
    const known = this.#residents.get(pod.metadata.uid ?? '');
    return known ?? this.#takeIn(machine, pod, pod);
  }

  /** The node is gone: so is what it ran. */
  forget(machine: Machine): void {
    for (const resident of [...machine.residents.values()]) this.#free(resident);
  }

  /** Writes every status of a node anew: after silence, the API may think otherwise of its pods. */
  reportAll(machine: Machine): void {
    for (const resident of machine.residents.values()) {
      this.#schedule(resident);
      this.writer.mark(resident.uid);
    }
  }

  /** Ends a pod for good and leaves it Failed. */
  evict(resident: Resident, cause: Cause, grace: number): void {
    resident.life = beginEnding(resident.life, cause, { ...this.#scene(resident), grace });
    this.#step(resident);
  }

  stop(): void {
    this.#timers.stop();
    this.writer.stop();
  }

  #takeIn(machine: Machine, pod: Pod, manifest?: Pod): Resident | undefined {
    const { clock, recorder } = this.#options;
    const now = clock.now();
    const tenant = tenantOf(pod);
    const before = manifest
      ? undefined
      : resumed(pod, {
          now,
          seed: podSeed(pod, this.#options),
          effects: (container) => containerEffects({ machine, pod, container }, this.#options),
        });
    if (before) {
      machine.keepAddress(pod.spec.hostNetwork ? undefined : before.ip);
      const resident = this.#settle({ machine, uid: tenant.uid, tenant, pod, life: before });
      // Containers that had not begun have no due time of their own.
      if (!before.outcome && pod.metadata.deletionTimestamp === undefined) this.#step(resident);
      return resident;
    }
    if (pod.metadata.deletionTimestamp !== undefined)
      return this.#settle({ machine, uid: tenant.uid, tenant, pod, life: admitted(pod, undefined, now) });
    const refused = manifest ? undefined : this.#admit(machine, pod, tenant);
    if (refused) {
      recorder.record({
        type: 'Warning',
        reason: refused.reason,
        message: refused.message,
        subject: podSubject(pod),
        component: 'kubelet',
        host: machine.name,
      });
      const message = `Pod was rejected: ${refused.message}`;
      const resident = this.#settle({
        machine,
        uid: tenant.uid,
        tenant,
        pod,
        life: rejected(pod, { reason: refused.reason, message }, now),
      });
      this.writer.mark(resident.uid);
      return resident;
    }
    const life = admitted(pod, machine.takeAddress(pod), now);
    const resident = this.#settle({ machine, uid: tenant.uid, tenant, pod, life, ...(manifest ? { manifest } : {}) });
    this.#step(resident, true);
    return resident;
  }

  /** Admits, making room where the profile or the pod's rank says so. */
  #admit(machine: Machine, pod: Pod, tenant: Tenant): Refusal | undefined {
    const scene = machine.scene();
    const refused = refusal(pod, tenant, scene);
    if (!refused?.shortages) return refused;
    if (this.#options.settings.saturatedNode === 'evict' && tenant.isDaemon) {
      this.#makeRoom(machine, yieldTo(scene.tenants, refused.shortages), {
        kind: 'evict',
        reason: 'Evicted',
        message: YIELDED,
        disruption: YIELDED,
      });
      return undefined;
    }
    if (!isCritical(tenant)) return refused;
    const victims = preempt(tenant, scene.tenants, refused.shortages);
    if (!victims) return { reason: 'UnexpectedAdmissionError', message: noVictims(refused.shortages) };
    this.#makeRoom(machine, victims, { kind: 'evict', reason: 'Preempting', message: PREEMPTED, disruption: PREEMPTION });
    return undefined;
  }

  #makeRoom(machine: Machine, victims: readonly Tenant[], cause: Cause & { reason: string; message: string }): void {
    for (const { uid } of victims) {
      const victim = machine.residents.get(uid);
      if (!victim) continue;
      const { reason, message } = cause;
      this.#options.recorder.record({
        type: 'Warning',
        reason,
        message,
        subject: podSubject(victim.pod),
        component: 'kubelet',
        host: machine.name,
      });
      this.evict(victim, cause, 0);
    }
  }

  #toldToEnd(resident: Resident, pod: Pod): void {
    if (resident.manifest) return;
    if (!resident.life.outcome) {
      const grace = pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
      const before = resident.life;
      resident.life = beginEnding(before, { kind: 'delete' }, { ...this.#scene(resident), grace });
      if (resident.life !== before) this.#step(resident);
    } else if (!resident.removing) this.writer.mark(resident.uid);
  }

  #settle(resident: Resident): Resident {
    this.#residents.set(resident.uid, resident);
    resident.machine.residents.set(resident.uid, resident);
    this.#schedule(resident);
    return resident;
  }

  #free(resident: Resident): void {
    const { machine, uid, pod, life } = resident;
    this.#residents.delete(uid);
    machine.residents.delete(uid);
    this.#timers.set(uid, undefined);
    if (!pod.spec.hostNetwork) machine.freeAddress(life.ip);
    for (const { name } of [...life.init, ...life.main]) this.#options.logs.forget(`${uid}/${name}`);
  }

  #due(uid: string): void {
    const resident = this.#residents.get(uid);
    if (resident?.machine.isOn) this.#step(resident);
  }

  #step(resident: Resident, report = false): void {
    const before = resident.life;
    resident.life = advance(before, this.#scene(resident));
    this.#schedule(resident);
    if (report || resident.life !== before || resident.life.outcome) this.writer.mark(resident.uid);
  }

  #schedule(resident: Resident): void {
    this.#timers.set(resident.uid, podDue(resident.life));
  }

  #report(uid: string): PodReport | undefined {
    const resident = this.#residents.get(uid);
    if (!resident?.machine.isOn || (resident.manifest && !resident.mirrored)) return undefined;
    const { pod, life, machine } = resident;
    const { name = '', namespace } = pod.metadata;
    const remove = life.outcome !== undefined && pod.metadata.deletionTimestamp !== undefined && !resident.manifest;
    if (remove) resident.removing = true;
    return { key: { namespace, name }, uid: pod.metadata.uid ?? '', status: podStatus(life, pod, machine.ip), remove };
  }

  #scene(resident: Resident): PodScene {
    return podScene(resident, this.#options);
  }
}
