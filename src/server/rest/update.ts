/** PUT and PATCH onto the store. */
import type { PartialSubresource } from '../../core/api/kind.ts';
import { create } from '../../core/api/rest/create.ts';
import { notFound } from '../../core/api/rest/errors.ts';
import { matchName, matchNamespace } from '../../core/api/rest/identity.ts';
import type { Outcome } from '../../core/api/rest/outcome.ts';
import { checkUid, update } from '../../core/api/rest/update.ts';
import type { WriteOptions } from '../../core/api/rest/write-options.ts';
import { createdByPut } from '../../core/api/rest/write-rules.ts';
import type { KubeObject } from '../../core/kube/objects.ts';
import { keyOf, served, storable } from '../registry.ts';
import { type Scope, writeRequest } from './scope.ts';

/** Which object of a scope is written, and through which subresource. */
export interface Aim {
  readonly name: string;
  readonly subresource?: PartialSubresource | undefined;
}

/** What a write answers with, and whether it made the object. */
export interface Written {
  readonly object: KubeObject;
  readonly created: boolean;
}

/** Decides a write from the served form of the current object, with no side effects. */
export type Decide = (current: KubeObject | undefined) => Outcome & { readonly created?: boolean };

/** Runs `decide` atomically on one object. On a dry run nothing is written. */
export async function writeObject(scope: Scope, name: string, dryRun: boolean, decide: Decide): Promise<Written> {
  const { parts, kind, namespace } = scope;
  let outcome: ReturnType<Decide> | undefined;
  const entry = await parts.store.write(keyOf(kind, namespace, name), (stored) => {
    outcome = decide(stored && served(kind, stored));
    const { change } = outcome;
    if (dryRun || 'keep' in change) return { keep: true };
    return 'put' in change ? { put: storable(kind, change.put) } : { remove: stored! };
  });
  const { answer, change, created = false } = outcome!;
  const durable = entry && !dryRun && 'put' in change;
  return { object: durable ? served(kind, entry.value) : answer, created };
}

/** PUT of `body`, a decoded private copy. Throws 400, 404, 409, 422. */
export function updateObject(scope: Scope, aim: Aim, body: KubeObject, options: WriteOptions): Promise<Written> {
  const { kind, namespace } = scope;
  matchName(body, aim.name);
  matchNamespace(kind, body, namespace);
  const request = writeRequest(scope, options);
  return writeObject(scope, aim.name, options.dryRun, (old) => {
    if (!old) {
      if (!createdByPut(kind) || aim.subresource) throw notFound(kind, aim.name);
      const { object } = create(kind, body, request);
      return { change: { put: object }, answer: object, created: true };
    }
    checkUid(kind, body, old);
    kind.defaults?.(body);
    return update({ kind, subresource: aim.subresource, next: body, old, request });
  });
}
