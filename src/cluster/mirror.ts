/** A kind's objects kept up to date by list and watch over any `KubeApi`: resumes where it was, lists anew after 410, backs off on errors. */
import { ApiError } from '../core/api/api-error.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import type { ResourceRef } from '../core/kube/resource.ts';
import type { Clock, KubeApi, Log, Random, WatchEvent } from '../ports.ts';

/** What a mirror needs of the world. */
export interface MirrorWorld {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Hears of changes; objects are immutable. `old` is the state before, absent for a new object. */
export interface MirrorListener<T extends KubeObject> {
  changed?(object: T, old: T | undefined): void;
  removed?(object: T): void;
}

const BACKOFF = { first: 800, last: 30_000 } as const;

/** `namespace/name`, or the name alone for cluster-scoped kinds. */
export function keyOf({ metadata }: KubeObject): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : (metadata.name ?? '');
}

export class Mirror<T extends KubeObject = KubeObject> {
  readonly ref: ResourceRef;
  /** Resolves after the first complete list has been told to the listeners. */
  readonly synced: Promise<void>;
  readonly #world: MirrorWorld;
  readonly #objects = new Map<string, T>();
  readonly #listeners: MirrorListener<T>[] = [];
  #sayState: { resolve(): void; done: boolean };
  #stopWatch: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;
  #failures = 0;
  #stopped = false;

  constructor(ref: ResourceRef, world: MirrorWorld) {
    this.ref = ref;
    this.#world = world;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.synced = promise;
    this.#sayState = { resolve, done: false };
    void this.#list();
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  values(): MapIterator<T> {
    return this.#objects.values();
  }

  get size(): number {
    return this.#objects.size;
  }

  /** Whether the first list is in. */
  get hasSynced(): boolean {
    return this.#sayState.done;
  }

  /** Adds a listener; it hears of every object that is there already. */
  listen(listener: MirrorListener<T>): void {
    this.#listeners.push(listener);
    for (const object of this.#objects.values()) listener.changed?.(object, undefined);
  }

  stop(): void {
    this.#stopped = true;
    this.#stopWatch?.();
    this.#cancelRetry?.();
    this.#listeners.length = 0;
  }

  async #list(): Promise<void> {
    try {
      const list = await this.#world.api.list<T>(this.ref, { resourceVersion: '0' });
      if (this.#stopped) return;
      this.#failures = 0;
      const seen = new Set<string>();
      for (const object of list.items) {
        seen.add(keyOf(object));
        this.#put(object);
      }
      for (const [key, object] of this.#objects) if (!seen.has(key)) this.#drop(key, object);
      if (!this.#sayState.done) {
        this.#sayState.done = true;
        this.#sayState.resolve();
      }
      this.#watch(list.metadata.resourceVersion ?? '');
    } catch (error) {
      this.#retry(error, () => void this.#list());
    }
  }

  #watch(from: string): void {
    if (this.#stopped) return;
    let version = from;
    this.#stopWatch = this.#world.api.watch<T>(
      this.ref,
      { resourceVersion: from },
      {
        events: (batch: readonly WatchEvent<T>[]) => {
          if (this.#stopped) return;
          this.#failures = 0;
          for (const { type, object } of batch) {
            version = object.metadata.resourceVersion ?? version;
            if (type === 'DELETED') this.#drop(keyOf(object), object);
            else if (type !== 'BOOKMARK') this.#put(object);
          }
        },
        closed: (error?: Error) => {
          if (this.#stopped) return;
          if (!error) this.#retry(undefined, () => this.#watch(version));
          else if (error instanceof ApiError && error.code === 410) void this.#list();
          else this.#retry(error, () => this.#watch(version));
        },
      },
    );
  }

  #retry(error: unknown, again: () => void): void {
    if (this.#stopped) return;
    const { clock, random, log } = this.#world;
    if (error !== undefined)
      log.warn('list or watch failed', {
        resource: this.ref.resource,
        error: error instanceof Error ? error.message : String(error),
      });
    const base = error === undefined && this.#failures === 0 ? 0 : Math.min(BACKOFF.last, BACKOFF.first * 2 ** this.#failures);
    this.#failures++;
    this.#cancelRetry = clock.at(clock.now() + Math.round(base * (0.5 + random.next())), again);
  }

  #put(object: T): void {
    const key = keyOf(object);
    const old = this.#objects.get(key);
    if (old && old.metadata.resourceVersion === object.metadata.resourceVersion && old.metadata.uid === object.metadata.uid)
      return;
    // The same name with another UID: the old one went unseen.
    if (old && old.metadata.uid !== object.metadata.uid) this.#drop(key, old);
    this.#objects.set(key, object);
    const before = old?.metadata.uid === object.metadata.uid ? old : undefined;
    for (const listener of this.#listeners) listener.changed?.(object, before);
  }

  #drop(key: string, object: T): void {
    const known = this.#objects.get(key);
    if (!known) return;
    this.#objects.delete(key);
    for (const listener of this.#listeners) listener.removed?.(object);
  }
}

/** One mirror per resource, shared by everyone who asks. */
export class Mirrors {
  readonly #world: MirrorWorld;
  readonly #mirrors = new Map<string, Mirror>();

  constructor(world: MirrorWorld) {
    this.#world = world;
  }

  of<T extends KubeObject = KubeObject>(ref: ResourceRef): Mirror<T> {
    const key = `${ref.group}/${ref.version}/${ref.resource}`;
    const mirror = this.#mirrors.get(key) ?? new Mirror(ref, this.#world);
    this.#mirrors.set(key, mirror);
    return mirror as unknown as Mirror<T>;
  }

  stop(): void {
    for (const mirror of this.#mirrors.values()) mirror.stop();
    this.#mirrors.clear();
  }
}
