/** How long a deleted pod gets to end (upstream `podStrategy.CheckGracefulDelete`). */
import type { Pod } from '../../../kube/objects.ts';
import { isTerminal } from '../../../kube/pod-state.ts';

/** Seconds. Nothing runs before a node is set or after the end, so such pods go at once; negative requests mean 1. */
export function podGrace(pod: Pod, requested: number | undefined): number {
  if (!pod.spec.nodeName || isTerminal(pod)) return 0;
  const seconds = requested ?? pod.spec.terminationGracePeriodSeconds ?? 0;
  return seconds < 0 ? 1 : seconds;
}
