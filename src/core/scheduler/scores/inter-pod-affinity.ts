/** Score by preferred affinity and anti-affinity between pods, in both directions (upstream interpodaffinity `scoring.go`). */
import { PlaceCounts } from '../filters/place-counts.ts';
import type { NodeInfo } from '../node-info.ts';
import { BEST, type MakeScore } from './score.ts';

/** What the required affinity of a pod that is there already counts for a pod that it means (`hardPodAffinityWeight`). */
const REQUIRED_WEIGHT = 1;

export const preferredNeighbours: MakeScore = ({ pod, terms }, { cluster }) => {
  const nodes: Iterable<NodeInfo> = terms.preferred.length > 0 ? cluster.nodes : cluster.withPreferences;
  const sums = new PlaceCounts();
  for (const { exists, node, pods } of nodes) {
    if (!exists) continue;
    for (const other of pods.values()) {
      for (const term of terms.preferred)
        if (term.matches(other.pod, cluster.namespaceLabels)) sums.add(term.topologyKey, node, term.weight);
      for (const term of other.terms.preferred)
        if (term.matches(pod, cluster.namespaceLabels)) sums.add(term.topologyKey, node, term.weight);
      for (const term of other.terms.affinity)
        if (term.matches(pod, cluster.namespaceLabels)) sums.add(term.topologyKey, node, REQUIRED_WEIGHT);
    }
  }
  if (sums.isEmpty) return undefined;
  return { weight: 2, of: ({ node }) => sums.sumAt(node), normalise: betweenExtremes };
};

function betweenExtremes(scores: number[]): void {
  const least = Math.min(...scores);
  const range = Math.max(...scores) - least;
  for (const [i, score] of scores.entries()) scores[i] = range === 0 ? 0 : Math.trunc((BEST * (score - least)) / range);
}
