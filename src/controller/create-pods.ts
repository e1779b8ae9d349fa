/** Creates the pods of a decision in growing batches (upstream `slowStartBatch`). */
import { ApiError } from '../core/api/api-error.ts';
import type { Action } from '../core/daemonset/decision.ts';
import { slowStart } from '../core/daemonset/slow-start.ts';
import { PODS } from '../core/kube/resource.ts';
import { allOf, type Pass, PassOver, refusedWith, send } from './pass.ts';

type CreatePod = Extract<Action, { kind: 'create-pod' }>;

/**
 * Batches of 1, 2, 4, 8 …; the first with a failure is the last. Each create is expected in the fleet before it is sent, and its
 * answer, good or bad, goes there before anything else happens. A name that is taken is no failure: the fleet tries another.
 */
export async function createPods(pass: Pass, creates: readonly CreatePod[]): Promise<void> {
  let from = 0;
  for (const size of slowStart(creates.length)) {
    await allOf(creates.slice(from, from + size).map((action) => createPod(pass, action)));
    from += size;
  }
}

async function createPod(pass: Pass, { node, pod }: CreatePod): Promise<void> {
  const { fleet, clock, events, daemonSet, log } = pass;
  if (pass.over()) throw new PassOver();
  fleet.expectCreate(node, clock.now());
  try {
    const created = await send(pass, 'create-pod', (api) => api.create(PODS, pod));
    fleet.created(created, clock.now());
    events.record(daemonSet, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${created.metadata.name}` });
  } catch (error) {
    const nameTaken = error instanceof ApiError && error.reason === 'AlreadyExists';
    fleet.createFailed(node, clock.now(), { nameTaken });
    if (nameTaken) return log.debug('the name of a daemon pod is taken', { node, pod: pod.metadata.name });
    if (!namespaceTerminating(error)) {
      events.record(daemonSet, { type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${messageOf(error)}` });
    }
    throw error;
  }
}

/** The namespace is going away, and the DaemonSet with it: no event is worth writing there (none could be). */
function namespaceTerminating(error: unknown): boolean {
  if (!refusedWith(error, 403)) return false;
  const causes = (error as ApiError).status.details?.causes ?? [];
  return causes.some(({ reason }) => reason === 'NamespaceTerminating');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
