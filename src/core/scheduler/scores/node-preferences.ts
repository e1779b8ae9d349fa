/** Scores by what a node would rather not take, and by what a pod prefers of nodes. */
import { compileNodeTerm } from '../../kube/node-affinity.ts';
import type { TaintEffect } from '../../kube/objects.ts';
import { untolerated } from '../../kube/taints.ts';
import { type MakeScore, proportionally } from './score.ts';

const RATHER_NOT: readonly TaintEffect[] = ['PreferNoSchedule'];

/** The fewer untolerated `PreferNoSchedule` taints, the better. */
export const preferredTaints: MakeScore = ({ pod }) => {
  const tolerations = pod.spec.tolerations ?? [];
  return {
    weight: 3,
    of({ node }) {
      const taints = node.spec?.taints;
      return taints && taints.length > 0 ? untolerated(tolerations, taints, RATHER_NOT).length : 0;
    },
    normalise: (scores) => proportionally(scores, true),
  };
};

/** The sum of the weights of the preferred node affinity terms that match. */
export const preferredNodes: MakeScore = ({ pod }) => {
  const written = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const terms = written.map(({ weight, preference }) => ({ weight, matches: compileNodeTerm(preference) }));
  if (terms.length === 0) return undefined;
  return {
    weight: 2,
    of: ({ node }) => terms.reduce((sum, { weight, matches }) => (matches(node) ? sum + weight : sum), 0),
    normalise: (scores) => proportionally(scores),
  };
};
