/** Static pods of the simulated nodes and their mirrors in the API: made, made again when deleted, replaced when the manifest changed. */
import { ApiError } from '../core/api/api-error.ts';
import type { Pod } from '../core/kube/objects.ts';
import { PODS } from '../core/kube/resource.ts';
import { MIRROR, mirrorPod, mirrors, type StaticManifest, staticPod } from '../core/node/static-pods.ts';
import type { Clock, KubeApi, Log } from '../ports.ts';
import type { Machine, Resident } from './machine.ts';
import type { PodRunner } from './pod-runner.ts';
import { WorkQueue } from './work-queue.ts';

export class StaticPodRunner {
  readonly #residents = new Map<string, Resident>();
  readonly #api: KubeApi;
  readonly #clock: Clock;
  readonly #runner: PodRunner;
  readonly #work: WorkQueue;

  constructor(world: { api: KubeApi; clock: Clock; log: Log }, runner: PodRunner) {
    this.#api = world.api;
    this.#clock = world.clock;
    this.#runner = runner;
    this.#work = new WorkQueue({ ...world, workers: 4, delay: 1000, work: (key) => this.#mirror(key) });
  }

  /** Starts a machine's manifests; no API is needed for that. */
  start(machine: Machine, manifests: readonly StaticManifest[]): void {
    for (const manifest of manifests) {
      const pod = staticPod(manifest, machine.name, this.#clock.now());
      const resident = this.#runner.runStatic(machine, pod);
      if (!resident) continue;
      const key = `${pod.metadata.namespace}/${pod.metadata.name}`;
      this.#residents.set(key, resident);
      this.#work.add(key);
    }
  }

  /** Whether an API pod is a mirror; if it is one of ours, it is taken note of. */
  sees(pod: Pod): boolean {
    if (pod.metadata.annotations?.[MIRROR] === undefined) return false;
    const key = `${pod.metadata.namespace}/${pod.metadata.name}`;
    const resident = this.#residents.get(key);
    if (!resident) return true;
    const wasMirrored = resident.mirrored;
    resident.pod = pod;
    resident.mirrored =
      pod.metadata.deletionTimestamp === undefined && resident.manifest !== undefined && mirrors(pod, resident.manifest);
    if (!resident.mirrored) this.#work.add(key);
    else if (!wasMirrored) this.#runner.writer.mark(resident.uid);
    return true;
  }

  /** A pod is gone from the API; a mirror of ours comes back. */
  lost(pod: Pod): void {
    const key = `${pod.metadata.namespace}/${pod.metadata.name}`;
    const resident = this.#residents.get(key);
    if (!resident) return;
    resident.mirrored = false;
    if (resident.manifest) resident.pod = resident.manifest;
    this.#work.add(key);
  }

  forget(machine: Machine): void {
    for (const [key, resident] of this.#residents) if (resident.machine === machine) this.#residents.delete(key);
  }

  stop(): void {
    this.#work.stop();
  }

  async #mirror(key: string): Promise<undefined> {
    const resident = this.#residents.get(key);
    if (!resident?.manifest || !resident.machine.isOn || resident.mirrored) return;
    const { pod, manifest, machine } = resident;
    const { namespace, name = '', uid } = pod.metadata;
    if (pod !== manifest) {
      const preconditions = uid === undefined ? {} : { preconditions: { uid } };
      await this.#api.delete(PODS, { namespace, name }, { gracePeriodSeconds: 0, ...preconditions }).catch(ignoreGone);
      return;
    }
    try {
      await this.#api.create(PODS, mirrorPod(manifest, machine.node), { fieldManager: 'kubelet' });
    } catch (error) {
      // A mirror from before: the watch shows it.
      if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error;
    }
  }
}

function ignoreGone(error: unknown): void {
  if (!(error instanceof ApiError && (error.code === 404 || error.code === 409))) throw error;
}
