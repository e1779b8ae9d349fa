/** Writes a DaemonSet's status (upstream `updateDaemonSetStatus`). */
import type { DaemonSet, DaemonSetStatus } from '../core/kube/objects.ts';
import { DAEMONSETS } from '../core/kube/resource.ts';
import { liveDaemonSet, type Pass, refusedWith, send } from './pass.ts';

/** On a conflict once more over a fresh copy. Answers with the DaemonSet as written, `undefined` where it is gone. */
export async function writeStatus(pass: Pass, status: DaemonSetStatus): Promise<DaemonSet | undefined> {
  try {
    return await put(pass, pass.daemonSet, status);
  } catch (error) {
    if (refusedWith(error, 404)) return undefined;
    if (!refusedWith(error, 409)) throw error;
  }
  const fresh = await liveDaemonSet(pass).catch((error: unknown) => {
    if (refusedWith(error, 404)) return undefined;
    throw error;
  });
  if (!fresh || fresh.metadata.uid !== pass.daemonSet.metadata.uid) return undefined;
  return put(pass, fresh, status);
}

async function put(pass: Pass, over: DaemonSet, status: DaemonSetStatus): Promise<DaemonSet> {
  const body: DaemonSet = { ...over, apiVersion: 'apps/v1', kind: 'DaemonSet', status };
  const written = await send(pass, 'update-status', (api) => api.update(DAEMONSETS, body, { subresource: 'status' }));
  pass.metrics.statusWrites++;
  return written;
}
