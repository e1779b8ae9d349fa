/** Server-side apply: from a configuration and the stored object to the outcome (upstream `handlers/patch.go`, applyPatcher). */
import type { KubeObject } from '../../kube/objects.ts';
import type { Kind, PartialSubresource } from '../kind.ts';
import { applyConfiguration } from '../managed-fields/apply.ts';
import { create } from './create.ts';
import { conflict, notFound } from './errors.ts';
import { matchName, matchNamespace } from './identity.ts';
import type { Outcome } from './outcome.ts';
import { ownership } from './ownership.ts';
import type { WriteRequest } from './request.ts';
import { update } from './update.ts';

/** One apply. */
export interface Applying {
  readonly kind: Kind;
  readonly subresource?: PartialSubresource | undefined;
  readonly name: string;
  /** The stored object, which stays as it is; absent: it is created. */
  readonly old: KubeObject | undefined;
  /** The parsed body. */
  readonly config: unknown;
  readonly request: WriteRequest;
}

/** Decides an apply. Throws what applying, the checks of a write, or admission refuse. */
export function applyObject(applying: Applying): Outcome & { readonly created: boolean } {
  const { kind, subresource, name, old, config, request } = applying;
  if (!old && subresource) throw notFound(kind, name);
  const by = { ...ownership(kind, subresource, request), kind: kind.kind, force: request.options.force };
  const { object } = applyConfiguration(old, config, by);
  matchName(object, name);
  if (!old) return { ...created(applying, object), created: true };
  matchNamespace(kind, object, old.metadata.namespace);
  kind.defaults?.(object);
  return { ...update({ kind, subresource, next: object, old, request, owned: true }), created: false };
}

function created({ kind, name, request }: Applying, object: KubeObject): Outcome {
  const { uid } = object.metadata;
  if (uid) throw conflict(kind, name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`);
  const made = create(kind, object, request, { owned: true }).object;
  return { change: { put: made }, answer: made };
}
