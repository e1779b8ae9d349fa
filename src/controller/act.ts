/** Carries a decision out, in the order that keeps every intermediate state safe. */
import type { Action, Decision } from '../core/daemonset/decision.ts';
import type { DaemonSet } from '../core/kube/objects.ts';
import { type Claim, claimAll } from './adoption.ts';
import { createPods } from './create-pods.ts';
import { deletePods } from './delete-pods.ts';
import { type Pass, PassOver } from './pass.ts';
import { type HistoryAction, writeHistory } from './revisions.ts';
import { writeStatus } from './write-status.ts';

/**
 * Claims, then history, creates, deletes, surplus revisions, and the status, which is written even where something before it failed.
 * Answers with the DaemonSet as its status was written. Throws the first failure; what did not happen is decided anew.
 */
export async function act(pass: Pass, decision: Decision): Promise<DaemonSet | undefined> {
  for (const { type, because } of decision.notices)
    pass.events.record(pass.daemonSet, { type, reason: because.code, message: because.message });
  const failure = await carryOut(pass, decision.actions).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (failure?.error instanceof PassOver) throw failure.error;
  const collision = failure !== undefined && decision.actions.some(({ kind }) => kind === 'raise-collision-count');
  const written = decision.statusChanged && !collision ? await writeStatus(pass, decision.status) : undefined;
  if (failure) throw failure.error;
  return written;
}

async function carryOut(pass: Pass, actions: readonly Action[]): Promise<void> {
  const of = <K extends Action['kind']>(...kinds: K[]) =>
    actions.filter((action): action is Extract<Action, { kind: K }> => (kinds as string[]).includes(action.kind));
  const claims: Claim[] = of('adopt-pod', 'release-pod', 'relabel-pod', 'adopt-revision', 'label-revision', 'release-revision');
  const history: HistoryAction[] = of('create-revision', 'renumber-revision', 'raise-collision-count');
  await claimAll(pass, claims);
  await writeHistory(pass, history);
  const creating = await settled(createPods(pass, of('create-pod')));
  const deleting = await settled(deletePods(pass, of('delete-pod')));
  for (const { error } of [creating, deleting]) if (error !== undefined) throw error;
  await writeHistory(pass, of('delete-revision'));
}

/** Deletes go on though creates failed, as upstream's do; only the end of the pass ends both. */
async function settled(step: Promise<void>): Promise<{ error?: unknown }> {
  try {
    await step;
    return {};
  } catch (error) {
    return { error };
  }
}
