/** New nodes are not ready until something says so (upstream plugin/pkg/admission/nodetaint). */
import type { Node, Taint } from '../../kube/objects.ts';

const NOT_READY: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

/** Adds the not-ready taint where it is missing. Mutates. */
export function taintNewNode(node: Node): void {
  const taints = node.spec?.taints ?? [];
  if (taints.some((taint) => taint.key === NOT_READY.key && taint.effect === NOT_READY.effect)) return;
  node.spec = { ...node.spec, taints: [...taints, { ...NOT_READY }] };
}
