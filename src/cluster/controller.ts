/** What the small controllers have in common: their world, and how they stop. */
import type { KubeObject } from '../core/kube/objects.ts';
import type { ResourceRef } from '../core/kube/resource.ts';
import type { Clock, KubeApi, Log, Random } from '../ports.ts';
import type { EventRecorder } from './event-recorder.ts';
import type { Mirrors } from './mirror.ts';

/** A kind as garbage collection and namespace deletion need it; `Kind` of core/api fits. */
export interface ServedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  /** Kinds with one storage show the same objects. */
  readonly storage?: { readonly name: string };
}

export interface ControllerWorld {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly mirrors: Mirrors;
  readonly recorder: EventRecorder;
  /** Everything the API serves. */
  readonly kinds: readonly ServedKind[];
  /** PEM of the cluster's CA, for `kube-root-ca.crt`. */
  readonly rootCa: string;
}

export interface RunningController {
  stop(): void;
}

/** A kind's resource. */
export function refOf({ group, version, plural }: ServedKind): ResourceRef {
  return { group, version, resource: plural };
}

/** Kinds whose objects can be listed, watched and deleted, each stored object under one name only; events aside. */
export function deletableKinds(kinds: readonly ServedKind[]): ServedKind[] {
  const seen = new Set<string>();
  return kinds.filter((kind) => {
    const storage = kind.storage?.name ?? `${kind.group}/${kind.plural}`;
    const usable = ['list', 'watch', 'delete'].every((verb) => kind.verbs.includes(verb)) && !seen.has(storage);
    if (usable) seen.add(storage);
    return usable;
  });
}

/** Runs `look` now and every `period` milliseconds, one at a time; failures are logged. */
export function every(world: { clock: Clock; log: Log }, period: number, look: () => void | Promise<void>): RunningController {
  let cancel = () => {};
  let stopped = false;
  const run = async () => {
    try {
      await look();
    } catch (error) {
      world.log.warn('controller pass failed', { error: error instanceof Error ? error.message : String(error) });
    }
    if (!stopped) cancel = world.clock.at(world.clock.now() + period, () => void run());
  };
  void run();
  return {
    stop() {
      stopped = true;
      cancel();
    },
  };
}

/** An object's name and namespace as a key. */
export function objectKey({ metadata }: KubeObject): { namespace?: string; name: string } {
  const name = metadata.name ?? '';
  return metadata.namespace === undefined ? { name } : { namespace: metadata.namespace, name };
}
