/** Events that may let a waiting pod in, and which pods each concerns (upstream's queueing hints, in small). */
import type { Node } from '../kube/objects.ts';
import type { FilterName } from './rejection.ts';

export type ClusterEvent =
  | { readonly kind: 'node-added'; readonly node: string }
  /** `cures`: the filters that may decide otherwise now. */
  | { readonly kind: 'node-changed'; readonly node: string; readonly cures: ReadonlySet<FilterName> }
  | { readonly kind: 'node-gone' }
  /** A pod that was counted on the node is not any more. */
  | { readonly kind: 'pod-gone'; readonly node: string }
  /** A pod came to a node, or its labels changed there. */
  | { readonly kind: 'pod-placed' }
  | { readonly kind: 'namespace-changed' };

/** Filters whose answer depends on pods anywhere in the cluster. */
export const SOCIAL: readonly FilterName[] = ['PodTopologySpread', 'InterPodAffinity'];

const ROOM: readonly FilterName[] = ['NodePorts', 'NodeResourcesFit', ...SOCIAL];

/** What a change of a node may cure; `undefined` where nothing changed that the scheduler looks at, as with heartbeats. */
export function nodeChange(node: Node, old: Node): ClusterEvent | undefined {
  const cures = new Set<FilterName>();
  const changed = (a: unknown, b: unknown) => a !== b && JSON.stringify(a) !== JSON.stringify(b);
  if (changed(node.metadata.labels, old.metadata.labels))
    for (const filter of ['NodeAffinity', ...SOCIAL] as const) cures.add(filter);
  if (changed(node.spec?.taints, old.spec?.taints))
    for (const filter of ['TaintToleration', 'PodTopologySpread'] as const) cures.add(filter);
  if ((node.spec?.unschedulable ?? false) !== (old.spec?.unschedulable ?? false)) cures.add('NodeUnschedulable');
  if (changed(node.status?.allocatable, old.status?.allocatable)) cures.add('NodeResourcesFit');
  return cures.size > 0 ? { kind: 'node-changed', node: node.metadata.name ?? '', cures } : undefined;
}

/** Whether the event may help a pod that was refused by `refusers`; a pod that found no node at all waits for one. */
export function mayHelp(event: ClusterEvent, refusers: ReadonlySet<FilterName>): boolean {
  switch (event.kind) {
    case 'node-added':
      return true;
    case 'node-changed':
      return [...event.cures].some((filter) => refusers.has(filter));
    case 'pod-gone':
      return ROOM.some((filter) => refusers.has(filter));
    case 'pod-placed':
      return SOCIAL.some((filter) => refusers.has(filter));
    case 'node-gone':
      return refusers.has('PodTopologySpread');
    case 'namespace-changed':
      return refusers.has('InterPodAffinity');
  }
}
