/** POST onto the store. */
import { ApiError } from '../../core/api/api-error.ts';
import { type Created, create } from '../../core/api/rest/create.ts';
import { alreadyExists, generatedNameTaken } from '../../core/api/rest/errors.ts';
import type { WriteOptions } from '../../core/api/rest/write-options.ts';
import type { KubeObject } from '../../core/kube/objects.ts';
import { keyOf, served, storable } from '../registry.ts';
import { type Scope, writeRequest } from './scope.ts';

/** How often a generated name is drawn anew while it is taken (upstream `maxNameGenerationCreateAttempts`). */
const ATTEMPTS = 8;

/**
 * Creates what `decode` gives: a private copy, made anew for each attempt. Resolves when it is durable, with the object as it
 * is stored (with the one that would be, on a dry run).
 */
export async function createObject(scope: Scope, decode: () => KubeObject, options: WriteOptions): Promise<KubeObject> {
  for (let attempt = 1; ; attempt++) {
    const created = create(scope.kind, decode(), writeRequest(scope, options));
    const retry = created.generated && attempt < ATTEMPTS;
    try {
      return await store(scope, created, options.dryRun);
    } catch (error) {
      if (!(retry && error instanceof ApiError && error.reason === 'AlreadyExists')) throw error;
    }
  }
}

async function store({ parts, kind, namespace }: Scope, created: Created, dryRun: boolean): Promise<KubeObject> {
  const { object, generated } = created;
  const name = object.metadata.name ?? '';
  const entry = await parts.store.write(keyOf(kind, namespace, name), (current) => {
    if (current) {
      if (generated) throw generatedNameTaken(kind, name);
      throw alreadyExists(kind, name, current.metadata.deletionTimestamp !== undefined);
    }
    return dryRun ? { keep: true } : { put: storable(kind, object) };
  });
  return entry ? served(kind, entry.value) : object;
}
