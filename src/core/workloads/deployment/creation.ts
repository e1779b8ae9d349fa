/** What a Deployment's status says when its new ReplicaSet cannot be made (upstream `sync.go`, `getNewReplicaSet`). */
import { controllerOf } from '../../daemonset/claims.ts';
import type { Instant } from '../../kube/time.ts';
import type { Deployment, Notice, ReplicaSet } from '../objects.ts';
import { condition, conditionsOf, deadlineOf, withCondition } from './conditions.ts';
import { sameTemplate } from './template.ts';

/** Whether the ReplicaSet that has the name already is the very one wanted: made before, and not seen since. */
export function isTheOneWanted(deployment: Deployment, existing: ReplicaSet): boolean {
  return (
    controllerOf(existing)?.uid === deployment.metadata.uid && sameTemplate(deployment.spec.template, existing.spec.template)
  );
}

/** The Deployment with another hash from now on, for the name of the present one is taken. */
export function withCollision(deployment: Deployment): Deployment {
  const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
  return { ...deployment, status: { ...deployment.status, collisionCount } };
}

/** The refusal as an event. */
export function creationNotice(replicaSet: ReplicaSet, refusal: string): Notice {
  const message = `Failed to create new replica set "${replicaSet.metadata.name}": ${refusal}`;
  return { type: 'Warning', reason: 'ReplicaSetCreateError', message };
}

/** The Deployment with the refusal in `Progressing`; `undefined` where it has no deadline, and so no such condition. */
export function withRefusal(deployment: Deployment, { reason, message }: Notice, now: Instant): Deployment | undefined {
  if (deadlineOf(deployment) === undefined) return undefined;
  const refused = condition({ type: 'Progressing', status: 'False', reason, message }, now);
  return { ...deployment, status: { ...deployment.status, conditions: withCondition(conditionsOf(deployment), refused) } };
}
