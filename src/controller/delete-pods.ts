/** Deletes the pods of a decision side by side. */
import type { Action } from '../core/daemonset/decision.ts';
import { PODS } from '../core/kube/resource.ts';
import { allOf, type Pass, PassOver, refusedWith, send } from './pass.ts';

type DeletePod = Extract<Action, { kind: 'delete-pod' }>;

/** Each delete is for one UID, so a namesake that came meanwhile is safe; a pod that is gone already is a success. */
export function deletePods(pass: Pass, deletes: readonly DeletePod[]): Promise<void> {
  return allOf(deletes.map((action) => deletePod(pass, action)));
}

async function deletePod(pass: Pass, { pod }: DeletePod): Promise<void> {
  const { fleet, clock, events, daemonSet } = pass;
  if (pass.over()) throw new PassOver();
  fleet.expectDelete(pod.uid, clock.now());
  try {
    await send(pass, 'delete-pod', (api) => api.delete(PODS, pod, { preconditions: { uid: pod.uid } }));
    events.record(daemonSet, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.name}` });
  } catch (error) {
    // 409: the name belongs to another UID by now.
    if (refusedWith(error, 404, 409)) {
      fleet.removePod(pod.uid);
      return;
    }
    fleet.deleteFailed(pod.uid);
    const message = `Error deleting: ${error instanceof Error ? error.message : String(error)}`;
    events.record(daemonSet, { type: 'Warning', reason: 'FailedDelete', message });
    throw error;
  }
}
