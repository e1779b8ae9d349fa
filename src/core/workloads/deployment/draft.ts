/** A ReplicaSet as the present pass of its Deployment will leave it: changes gather here, and are written at once. */
import { type ReplicaSet, replicasOf } from '../objects.ts';

export interface Draft {
  /** As it is stored; for one that is to be created, as it will be posted. */
  readonly stored: ReplicaSet;
  readonly isNew: boolean;
  replicas: number;
  minReadySeconds: number;
  annotations: Readonly<Record<string, string>>;
  /** Messages of `ScalingReplicaSet` events, told once the change is written. */
  readonly notes: string[];
}

export function draftOf(stored: ReplicaSet, isNew = false): Draft {
  return {
    stored,
    isNew,
    replicas: replicasOf(stored),
    minReadySeconds: stored.spec.minReadySeconds ?? 0,
    annotations: stored.metadata.annotations ?? {},
    notes: [],
  };
}

/** The whole object to write; `undefined` where nothing changes. */
export function writtenForm({ stored, isNew, replicas, minReadySeconds, annotations }: Draft): ReplicaSet | undefined {
  const { metadata, spec } = stored;
  const noted = annotations !== metadata.annotations && Object.keys(annotations).length > 0;
  const changed = noted || replicas !== replicasOf(stored) || minReadySeconds !== (spec.minReadySeconds ?? 0);
  if (!isNew && !changed) return undefined;
  const { minReadySeconds: _before, ...rest } = spec;
  return {
    ...stored,
    metadata: { ...metadata, annotations: { ...annotations } },
    spec: { ...rest, replicas, ...(minReadySeconds > 0 ? { minReadySeconds } : {}) },
  };
}

/** Pods wanted by all of them. */
export function wantedBy(drafts: readonly Draft[]): number {
  return drafts.reduce((sum, { replicas }) => sum + replicas, 0);
}

/** Available pods of all of them, as their statuses say. */
export function availableOf(drafts: readonly Draft[]): number {
  return drafts.reduce((sum, { stored }) => sum + (stored.status?.availableReplicas ?? 0), 0);
}

/** Those that want pods at all (upstream `FilterActiveReplicaSets`). */
export function wanting(drafts: readonly Draft[]): Draft[] {
  return drafts.filter(({ replicas }) => replicas > 0);
}

/** Oldest first, equals by name. */
export function byAge(a: Draft, b: Draft): number {
  const [timeA, timeB] = [a.stored.metadata.creationTimestamp ?? '', b.stored.metadata.creationTimestamp ?? ''];
  if (timeA !== timeB) return timeA < timeB ? -1 : 1;
  return (a.stored.metadata.name ?? '') < (b.stored.metadata.name ?? '') ? -1 : 1;
}
