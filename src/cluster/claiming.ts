/** Takes matching objects that nobody controls, and lets go what no longer matches (upstream `controller_ref_manager.go`). */
import { ApiError } from '../core/api/api-error.ts';
import { claimOf } from '../core/daemonset/claims.ts';
import type { KubeObject, LabelSelector, OwnerReference } from '../core/kube/objects.ts';
import type { ResourceRef } from '../core/kube/resource.ts';
import { covers } from '../core/workloads/selection.ts';
import type { KubeApi } from '../ports.ts';
import { objectKey } from './controller.ts';

export interface Claimant {
  readonly owner: KubeObject & { readonly spec: { readonly selector?: LabelSelector } };
  readonly ownerRef: ResourceRef;
  /** What it writes into the objects it adopts. */
  readonly reference: OwnerReference;
}

/** Those of `candidates` that are the claimant's, adopted ones among them. Throws where a claim fails. */
export async function claimAll<T extends KubeObject>(
  api: KubeApi,
  { ref, candidates }: { ref: ResourceRef; candidates: Iterable<T> },
  claimant: Claimant,
): Promise<T[]> {
  const { owner, reference } = claimant;
  const { uid = '', deletionTimestamp } = owner.metadata;
  const judge = { uid, deleting: deletionTimestamp !== undefined, selects: selects(owner.spec.selector) };
  const mine: T[] = [];
  let mayAdopt = false;
  for (const object of candidates) {
    const claim = claimOf(object, judge);
    if (claim === 'owned') mine.push(object);
    else if (claim === 'adopting') {
      if (!mayAdopt) await checkLive(api, claimant);
      mayAdopt = true;
      const adopted = await patchOwners(api, { ref, object }, [reference]);
      if (adopted) mine.push(adopted);
    } else if (claim === 'releasing') await patchOwners(api, { ref, object }, [{ $patch: 'delete', uid }]);
  }
  return mine;
}

function selects(selector: LabelSelector | undefined) {
  return (labels: Record<string, string> | undefined) => covers(selector, labels);
}

/** `undefined` where the object is gone. The UID in the patch keeps it from hitting a namesake. */
async function patchOwners<T extends KubeObject>(
  api: KubeApi,
  { ref, object }: { ref: ResourceRef; object: T },
  ownerReferences: readonly unknown[],
): Promise<T | undefined> {
  const body = { metadata: { ownerReferences, uid: object.metadata.uid } };
  try {
    return await api.patch<T>(ref, objectKey(object), { type: 'application/strategic-merge-patch+json', body });
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return undefined;
    throw error;
  }
}

/** One that is being deleted must not adopt, whatever the mirror still says. */
async function checkLive(api: KubeApi, { owner, ownerRef }: Claimant): Promise<void> {
  const { metadata } = await api.get(ownerRef, objectKey(owner));
  const which = `${owner.metadata.namespace}/${owner.metadata.name}`;
  if (metadata.uid !== owner.metadata.uid)
    throw new Error(`original ${owner.kind} ${which} is gone: got uid ${metadata.uid}, wanted ${owner.metadata.uid}`);
  if (metadata.deletionTimestamp) throw new Error(`${which} has just been deleted at ${metadata.deletionTimestamp}`);
}
