/** The ports: what the shell offers and the rest of the program may ask of it. Interfaces only. */
import type { KubeList, KubeObject } from './core/kube/objects.ts';
import type { ObjectKey, ResourceRef } from './core/kube/resource.ts';
import type { Instant } from './core/kube/time.ts';

export interface Clock {
  now(): Instant;
  /** Runs `fn` once, at or soon after `at`. The returned function cancels it. */
  at(at: Instant, fn: () => void): () => void;
}

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  uuid(): string;
}

export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

export interface ListOptions {
  /** Absent means all namespaces. */
  namespace?: string | undefined;
  labelSelector?: string;
  fieldSelector?: string;
  limit?: number;
  continue?: string;
  resourceVersion?: string;
}

export interface WatchEvent<T extends KubeObject = KubeObject> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  object: T;
}

export interface WatchOptions {
  namespace?: string | undefined;
  labelSelector?: string;
  fieldSelector?: string;
  /** Events after this revision. */
  resourceVersion: string;
}

/** Receives a watch. Batches keep the order of revisions; after `closed` nothing more comes. */
export interface WatchSink<T extends KubeObject = KubeObject> {
  events(batch: readonly WatchEvent<T>[]): void;
  /** The stream ended: without an error by the server's timeout, with one otherwise (`ApiError` of code 410 when the revision is gone). */
  closed(error?: Error): void;
}

export interface WriteOptions {
  fieldManager?: string;
  dryRun?: boolean;
  /** `status`, `binding`, … */
  subresource?: string;
}

export type PatchType =
  | 'application/json-patch+json'
  | 'application/merge-patch+json'
  | 'application/strategic-merge-patch+json'
  | 'application/apply-patch+yaml';

export interface Patch {
  type: PatchType;
  body: unknown;
}

export interface DeleteOptions {
  gracePeriodSeconds?: number;
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  preconditions?: { uid?: string; resourceVersion?: string };
}

/**
 * A Kubernetes API as its callers see it: raw JSON in, raw JSON out. Objects that come back are immutable:
 * whoever wants to change one copies it first. Every refusal is an `ApiError`.
 */
export interface KubeApi {
  get<T extends KubeObject>(ref: ResourceRef, key: ObjectKey): Promise<T>;
  list<T extends KubeObject>(ref: ResourceRef, options?: ListOptions): Promise<KubeList<T>>;
  /** Starts at once; the returned function stops it, after which the sink hears nothing more. */
  watch<T extends KubeObject>(ref: ResourceRef, options: WatchOptions, sink: WatchSink<T>): () => void;
  create<T extends KubeObject>(ref: ResourceRef, object: T, options?: WriteOptions): Promise<T>;
  /** PUT; optimistic when `metadata.resourceVersion` is set. */
  update<T extends KubeObject>(ref: ResourceRef, object: T, options?: WriteOptions): Promise<T>;
  patch<T extends KubeObject>(ref: ResourceRef, key: ObjectKey, patch: Patch, options?: WriteOptions): Promise<T>;
  /** Answers with the object where it lingers (grace, finalizers), with a `Status` otherwise. */
  delete(ref: ResourceRef, key: ObjectKey, options?: DeleteOptions): Promise<KubeObject>;
}

/** What is asked of a container's log. */
export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  /** Absent where the pod has only one. */
  readonly container?: string;
  readonly previous: boolean;
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  readonly sinceSeconds?: number;
  /** RFC 3339. */
  readonly sinceTime?: string;
}

/** A log, or the refusal with its HTTP status. */
export interface LogAnswer {
  readonly status: number;
  readonly body: string | AsyncIterable<string>;
}

/** Whoever keeps the logs of the pods' containers. Throws `ApiError` to refuse. */
export type LogSource = (request: LogRequest) => Promise<LogAnswer>;

/** The cluster-wide counter: every durable write takes the next one. */
export type Revision = number;

/** One stored object: an immutable value with its serialised bytes, both carrying `metadata.resourceVersion`. */
export interface Entry {
  readonly key: string;
  readonly revision: Revision;
  readonly value: KubeObject;
  /** UTF-8 JSON of `value`. */
  readonly bytes: Buffer;
}

export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** The state after the event; for DELETED the last state, stamped with the revision of the deletion. */
  readonly entry: Entry;
  /** The state before, absent for ADDED: selectors need it to tell that an object left a watch. */
  readonly previous?: Entry;
}

/** What a write makes of the current value. `keep` writes nothing. */
export type Change = { put: KubeObject } | { remove: KubeObject } | { keep: true };

/**
 * A durable, ordered, watchable map. Keys are `<storage>/<namespace>/<name>` or `<storage>/<name>`.
 * A promise of `write` resolves only when the change is durable; readers and watchers see it at that same moment.
 */
export interface Store {
  /** The newest durable revision. */
  readonly revision: Revision;
  /** Watches can start after this revision; older ones are refused with `ApiError` 410. */
  readonly compacted: Revision;
  get(key: string): Entry | undefined;
  /** Durable entries whose key starts with `prefix`, in key order. */
  list(prefix: string): Entry[];
  /** The same, as it stood at `at`; `ApiError` 410 when that is compacted. */
  listAt(prefix: string, at: Revision): Entry[];
  /**
   * Changes one key atomically. `change` runs once, synchronously, against the newest value (accepted writes that are
   * not durable yet included) and with the revision the write will get; what it throws rejects the promise and nothing is written.
   */
  write(key: string, change: (current: KubeObject | undefined, revision: Revision) => Change): Promise<Entry | undefined>;
  /** Delivers every event after `after` with a key under `prefix`, first the past ones, then live, batched per commit. */
  watch(prefix: string, after: Revision, sink: (batch: readonly StoreEvent[], revision: Revision) => void): () => void;
  close(): Promise<void>;
}
