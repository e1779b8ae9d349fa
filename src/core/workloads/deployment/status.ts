/** The counts of a Deployment's status, from those of its ReplicaSets (upstream `sync.go`, `calculateStatus`). */
import type { ReplicatedStatus } from '../../api/kinds/replicated.ts';
import type { Instant } from '../../kube/time.ts';
import { type Deployment, type DeploymentCondition, replicasOf, unlessZero } from '../objects.ts';
import { condition, withCondition } from './conditions.ts';
import { availableOf, type Draft, wantedBy } from './draft.ts';
import type { Sets } from './sets.ts';
import { unavailableOf } from './strategy.ts';

/** The status, with `Available` set; the other conditions are taken from `conditions`. */
export function countedStatus(sets: Sets, conditions: readonly DeploymentCondition[], now: Instant): ReplicatedStatus {
  const { deployment, all, current } = sets;
  const available = availableOf(all);
  const { collisionCount } = deployment.status ?? {};
  return {
    ...unlessZero('observedGeneration', deployment.metadata.generation ?? 0),
    ...unlessZero('replicas', sum(all, 'replicas')),
    ...unlessZero('updatedReplicas', current ? sum([current], 'replicas') : 0),
    ...unlessZero('readyReplicas', sum(all, 'readyReplicas')),
    ...unlessZero('availableReplicas', available),
    ...unlessZero('unavailableReplicas', Math.max(0, wantedBy(all) - available)),
    ...terminating(all),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    conditions: withCondition(conditions, availability(deployment, available, now)),
  };
}

function availability(deployment: Deployment, available: number, now: Instant): DeploymentCondition {
  const enough = available >= replicasOf(deployment) - unavailableOf(deployment);
  return enough
    ? condition(
        {
          type: 'Available',
          status: 'True',
          reason: 'MinimumReplicasAvailable',
          message: 'Deployment has minimum availability.',
        },
        now,
      )
    : condition(
        {
          type: 'Available',
          status: 'False',
          reason: 'MinimumReplicasUnavailable',
          message: 'Deployment does not have minimum availability.',
        },
        now,
      );
}

/** Known only when every ReplicaSet says its own (KEP-3973). */
function terminating(drafts: readonly Draft[]): { terminatingReplicas?: number } {
  if (drafts.some(({ stored }) => stored.status?.terminatingReplicas === undefined)) return {};
  return { terminatingReplicas: sum(drafts, 'terminatingReplicas') };
}

function sum(drafts: readonly Draft[], field: 'replicas' | 'readyReplicas' | 'terminatingReplicas'): number {
  return drafts.reduce((total, { stored }) => total + (stored.status?.[field] ?? 0), 0);
}
