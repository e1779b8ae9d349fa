/** Pods carry the zone and region of their node (upstream plugin/pkg/admission/podtopologylabels, KEP-4742). */
import type { Pod } from '../../kube/objects.ts';
import { NODES } from '../../kube/resource.ts';
import type { WriteContext } from '../kind.ts';

const COPIED = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'] as const;

/** The labels a pod gets when it is bound to `nodeName`; none where the node does not exist or has none. */
export function topologyLabels(nodeName: string, context: WriteContext): Record<string, string> {
  const labels = context.lookup(NODES, { name: nodeName })?.metadata.labels ?? {};
  const found = COPIED.filter((key) => labels[key] !== undefined).map((key) => [key, labels[key]]);
  return Object.fromEntries(found);
}

/** Labels a pod that is created on a node already. Mutates. */
export function labelWithTopology(pod: Pod, context: WriteContext): void {
  const { nodeName } = pod.spec;
  if (!nodeName) return;
  const labels = topologyLabels(nodeName, context);
  if (Object.keys(labels).length > 0) pod.metadata.labels = { ...pod.metadata.labels, ...labels };
}
