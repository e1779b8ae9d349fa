/** How many nodes an update may touch at a time: `maxUnavailable` and `maxSurge` of the strategy. */
import { scaleIntOrPercent } from '../../kube/int-or-percent.ts';
import type { DaemonSet, IntOrString } from '../../kube/objects.ts';

export interface Budget {
  readonly maxUnavailable: number;
  readonly maxSurge: number;
}

/** Whether the strategy replaces pods by itself; `OnDelete` leaves that to people. */
export function isRolling(daemonSet: DaemonSet): boolean {
  return (daemonSet.spec.updateStrategy?.type ?? 'RollingUpdate') === 'RollingUpdate';
}

/** Whether a new pod may stand beside the old one on a node (upstream `AllowsSurge`). */
export function allowsSurge(daemonSet: DaemonSet): boolean {
  return isRolling(daemonSet) && scaled(daemonSet.spec.updateStrategy?.rollingUpdate?.maxSurge ?? 0, 1) > 0;
}

/** Percentages are of `desired`, rounded up; where both come out 0, one node may be unavailable. */
export function budgetOf(daemonSet: DaemonSet, desired: number): Budget {
  const rolling = daemonSet.spec.updateStrategy?.rollingUpdate;
  const maxUnavailable = scaled(rolling?.maxUnavailable ?? 1, desired);
  const maxSurge = scaled(rolling?.maxSurge ?? 0, desired);
  return desired > 0 && maxUnavailable === 0 && maxSurge === 0 ? { maxUnavailable: 1, maxSurge } : { maxUnavailable, maxSurge };
}

/** A text that the API would have refused counts as 0. */
function scaled(value: IntOrString, total: number): number {
  try {
    return scaleIntOrPercent(value, total, 'up');
  } catch {
    return 0;
  }
}
