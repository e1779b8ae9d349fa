/** Adopts, releases and labels what a decision says is, or is no longer, the DaemonSet's (upstream `controller_ref_manager.go`). */
import type { Action, PodRef, RevisionRef } from '../core/daemonset/decision.ts';
import type { ControllerRevision, KubeObject, Pod } from '../core/kube/objects.ts';
import { CONTROLLERREVISIONS, PODS, type ResourceRef } from '../core/kube/resource.ts';
import type { Patch } from '../ports.ts';
import { allOf, liveDaemonSet, namespaceOf, type Pass, refusedWith, send } from './pass.ts';

export type Claim = Extract<
  Action,
  { kind: 'adopt-pod' | 'release-pod' | 'relabel-pod' | 'label-revision' | 'adopt-revision' | 'release-revision' }
>;

/**
 * Every patch carries the object's UID, which the API refuses to change: it can never hit a namesake. Before the first adoption
 * the DaemonSet is read past the cache: one that is being deleted must not adopt. Any failure fails the pass.
 */
export async function claimAll(pass: Pass, claims: readonly Claim[]): Promise<void> {
  if (claims.some(({ kind }) => kind === 'adopt-pod' || kind === 'adopt-revision')) await mayAdopt(pass);
  await allOf(claims.map((claim) => claimOne(pass, claim)));
}

function claimOne(pass: Pass, claim: Claim): Promise<void> {
  switch (claim.kind) {
    case 'adopt-pod':
      return patchPod(pass, claim.pod, {
        kind: claim.kind,
        metadata: { ownerReferences: [ownerReference(pass)] },
        tolerate: [404],
      });
    case 'release-pod':
      return patchPod(pass, claim.pod, { kind: claim.kind, metadata: releasing(pass), tolerate: [404, 422] });
    case 'relabel-pod':
      return patchPod(pass, claim.pod, {
        kind: claim.kind,
        metadata: { labels: { 'controller-revision-hash': claim.hash } },
        tolerate: [404],
      });
    case 'label-revision':
      return patchRevision(pass, claim.revision, {
        kind: claim.kind,
        metadata: { labels: { 'controller-revision-hash': claim.hash } },
        tolerate: [404],
      });
    case 'adopt-revision':
      return patchRevision(pass, claim.revision, {
        kind: claim.kind,
        metadata: { ownerReferences: [ownerReference(pass)] },
        tolerate: [404],
      });
    case 'release-revision':
      return patchRevision(pass, claim.revision, { kind: claim.kind, metadata: releasing(pass), tolerate: [404, 422] });
  }
}

interface Change {
  readonly kind: string;
  readonly metadata: Record<string, unknown>;
  /** Answers that mean that the object is gone, or no longer what it was: the watch will tell. */
  readonly tolerate: readonly number[];
}

async function patchPod(pass: Pass, ref: PodRef, change: Change): Promise<void> {
  const pod = await patch<Pod>(pass, { ref: PODS, ...ref }, change);
  if (!pod) pass.fleet.removePod(ref.uid);
  // A pod whose end the watch has shown meanwhile must not come back by this answer.
  else if (pass.fleet.pods.get(ref.uid)) pass.fleet.setPod(pod);
}

async function patchRevision(pass: Pass, ref: RevisionRef, change: Change): Promise<void> {
  const revision = await patch<ControllerRevision>(
    pass,
    { ref: CONTROLLERREVISIONS, namespace: namespaceOf(pass), ...ref },
    change,
  );
  if (revision) pass.fleet.setRevision(revision);
  else pass.fleet.removeRevision(ref.uid);
}

/** `undefined` where the object is gone. */
async function patch<T extends KubeObject>(
  pass: Pass,
  { ref, namespace, name, uid }: { ref: ResourceRef; namespace: string; name: string; uid: string },
  { kind, metadata, tolerate }: Change,
): Promise<T | undefined> {
  const body: Patch = { type: 'application/strategic-merge-patch+json', body: { metadata: { ...metadata, uid } } };
  try {
    return await send(pass, kind, (api) => api.patch<T>(ref, { namespace, name }, body));
  } catch (error) {
    if (refusedWith(error, ...tolerate)) return undefined;
    throw error;
  }
}

async function mayAdopt(pass: Pass): Promise<void> {
  const { name, uid } = pass.daemonSet.metadata;
  const { metadata } = await liveDaemonSet(pass);
  const which = `${namespaceOf(pass)}/${name}`;
  if (metadata.uid !== uid) throw new Error(`original DaemonSet ${which} is gone: got uid ${metadata.uid}, wanted ${uid}`);
  if (metadata.deletionTimestamp) throw new Error(`DaemonSet ${which} has just been deleted at ${metadata.deletionTimestamp}`);
}

function ownerReference({ daemonSet }: Pass) {
  const { name, uid } = daemonSet.metadata;
  return { apiVersion: 'apps/v1', kind: 'DaemonSet', name, uid, controller: true, blockOwnerDeletion: true };
}

function releasing({ daemonSet }: Pass) {
  return { ownerReferences: [{ $patch: 'delete', uid: daemonSet.metadata.uid }] };
}
