/** DELETE onto the store: one object, or a collection. */
import type { Status } from '../../core/api/api-error.ts';
import type { Kind } from '../../core/api/kind.ts';
import type { RemoveOptions } from '../../core/api/rest/delete-options.ts';
import { notFound, qualifiedResource } from '../../core/api/rest/errors.ts';
import { type Removal, remove } from '../../core/api/rest/remove.ts';
import { removeNamespace } from '../../core/api/rest/remove-namespace.ts';
import { returnsDeletedObject } from '../../core/api/rest/write-rules.ts';
import type { KubeObject } from '../../core/kube/objects.ts';
import { keyOf, served, storable } from '../registry.ts';
import { type Scope, writeContext } from './scope.ts';

/** A DELETE's result: the object as it was written or removed, and whether it is gone. */
export interface Removed {
  readonly object: KubeObject;
  readonly gone: boolean;
}

/** Deletes one object. Throws 404, 409 and what the kind refuses. Resolves when the change is durable. */
export async function removeObject(scope: Scope, name: string, options: RemoveOptions): Promise<Removed> {
  const { parts, kind, namespace } = scope;
  const key = keyOf(kind, namespace, name);
  const context = writeContext(scope, options.dryRun);
  const decide = qualifiedResource(kind) === 'namespaces' ? removeNamespace : remove;
  const decided: { removal?: Removal } = {};
  const first = parts.store.write(key, (stored) => {
    if (!stored) throw notFound(kind, name);
    const removal = decide(kind, served(kind, stored), options, context);
    decided.removal = removal;
    if (options.dryRun) return { keep: true };
    if (removal.put) return { put: storable(kind, removal.put) };
    return removal.remove ? { remove: stored } : { keep: true };
  });
  const twofold = !options.dryRun && decided.removal?.put !== undefined && decided.removal.remove;
  const [entry] = await Promise.all([first, twofold ? removeNow(scope, key) : undefined]);
  const removal = decided.removal!;
  const written = entry && !options.dryRun && removal.put;
  return { object: written ? served(kind, entry.value) : removal.object, gone: removal.remove };
}

/** The wire answer of a DELETE: the object where it lingers or the kind returns it, a `Status` otherwise. */
export function removalAnswer(kind: Kind, name: string, { object, gone }: Removed): KubeObject | Status {
  if (!gone || returnsDeletedObject(kind)) return object;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name,
      ...(kind.group === '' ? {} : { group: kind.group }),
      kind: kind.plural,
      uid: object.metadata.uid ?? '',
    },
  };
}

/** The second half of a DELETE whose marking was written a moment ago, in the same turn. */
async function removeNow({ parts }: Scope, key: string): Promise<void> {
  await parts.store.write(key, (stored) => (stored ? { remove: stored } : { keep: true }));
}
