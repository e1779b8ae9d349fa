/** Where and for whom one request runs: the server's parts, the kind, the namespace, the user. */
import type { Kind, UserInfo, WriteContext } from '../../core/api/kind.ts';
import type { WriteRequest } from '../../core/api/rest/request.ts';
import type { WriteOptions } from '../../core/api/rest/write-options.ts';
import { NAME_ALPHABET } from '../../core/kube/names.ts';
import type { KubeObject } from '../../core/kube/objects.ts';
import type { ObjectKey, ResourceRef } from '../../core/kube/resource.ts';
import type { Clock, Log, Random, Revision, Store } from '../../ports.ts';
import { keyOf, prefixOf, type Registry, served } from '../registry.ts';

/** The parts every request works with. */
export interface Parts {
  readonly store: Store;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Reads of the past and watches over HTTP do not go behind this revision: the one at which a new cluster was ready. */
  readonly oldest: Revision;
}

/** One request's place. */
export interface Scope {
  readonly parts: Parts;
  readonly kind: Kind;
  /** `undefined` on cluster-scoped kinds, and for all namespaces. */
  readonly namespace: string | undefined;
  readonly user: UserInfo;
  /** Whose fields a write sets when the options name nobody. */
  readonly agent: string;
  /** Collects a `Warning:` header. */
  warn(text: string): void;
}

const SUFFIX_LENGTH = 5;

/** The pure verbs' view of a write in `scope`. */
export function writeRequest(scope: Scope, options: WriteOptions): WriteRequest {
  return { context: writeContext(scope, options.dryRun), options, manager: options.fieldManager ?? scope.agent };
}

/** A `WriteContext` for `scope`. */
export function writeContext(scope: Scope, dryRun: boolean): WriteContext {
  const { parts, user, namespace } = scope;
  return {
    now: parts.clock.now(),
    user,
    namespace,
    dryRun,
    uid: () => parts.random.uuid(),
    suffix: () => suffix(parts.random),
    lookup: (ref, key) => lookup(parts, ref, key),
    lookupAll: (ref) => lookupAll(parts, ref),
    warn: scope.warn,
  };
}

/** The newest accepted value at `key`, durable or not. */
export function peek(store: Store, key: string): KubeObject | undefined {
  let found: KubeObject | undefined;
  void store
    .write(key, (current) => {
      found = current;
      return { keep: true };
    })
    .catch(() => undefined);
  return found;
}

function lookup(parts: Parts, ref: ResourceRef, key: ObjectKey): KubeObject | undefined {
  const kind = parts.registry.find(ref);
  if (!kind) return undefined;
  const stored = peek(parts.store, keyOf(kind, key.namespace, key.name));
  return stored && served(kind, stored);
}

function lookupAll(parts: Parts, ref: ResourceRef): KubeObject[] {
  const kind = parts.registry.find(ref);
  return kind ? parts.store.list(prefixOf(kind)).map((entry) => served(kind, entry.value)) : [];
}

function suffix(random: Random): string {
  let text = '';
  for (let i = 0; i < SUFFIX_LENGTH; i++) text += NAME_ALPHABET[Math.floor(random.next() * NAME_ALPHABET.length)];
  return text;
}
