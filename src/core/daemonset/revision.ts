/** ControllerRevisions: the recorded templates of a DaemonSet, their hash and their canonical data. */
import type { ControllerRevision, DaemonSet, PodTemplateSpec } from '../kube/objects.ts';
import { sortKeys } from './canonical-json.ts';
import { HASH_LABEL, ownerReference } from './pod.ts';
import { revisionName } from './pod-name.ts';
import { stableHash } from './stable-hash.ts';
import { templateKey } from './template-equality.ts';

const HASH_LENGTH = 10;

/** The value of `controller-revision-hash` for a template: stable, opaque to clients; a collision count gives another one. */
export function revisionHash(key: string, collisionCount: number | undefined): string {
  return stableHash(collisionCount === undefined ? key : `${key}\n${collisionCount}`, HASH_LENGTH);
}

/** `data` of the revision: the whole template, to be applied as a strategic patch that replaces it. Keys are sorted. */
export function revisionData(template: PodTemplateSpec): unknown {
  const { metadata, ...rest } = template;
  const { creationTimestamp, ...meta } = metadata ?? {};
  const kept = creationTimestamp ? { ...meta, creationTimestamp } : meta;
  return sortKeys({ spec: { template: { ...rest, metadata: kept, $patch: 'replace' } } });
}

/** The template that a revision recorded, as a key to compare by meaning; `undefined` where `data` holds none. */
export function recordedKey(revision: ControllerRevision): string | undefined {
  const data = revision.data as { spec?: { template?: PodTemplateSpec } } | undefined | null;
  const template = data?.spec?.template;
  return template && typeof template === 'object' && template.spec ? templateKey(template) : undefined;
}

/** The hash in the revision's label; an empty one is none. */
export function hashLabelOf(revision: ControllerRevision): string | undefined {
  return revision.metadata.labels?.[HASH_LABEL] || undefined;
}

/** The hash a revision stands for: its label, or its own name where the label is missing (as upstream would label it). */
export function hashOf(revision: ControllerRevision): string {
  return hashLabelOf(revision) ?? revision.metadata.name ?? '';
}

/** The ControllerRevision to post for the DaemonSet's present template. */
export function newRevision(daemonSet: DaemonSet, hash: string, number: number): ControllerRevision {
  const { annotations, namespace, name } = daemonSet.metadata;
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: revisionName(name ?? '', hash),
      namespace: namespace ?? '',
      labels: { ...daemonSet.spec.template.metadata?.labels, [HASH_LABEL]: hash },
      ...(annotations ? { annotations } : {}),
      ownerReferences: [ownerReference(daemonSet)],
    },
    data: revisionData(daemonSet.spec.template),
    revision: number,
  };
}
