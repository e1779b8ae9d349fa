/** `KubeApi` straight onto the REST pipeline: no HTTP, no JSON. Objects that come out are the stored, immutable ones. */
import type { Kind, UserInfo } from '../core/api/kind.ts';
import { readPatchValue } from '../core/api/patch/apply-patch.ts';
import { DEFAULT_REMOVE_OPTIONS } from '../core/api/rest/delete-options.ts';
import { methodNotAllowed, noSuchResource, unsupportedPatchType } from '../core/api/rest/errors.ts';
import { parseResourceVersion, type ReadOptions } from '../core/api/rest/list-options.ts';
import { isClassicPatch } from '../core/api/rest/patch.ts';
import { compileSelection } from '../core/api/rest/selection.ts';
import { type WriteOptions as CheckedOptions, DEFAULT_WRITE_OPTIONS } from '../core/api/rest/write-options.ts';
import { decodeValue } from '../core/api/schema/body.ts';
import type { KubeList, KubeObject } from '../core/kube/objects.ts';
import { apiVersionOf, type ObjectKey, type ResourceRef } from '../core/kube/resource.ts';
import type {
  DeleteOptions,
  KubeApi,
  ListOptions,
  Patch,
  StoreEvent,
  WatchEvent,
  WatchOptions,
  WatchSink,
  WriteOptions,
} from '../ports.ts';
import type { Services } from './http/answer.ts';
import { listKind } from './http/shapes.ts';
import { prefixOf, served } from './registry.ts';
import { createObject } from './rest/create.ts';
import { listEntries, readEntry } from './rest/list.ts';
import { patchStored } from './rest/patch.ts';
import { removalAnswer, removeObject } from './rest/remove.ts';
import type { Scope } from './rest/scope.ts';
import { type Aim, updateObject } from './rest/update.ts';
import { seenEvent } from './watch-events.ts';

/** On whose behalf, and under which manager name. */
export interface Caller {
  readonly user: UserInfo;
  readonly agent: string;
}

/** A `KubeApi` on `services` for one caller. It may do everything: access is checked for requests over HTTP only. */
export function localApi(services: Services, caller: Caller): KubeApi {
  return new LocalApi(services, caller);
}

class LocalApi implements KubeApi {
  readonly #services: Services;
  readonly #caller: Caller;

  constructor(services: Services, caller: Caller) {
    this.#services = services;
    this.#caller = caller;
  }

  async get<T extends KubeObject>(ref: ResourceRef, { namespace, name }: ObjectKey): Promise<T> {
    const scope = this.#scope(ref, namespace);
    return served(scope.kind, readEntry(scope, name).value) as T;
  }

  async list<T extends KubeObject>(ref: ResourceRef, options: ListOptions = {}): Promise<KubeList<T>> {
    const scope = this.#scope(ref, options.namespace);
    const page = listEntries(scope, readOptions(options));
    return {
      kind: listKind(scope.kind),
      apiVersion: apiVersionOf(scope.kind),
      metadata: {
        resourceVersion: String(page.revision),
        ...(page.continue === undefined ? {} : { continue: page.continue }),
        ...(page.remaining === undefined ? {} : { remainingItemCount: page.remaining }),
      },
      items: page.entries.map((entry) => served(scope.kind, entry.value) as T),
    };
  }

  watch<T extends KubeObject>(ref: ResourceRef, options: WatchOptions, sink: WatchSink<T>): () => void {
    let stop: () => void = () => undefined;
    let stopped = false;
    try {
      stop = this.#follow(ref, options, sink);
    } catch (error) {
      queueMicrotask(() => {
        if (!stopped) sink.closed(error as Error);
      });
    }
    return () => {
      stopped = true;
      stop();
    };
  }

  async create<T extends KubeObject>(ref: ResourceRef, object: T, options: WriteOptions = {}): Promise<T> {
    const scope = this.#scope(ref, object.metadata.namespace);
    const checked = writeOptions(options);
    if (options.subresource !== undefined) return this.#post(scope, object, { ...checked, subresource: options.subresource });
    const virtual = this.#services.handlers.get(scope.kind.plural);
    if (virtual) return this.#post(scope, object, { ...checked, subresource: undefined });
    return (await createObject(scope, () => decoded(scope.kind, object), checked)) as T;
  }

