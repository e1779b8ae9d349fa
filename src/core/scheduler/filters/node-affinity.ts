/** `nodeSelector` and required node affinity, and the few nodes that a pod names by it. */
import { compileNodeMatch } from '../../kube/node-affinity.ts';
import type { NodeSelectorTerm, Pod } from '../../kube/objects.ts';
import { incurable } from '../rejection.ts';
import type { MakeFilter } from './filter.ts';

const NO_MATCH = incurable('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");

/** Upstream's words where no node can have all the names that a pod wants. */
export const CONFLICTING_NAMES = 'pod affinity terms conflict';

export const nodeAffinity: MakeFilter = ({ pod }) => {
  const { nodeSelector, affinity } = pod.spec;
  if (!nodeSelector && !affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution) return undefined;
  const matches = compileNodeMatch(pod.spec);
  return { name: 'NodeAffinity', check: ({ node }) => (matches(node) ? undefined : NO_MATCH) };
};

/**
 * The nodes that a pod names, as DaemonSet pods do (`metadata.name In [node]` in every term), so that no other node need be looked
 * at; empty where its terms contradict themselves, `undefined` where it is free (upstream nodeaffinity `PreFilter`).
 */
export function namedNodes(pod: Pod): ReadonlySet<string> | undefined {
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  if (terms.length === 0) return undefined;
  const all = new Set<string>();
  for (const term of terms) {
    const named = namesOf(term);
    if (!named) return undefined;
    for (const name of named) all.add(name);
  }
  return all;
}

function namesOf({ matchFields = [] }: NodeSelectorTerm): Set<string> | undefined {
  let names: Set<string> | undefined;
  for (const { key, operator, values } of matchFields) {
    if (key !== 'metadata.name' || operator !== 'In') continue;
    const before: Set<string> | undefined = names;
    names = new Set((values ?? []).filter((name) => !before || before.has(name)));
  }
  return names;
}
