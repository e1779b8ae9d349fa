/** Static pods: run by a node from its own manifests, and shown in the API by mirror pods (upstream `pkg/kubelet/config`, `pod/mirror_client.go`). */
import type { Node, ObjectMeta, Pod, PodSpec } from '../kube/objects.ts';
import { formatTime, type Instant } from '../kube/time.ts';
import { hexDigits, uuidOf } from './seeded.ts';

export const MIRROR = 'kubernetes.io/config.mirror';
const HASH = 'kubernetes.io/config.hash';
const SEEN = 'kubernetes.io/config.seen';
const SOURCE = 'kubernetes.io/config.source';

/** A manifest as it lies in a node's folder. */
export interface StaticManifest {
  readonly metadata: ObjectMeta;
  readonly spec: PodSpec;
}

/** The pod a node runs for a manifest: named `<name>-<node>`, bound to it, tolerating every `NoExecute` taint; its UID is the manifest's hash. */
export function staticPod(manifest: StaticManifest, node: string, seen: Instant): Pod {
  const hash = hexDigits(`${node}/${JSON.stringify(manifest)}`, 32);
  const { metadata, spec } = manifest;
  const tolerations = spec.tolerations ?? [];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata,
      name: `${metadata.name ?? 'static'}-${node}`.toLowerCase(),
      namespace: metadata.namespace ?? 'default',
      uid: uuidOf(hash),
      annotations: { ...metadata.annotations, [HASH]: hash, [SEEN]: formatTime(seen), [SOURCE]: 'file' },
    },
    spec: { ...spec, nodeName: node, tolerations: [...tolerations, { operator: 'Exists', effect: 'NoExecute' }] },
  };
}

/** The mirror to create for a static pod: same name and spec, owned by the Node, marked with the hash. */
export function mirrorPod(pod: Pod, node: Node): Pod {
  const { uid: _, ...metadata } = pod.metadata;
  const annotations = { ...metadata.annotations, [MIRROR]: metadata.annotations?.[HASH] ?? '' };
  const owner = {
    apiVersion: 'v1',
    kind: 'Node',
    name: node.metadata.name ?? '',
    uid: node.metadata.uid ?? '',
    controller: true,
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, annotations, ownerReferences: [owner] }, spec: pod.spec };
}

/** Whether an API pod mirrors this very static pod; one that differs in its hash is to be replaced. */
export function mirrors(mirror: Pod, pod: Pod): boolean {
  return mirror.metadata.annotations?.[MIRROR] === pod.metadata.annotations?.[HASH];
}
