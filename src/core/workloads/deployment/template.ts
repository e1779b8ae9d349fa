/** Which of a Deployment's ReplicaSets has its present template, and the hash that tells templates apart. */
import { stableHash } from '../../daemonset/stable-hash.ts';
import { templateKey } from '../../daemonset/template-equality.ts';
import type { PodTemplateSpec } from '../../kube/objects.ts';
import type { Deployment } from '../objects.ts';
import type { Draft } from './draft.ts';
import { byAge } from './draft.ts';

/** On a ReplicaSet, in its selector, and on its pods: keeps the pods of two templates apart. */
export const TEMPLATE_HASH = 'pod-template-hash';

const HASH_LENGTH = 10;
const NONE: PodTemplateSpec = { spec: { containers: [] } };

/** Stored templates never change: each is read once. */
const keys = new WeakMap<PodTemplateSpec, string>();

/** The oldest ReplicaSet whose template means the same as the Deployment's, the hash label aside (upstream `FindNewReplicaSet`). */
export function withTemplateOf({ spec }: Deployment, drafts: readonly Draft[]): Draft | undefined {
  const wanted = keyOf(spec.template ?? NONE);
  return [...drafts].sort(byAge).find(({ stored }) => keyOf(stored.spec.template ?? NONE) === wanted);
}

/** Whether two templates mean the same, the hash label aside (upstream `EqualIgnoreHash`). */
export function sameTemplate(a: PodTemplateSpec = NONE, b: PodTemplateSpec = NONE): boolean {
  return keyOf(a) === keyOf(b);
}

/** The value of the hash label: depends on the template, and on how often such a value was taken already. Opaque to clients. */
export function templateHash(template: PodTemplateSpec = NONE, collisions = 0): string {
  return stableHash(collisions === 0 ? keyOf(template) : `${keyOf(template)}\n${collisions}`, HASH_LENGTH);
}

function keyOf(template: PodTemplateSpec): string {
  const known = keys.get(template);
  if (known !== undefined) return known;
  const { [TEMPLATE_HASH]: _hash, ...labels } = template.metadata?.labels ?? {};
  const key = templateKey({ ...template, metadata: { ...template.metadata, labels } });
  keys.set(template, key);
  return key;
}
