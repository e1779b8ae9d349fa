/** Writes the history a decision asks for: new, renumbered and surplus ControllerRevisions. */
import { ApiError } from '../core/api/api-error.ts';
import type { Action, RevisionRef } from '../core/daemonset/decision.ts';
import type { ControllerRevision } from '../core/kube/objects.ts';
import { CONTROLLERREVISIONS } from '../core/kube/resource.ts';
import { liveDaemonSet, namespaceOf, type Pass, refusedWith, send } from './pass.ts';

export type HistoryAction = Extract<
  Action,
  { kind: 'create-revision' | 'renumber-revision' | 'raise-collision-count' | 'delete-revision' }
>;

/** One after the other: each may make the next wrong. Any failure fails the pass. */
export async function writeHistory(pass: Pass, actions: readonly HistoryAction[]): Promise<void> {
  for (const action of actions) {
    if (action.kind === 'create-revision') await create(pass, action.revision);
    else if (action.kind === 'renumber-revision') await renumber(pass, action.revision, action.number);
    else if (action.kind === 'raise-collision-count') await mayRaiseCollisionCount(pass);
    else await remove(pass, action.revision);
  }
}

/** The name is made of the template's hash: where it is taken, the one that has it is either what we want or a collision. */
async function create(pass: Pass, revision: ControllerRevision): Promise<void> {
  const { name = '', namespace } = revision.metadata;
  try {
    pass.fleet.setRevision(await send(pass, 'create-revision', (api) => api.create(CONTROLLERREVISIONS, revision)));
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error;
    const existing = await send(pass, 'get-revision', (api) =>
      api.get<ControllerRevision>(CONTROLLERREVISIONS, { namespace, name }),
    );
    pass.fleet.setRevision(existing);
    const stillWanted = pass.fleet.history.actions.some(
      (action) => action.kind === 'create-revision' && action.revision.metadata.name === name,
    );
    if (stillWanted) pass.fleet.revisionNameTaken(name);
    throw error;
  }
}

async function renumber(pass: Pass, { name, uid }: RevisionRef, revision: number): Promise<void> {
  const key = { namespace: namespaceOf(pass), name };
  const body = { metadata: { uid }, revision };
  const patched = await send(pass, 'renumber-revision', (api) =>
    api.patch<ControllerRevision>(CONTROLLERREVISIONS, key, { type: 'application/merge-patch+json', body }),
  );
  pass.fleet.setRevision(patched);
}

/** The new count itself travels with the status. Raising it on a stale view would skip hashes for nothing. */
async function mayRaiseCollisionCount(pass: Pass): Promise<void> {
  const live = await liveDaemonSet(pass);
  const known = pass.daemonSet.status?.collisionCount ?? 0;
  const there = live.status?.collisionCount ?? 0;
  if (there !== known) {
    throw new Error(
      `found a stale collision count (${there}, expected ${known}) of DaemonSet ${pass.daemonSet.metadata.name} while processing a hash collision`,
    );
  }
}

async function remove(pass: Pass, { name, uid }: RevisionRef): Promise<void> {
  const key = { namespace: namespaceOf(pass), name };
  try {
    await send(pass, 'delete-revision', (api) => api.delete(CONTROLLERREVISIONS, key, { preconditions: { uid } }));
  } catch (error) {
    if (!refusedWith(error, 404, 409)) throw error;
  }
  pass.fleet.removeRevision(uid);
}
