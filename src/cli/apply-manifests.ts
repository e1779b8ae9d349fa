/** Applies manifests through a `KubeApi`: creates what is missing, applies what is there. */
import { ApiError } from '../core/api/api-error.ts';
import type { Kind } from '../core/api/kind.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import type { ResourceRef } from '../core/kube/resource.ts';
import type { KubeApi } from '../ports.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { kindOf } from './manifest-check.ts';
import type { Manifest } from './manifest-files.ts';

/** The manager that owns what `up -f` writes. */
const MANAGER = 'everynode-up';

export interface Applied {
  readonly ref: ResourceRef;
  readonly object: KubeObject;
  readonly outcome: 'created' | 'configured' | 'unchanged';
}

/** Manifests that `checkManifests` passed, one after the other in the order of the files. Throws `CommandError` that names the manifest where the API refuses. */
export async function applyManifests(
  api: KubeApi,
  kinds: readonly Kind[],
  { manifests, report }: { manifests: readonly Manifest[]; report(applied: Applied): void },
): Promise<void> {
  for (const manifest of manifests) {
    const kind = kindOf(kinds, manifest);
    if (!kind) throw new Error(`${manifest.where}: unchecked manifest of unknown kind ${manifest.object.kind}`);
    report(await applyOne(api, kind, manifest));
  }
}

async function applyOne(api: KubeApi, kind: Kind, { where, object }: Manifest): Promise<Applied> {
  const ref = { group: kind.group, version: kind.version, resource: kind.plural };
  const { namespace, ...metadata } = object.metadata;
  const wanted = { ...object, metadata: { ...metadata, ...(kind.namespaced ? { namespace: namespace ?? 'default' } : {}) } };
  try {
    return { ref, object: await api.create(ref, wanted, { fieldManager: MANAGER }), outcome: 'created' };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.reason !== 'AlreadyExists') throw refused(where, object, error);
  }
  const key = { namespace: wanted.metadata.namespace, name: wanted.metadata.name ?? '' };
  try {
    const before = await api.get(ref, key);
    const after = await api.patch(
      ref,
      key,
      { type: 'application/strategic-merge-patch+json', body: wanted },
      { fieldManager: MANAGER },
    );
    const same = after.metadata.resourceVersion === before.metadata.resourceVersion;
    return { ref, object: after, outcome: same ? 'unchanged' : 'configured' };
  } catch (error) {
    throw error instanceof ApiError ? refused(where, object, error) : error;
  }
}

function refused(where: string, object: KubeObject, error: ApiError): CommandError {
  return new CommandError(`${where}: ${object.kind} ${object.metadata.name ?? ''}: ${error.message}`, EXIT.failed);
}
