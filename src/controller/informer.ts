/**
 * Keeps a consumer in step with one resource over any `KubeApi`: list, watch, resume. It outlives every failure: an interrupted
 * watch is resumed where it stopped, an expired one is healed by listing again and telling the differences.
 */
import { ApiError } from '../core/api/api-error.ts';
import type { KubeList, KubeObject } from '../core/kube/objects.ts';
import type { ResourceRef } from '../core/kube/resource.ts';
import type { Instant } from '../core/kube/time.ts';
import type { Clock, KubeApi, Log, Random, WatchEvent } from '../ports.ts';
import { Backoff, WATCH_BACKOFF } from './backoff.ts';

/** Hears every change once, in order. An object replaced by a namesake is heard as deleted, then as new. */
export interface InformerSink<T extends KubeObject> {
  changed(object: T, previous: T | undefined): void;
  /** The last known state; what vanished while the watch was away is heard too. */
  deleted(object: T): void;
  /** The first list has been handed over completely. Called once. */
  synced(): void;
}

export interface InformerOptions {
  api: KubeApi;
  ref: ResourceRef;
  clock: Clock;
  random: Random;
  log: Log;
  selection?: { namespace?: string; labelSelector?: string; fieldSelector?: string };
}

/** A watch that lasted less and brought nothing counts as failed, though the server ended it without an error. */
const SHORT_WATCH = 1_000;

/** Starts at once; the returned function stops it, after which the sink hears nothing more. */
export function startInformer<T extends KubeObject>(options: InformerOptions, sink: InformerSink<T>): () => void {
  const informer = new Informer(options, sink);
  informer.relist();
  return () => informer.stop();
}

class Informer<T extends KubeObject> {
  readonly #options: InformerOptions;
  readonly #sink: InformerSink<T>;
  readonly #known = new Map<string, T>();
  readonly #backoff = new Backoff(WATCH_BACKOFF);
  #revision = '';
  #synced = false;
  #stopped = false;
  #cancel = (): void => {};

  constructor(options: InformerOptions, sink: InformerSink<T>) {
    this.#options = options;
    this.#sink = sink;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  relist(): void {
    const { api, ref, selection } = this.#options;
    api.list<T>(ref, selection).then(
      (list) => {
        if (this.#stopped) return;
        this.#replace(list);
        this.#watch();
      },
      (error) => this.#later('list', error, () => this.relist()),
    );
  }

  #watch(): void {
    const { api, ref, selection, clock } = this.#options;
    const since = clock.now();
    let heard = false;
    this.#cancel = api.watch<T>(
      ref,
      { ...selection, resourceVersion: this.#revision },
      {
        events: (batch) => {
          heard ||= batch.length > 0;
          for (const event of batch) if (!this.#stopped) this.#apply(event);
        },
        closed: (error) => {
          if (!this.#stopped) this.#resume(error, { since, heard });
        },
      },
    );
  }

  #resume(error: Error | undefined, watch: { since: Instant; heard: boolean }): void {
    const short = !watch.heard && this.#options.clock.now() - watch.since < SHORT_WATCH;
    // Gone, or a server that knows less than we do (restored from a backup): only a list tells where things stand.
    const lost = error instanceof ApiError && ![429, 500, 503].includes(error.code);
    const again = lost ? () => this.relist() : () => this.#watch();
    if (!short && (error === undefined || (lost && error.code === 410))) again();
    else this.#later('watch', error ?? new Error('the watch ended at once'), again);
  }

  #later(what: string, error: unknown, again: () => void): void {
    if (this.#stopped) return;
    const { clock, random, log, ref } = this.#options;
    const now = clock.now();
    const wait = this.#backoff.next(now, random.next());
    log.warn(`${what} failed, trying again`, { resource: ref.resource, wait: Math.round(wait), error: String(error) });
    this.#cancel = clock.at(now + wait, again);
  }

  #replace(list: KubeList<T>): void {
    const gone = new Map(this.#known);
    for (const object of list.items) {
      gone.delete(keyOf(object));
      this.#put(object);
    }
    for (const object of gone.values()) this.#drop(object);
    this.#revision = list.metadata.resourceVersion ?? '';
    if (this.#synced) return;
    this.#synced = true;
    this.#sink.synced();
  }

  #apply({ type, object }: WatchEvent<T>): void {
    this.#revision = object.metadata.resourceVersion ?? this.#revision;
    if (type === 'DELETED') this.#drop(object);
    else if (type !== 'BOOKMARK') this.#put(object);
  }

  #put(object: T): void {
    const key = keyOf(object);
    let previous = this.#known.get(key);
    if (previous && previous.metadata.resourceVersion === object.metadata.resourceVersion) return;
    if (previous && previous.metadata.uid !== object.metadata.uid) {
      this.#sink.deleted(previous);
      previous = undefined;
    }
    this.#known.set(key, object);
    this.#sink.changed(object, previous);
  }

  #drop(object: T): void {
    if (this.#known.delete(keyOf(object))) this.#sink.deleted(object);
  }
}

function keyOf({ metadata }: KubeObject): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : (metadata.name ?? '');
}
