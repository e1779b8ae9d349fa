/** Whether a node could bring a new pod up, by its own Ready condition and the outage taint. */
import type { Node } from '../kube/objects.ts';
import { conditionOf } from '../kube/pod-state.ts';

/**
 * `up`: nothing says otherwise. `failing`: its kubelet reports that the node is not ready (a broken network agent does that);
 * deletes still get through. `silent`: nobody has heard of it; a pod deleted there stays terminating.
 */
export type NodeHealth = 'up' | 'failing' | 'silent';

const UNREACHABLE = 'node.kubernetes.io/unreachable';

/** Read off the Ready condition, or the taint that node lifecycle sets (semantics 11); a node without a condition is new, not dead. */
export function healthOf(node: Node): NodeHealth {
  if (node.spec?.taints?.some(({ key }) => key === UNREACHABLE)) return 'silent';
  const ready = conditionOf(node.status?.conditions, 'Ready')?.status;
  if (ready === 'Unknown') return 'silent';
  return ready === 'False' ? 'failing' : 'up';
}
