/** What a Deployment's strategy allows: pods beyond the wanted number, and pods missing from it (upstream `ResolveFenceposts`). */
import { scaleIntOrPercent } from '../../kube/int-or-percent.ts';
import { type Deployment, replicasOf } from '../objects.ts';

/** Whether pods are replaced bit by bit. */
export function isRolling({ spec }: Deployment): boolean {
  return spec.strategy?.type !== 'Recreate';
}

/** How many pods more than wanted may exist; rounded up. */
export function surgeOf(deployment: Deployment): number {
  return isRolling(deployment) ? fenceposts(deployment).surge : 0;
}

/** How many of the wanted pods may be unavailable; rounded down, but one where nothing could move otherwise. */
export function unavailableOf(deployment: Deployment): number {
  const replicas = replicasOf(deployment);
  if (!isRolling(deployment) || replicas === 0) return 0;
  return Math.min(fenceposts(deployment).unavailable, replicas);
}

function fenceposts(deployment: Deployment): { surge: number; unavailable: number } {
  const { maxSurge = 0, maxUnavailable = 0 } = deployment.spec.strategy?.rollingUpdate ?? {};
  const replicas = replicasOf(deployment);
  const surge = scaleIntOrPercent(maxSurge, replicas, 'up');
  const unavailable = scaleIntOrPercent(maxUnavailable, replicas, 'down');
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}
