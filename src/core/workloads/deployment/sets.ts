/** A Deployment's ReplicaSets as one pass sees and changes them. */
import type { ReplicaSet } from '../objects.ts';
import { type Deployment, ownedBy, replicasOf } from '../objects.ts';
import { annotateNew, annotateScale, revisionOf } from './annotations.ts';
import { type Draft, draftOf, wantedBy } from './draft.ts';
import { isRolling, surgeOf } from './strategy.ts';
import { TEMPLATE_HASH, templateHash, withTemplateOf } from './template.ts';

export class Sets {
  readonly deployment: Deployment;
  readonly old: readonly Draft[];
  /** The one with the present template; absent until it is made. */
  current: Draft | undefined;

  constructor(deployment: Deployment, replicaSets: readonly ReplicaSet[]) {
    const drafts = replicaSets.map((replicaSet) => draftOf(replicaSet));
    this.deployment = deployment;
    this.current = withTemplateOf(deployment, drafts);
    this.old = drafts.filter((draft) => draft !== this.current);
    if (this.current) this.#annotate(this.current);
  }

  get all(): readonly Draft[] {
    return this.current ? [...this.old, this.current] : this.old;
  }

  /** Makes the ReplicaSet of the present template, with as many pods as there is room for. */
  create(): Draft {
    const draft = draftOf(newReplicaSet(this.deployment), true);
    this.current = draft;
    draft.replicas = this.roomForCurrent();
    if (draft.replicas > 0) draft.notes.push(`Scaled up replica set ${nameOf(draft)} from 0 to ${draft.replicas}`);
    this.#annotate(draft);
    return draft;
  }

  /** The replicas the current one may have now (upstream `NewRSNewReplicas`). */
  roomForCurrent(): number {
    const { deployment, current } = this;
    const wanted = replicasOf(deployment);
    const has = current?.replicas ?? 0;
    if (!isRolling(deployment)) return wanted;
    const room = wanted + surgeOf(deployment) - wantedBy(this.all);
    return room <= 0 ? has : has + Math.min(room, wanted - has);
  }

  /** Sets the replicas, with the event; returns whether that is a change. */
  scale(draft: Draft, replicas: number): boolean {
    if (draft.replicas === replicas) return false;
    const way = draft.replicas < replicas ? 'up' : 'down';
    this.resize(draft, replicas, way);
    return true;
  }

  /** Sets the replicas; the figures of the scaling are written down even where those stay. */
  resize(draft: Draft, replicas: number, way: string): void {
    if (draft.replicas !== replicas)
      draft.notes.push(`Scaled ${way} replica set ${nameOf(draft)} from ${draft.replicas} to ${replicas}`);
    draft.replicas = replicas;
    annotateScale(draft, this.deployment);
  }

  #annotate(draft: Draft): void {
    const last = Math.max(0, ...this.old.map(({ annotations }) => revisionOf(annotations)));
    annotateNew(draft, this.deployment, last + 1);
    draft.minReadySeconds = this.deployment.spec.minReadySeconds ?? 0;
  }
}

export function nameOf({ stored }: Draft): string {
  return stored.metadata.name ?? '';
}

function newReplicaSet(deployment: Deployment): ReplicaSet {
  const { metadata, spec, status } = deployment;
  const template = spec.template ?? { spec: { containers: [] } };
  const hash = { [TEMPLATE_HASH]: templateHash(template, status?.collisionCount) };
  const labels = { ...template.metadata?.labels, ...hash };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${metadata.name}-${hash[TEMPLATE_HASH]}`,
      namespace: metadata.namespace ?? '',
      labels,
      ownerReferences: [ownedBy('Deployment', deployment)],
    },
    spec: {
      replicas: 0,
      selector: { ...spec.selector, matchLabels: { ...spec.selector?.matchLabels, ...hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}