  async update<T extends KubeObject>(ref: ResourceRef, object: T, options: WriteOptions = {}): Promise<T> {
    const { namespace, name = '' } = object.metadata;
    const scope = this.#scope(ref, namespace);
    const aim = aimOf(scope.kind, name, options);
    const written = await updateObject(scope, aim, decoded(scope.kind, object), writeOptions(options));
    return written.object as T;
  }

  async patch<T extends KubeObject>(ref: ResourceRef, key: ObjectKey, patch: Patch, options: WriteOptions = {}): Promise<T> {
    const scope = this.#scope(ref, key.namespace);
    if (!isClassicPatch(patch.type)) throw unsupportedPatchType();
    const aim = aimOf(scope.kind, key.name, options);
    const written = await patchStored(scope, aim, readPatchValue(patch.type, patch.body), writeOptions(options));
    return written.object as T;
  }

  async delete(ref: ResourceRef, { namespace, name }: ObjectKey, options: DeleteOptions = {}): Promise<KubeObject> {
    const scope = this.#scope(ref, namespace);
    const removed = await removeObject(scope, name, { ...DEFAULT_REMOVE_OPTIONS, ...options });
    return removalAnswer(scope.kind, name, removed) as KubeObject;
  }

  #scope(ref: ResourceRef, namespace: string | undefined): Scope {
    const kind = this.#services.registry.find(ref);
    if (!kind) throw noSuchResource();
    return {
      parts: this.#services,
      kind,
      namespace: kind.namespaced ? namespace : undefined,
      user: this.#caller.user,
      agent: this.#caller.agent,
      warn: () => undefined,
    };
  }

  #follow<T extends KubeObject>(ref: ResourceRef, options: WatchOptions, sink: WatchSink<T>): () => void {
    const { kind } = this.#scope(ref, options.namespace);
    const selection = compileSelection(kind, options.labelSelector ?? '', options.fieldSelector ?? '');
    const after = parseResourceVersion(options.resourceVersion);
    return this.#services.store.watch(prefixOf(kind, options.namespace), after, (batch: readonly StoreEvent[]) => {
      const events: WatchEvent<T>[] = [];
      for (const event of batch) {
        const seen = seenEvent(kind, selection, event);
        if (seen) events.push({ type: seen.type, object: served(kind, seen.state.value) as T });
      }
      if (events.length > 0) sink.events(events);
    });
  }

  async #post<T extends KubeObject>(
    scope: Scope,
    object: T,
    options: CheckedOptions & { subresource: string | undefined },
  ): Promise<T> {
    const { plural } = scope.kind;
    const handler = this.#services.handlers.get(options.subresource === undefined ? plural : `${plural}/${options.subresource}`);
    if (!handler) throw methodNotAllowed();
    const body = decodeValue(object, handler.target, { mode: 'Ignore' }).object;
    const answer = await handler.handle({ scope, name: object.metadata.name ?? '', body, options });
    return answer.object as T;
  }
}

function decoded(kind: Kind, object: KubeObject): KubeObject {
  return decodeValue(object, kind, { mode: 'Ignore' }).object;
}

function aimOf(kind: Kind, name: string, options: WriteOptions): Aim {
  if (options.subresource === undefined) return { name };
  const subresource = kind.subresources.find((one) => one.name === options.subresource);
  if (!subresource) throw noSuchResource();
  return { name, subresource };
}

function writeOptions({ dryRun = false, fieldManager }: WriteOptions): CheckedOptions {
  return { ...DEFAULT_WRITE_OPTIONS, dryRun, fieldManager, fieldValidation: 'Ignore' };
}

function readOptions(options: ListOptions): ReadOptions {
  return {
    labelSelector: options.labelSelector ?? '',
    fieldSelector: options.fieldSelector ?? '',
    watch: false,
    allowWatchBookmarks: false,
    resourceVersion: options.resourceVersion ?? '',
    resourceVersionMatch: '',
    timeoutSeconds: undefined,
    limit: options.limit ?? 0,
    continue: options.continue ?? '',
    sendInitialEvents: undefined,
  };
}
