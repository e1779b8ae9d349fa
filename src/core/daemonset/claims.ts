/** Whose a pod or revision is: adoption and release, decided from owner references and the selector (upstream controller_ref_manager). */
import type { Labels } from '../kube/labels.ts';
import type { KubeObject, OwnerReference } from '../kube/objects.ts';

/**
 * `owned`: ours and it matches. `adopting`: an orphan that matches, to be taken. `releasing`: ours by reference, but it no
 * longer matches, to be let go. `none`: not ours to look at.
 */
export type Claim = 'owned' | 'adopting' | 'releasing' | 'none';

export interface Claimant {
  readonly uid: string;
  readonly deleting: boolean;
  selects(labels: Labels | undefined): boolean;
}

/** The reference with `controller: true`, `undefined` where there is none. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true);
}

/** What the claimant has to do with the object. A claimant that is being deleted neither adopts nor releases. */
export function claimOf(object: KubeObject, claimant: Claimant): Claim {
  const { labels, deletionTimestamp } = object.metadata;
  const owner = controllerOf(object);
  if (owner) {
    if (owner.uid !== claimant.uid) return 'none';
    if (claimant.selects(labels)) return 'owned';
    return claimant.deleting ? 'none' : 'releasing';
  }
  if (claimant.deleting || deletionTimestamp || !claimant.selects(labels)) return 'none';
  return 'adopting';
}
