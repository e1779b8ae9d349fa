/**
 * What the API knows of one kind. A kind is data: one file in `kinds/` fills this in, and everything that serves it
 * (REST verbs, discovery, tables, OpenAPI, garbage collection) reads it from here.
 */
import type { KubeObject } from '../kube/objects.ts';
import type { ObjectKey, ResourceRef } from '../kube/resource.ts';
import type { Instant } from '../kube/time.ts';
import type { Cause } from './api-error.ts';

export interface UserInfo {
  name: string;
  uid?: string;
  groups: string[];
  extra?: Record<string, string[]>;
}

/** Everything from outside that preparing a write may depend on. */
export interface WriteContext {
  readonly now: Instant;
  readonly user: UserInfo;
  readonly namespace: string | undefined;
  readonly dryRun: boolean;
  /** A fresh UUID. */
  uid(): string;
  /** Five characters of upstream's name alphabet. */
  suffix(): string;
  /** The stored object, accepted writes included; `undefined` where there is none. */
  lookup(ref: ResourceRef, key: ObjectKey): KubeObject | undefined;
  /** All stored objects of a resource, of every namespace, in key order (for the default PriorityClass, addresses of Services and the like). */
  lookupAll(ref: ResourceRef): readonly KubeObject[];
  /** Collects `Warning:` headers. */
  warn(text: string): void;
}

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/** One column of the Table form. `cell` returns a string, a number, or `null`. */
export interface Column<T extends KubeObject = KubeObject> {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description: string;
  /** 0 is always shown, 1 only with `-o wide`. */
  readonly priority: 0 | 1;
  cell(object: T, now: Instant): string | number | boolean | null;
}

/** `/status`-like: writes only a part of the object. */
export interface PartialSubresource<T extends KubeObject = KubeObject> {
  readonly name: string;
  readonly kind?: { group: string; version: string; kind: string };
  readonly verbs: readonly Verb[];
  /** Makes `next` keep everything of `old` that this subresource may not change. Mutates `next`. */
  prepareUpdate?(next: T, old: T, context: WriteContext): void;
  validateUpdate?(next: T, old: T, context: WriteContext): Cause[];
  /** Paths (as in `fieldsV1`, e.g. `f:spec`) whose ownership this subresource never takes. */
  readonly resetFields?: readonly string[];
  /**
   * `connect`-like subresources (`log`, `binding`, `eviction`, `token`, …) are listed here for discovery and OpenAPI,
   * and answered by the server through its own table of handlers.
   */
  readonly connect?: boolean;
}

/** Reads a selectable field. A method's type, so that a `Kind` of any object fits where `Kind` is asked for. */
export type FieldReader<T extends KubeObject> = { read(object: T): string }['read'];

export interface Kind<T extends KubeObject = KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  readonly subresources: readonly PartialSubresource<T>[];
  /** Name of its definition in the generated schema, e.g. `io.k8s.api.apps.v1.DaemonSet`. */
  readonly schema: string;
  /**
   * Where objects are kept, `group/plural` of the storage form. Two kinds with one storage convert with
   * `toStorage` / `fromStorage` (events of both groups).
   */
  readonly storage?: { readonly name: string; toStorage(object: T): KubeObject; fromStorage(object: KubeObject): T };
  /** Fills defaults in. The object is a private copy: mutate it. Runs on every decoded body and on every patched result. */
  defaults?(object: T): void;
  /** Clears what a client may not set and sets what the server does (`generation` 1, `status` dropped). Mutates. */
  prepareCreate?(object: T, context: WriteContext): void;
  /** Admission: may look other objects up, mutate, warn, or throw an `ApiError` (403). Runs after `prepareCreate`, before validation. */
  admitCreate?(object: T, context: WriteContext): void;
  validateCreate(object: T, context: WriteContext): Cause[];
  /** Keeps what may not change (`status`, counters), raises `metadata.generation` when the spec differs. Mutates `next`. */
  prepareUpdate?(next: T, old: T, context: WriteContext): void;
  admitUpdate?(next: T, old: T, context: WriteContext): void;
  validateUpdate(next: T, old: T, context: WriteContext): Cause[];
  /** `fieldsV1` paths the main resource never owns (`f:status`). */
  readonly resetFields?: readonly string[];
  /** Sent as a `Warning:` with every answer about a deprecated kind. */
  readonly deprecation?: string;
  /** How a metadata.name is checked; the default is a DNS-1123 subdomain. Returns messages. */
  nameProblems?(name: string, prefix: boolean): string[];
  /** Seconds of grace a DELETE gives, `0` for at once; absent means the kind does not delete gracefully. */
  grace?(object: T, requested: number | undefined): number;
  /** What a DELETE without `propagationPolicy` does; the default is `Background`. */
  readonly defaultPropagation?: 'Background' | 'Orphan';
  /** Throws an `ApiError` where the object may not be deleted. */
  beforeDelete?(object: T, context: WriteContext): void;
  /** Selectable fields besides `metadata.name` and `metadata.namespace`. */
  readonly fields?: Readonly<Record<string, FieldReader<T>>>;
  readonly columns: readonly Column<T>[];
}
