/** One step of strategy `Recreate`: all old pods go, then the new ones come (upstream `recreate.go`). */
import type { Pod } from '../../kube/objects.ts';
import { isTerminal } from '../../kube/pod-state.ts';
import { replicasOf } from '../objects.ts';
import { wanting } from './draft.ts';
import type { Sets } from './sets.ts';

/** Returns whether the step ends here: something was scaled down, or old pods still run, deleted ones included. */
export function recreate(sets: Sets, podsOf: (replicaSetUid: string) => Iterable<Pod>): boolean {
  let scaled = false;
  for (const draft of wanting(sets.old)) scaled = sets.scale(draft, 0) || scaled;
  if (scaled || oldPodsRun(sets, podsOf)) return true;
  const current = sets.current ?? sets.create();
  sets.scale(current, replicasOf(sets.deployment));
  return false;
}

function oldPodsRun({ old }: Sets, podsOf: (replicaSetUid: string) => Iterable<Pod>): boolean {
  for (const { stored } of old) {
    if ((stored.status?.replicas ?? 0) > 0) return true;
    for (const pod of podsOf(stored.metadata.uid ?? '')) if (!isTerminal(pod)) return true;
  }
  return false;
}
