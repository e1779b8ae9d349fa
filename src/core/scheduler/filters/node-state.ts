/** Filters on what a node is declared to be: cordoned, of another name, tainted. */
import type { TaintEffect } from '../../kube/objects.ts';
import { tolerates, untolerated } from '../../kube/taints.ts';
import { incurable } from '../rejection.ts';
import type { MakeFilter } from './filter.ts';

const CORDONED = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;
const KEEPS_OUT: readonly TaintEffect[] = ['NoSchedule', 'NoExecute'];

const UNSCHEDULABLE = incurable('NodeUnschedulable', 'node(s) were unschedulable');
const WRONG_NAME = incurable('NodeName', "node(s) didn't match the requested node name");
const TAINTED = incurable('TaintToleration', 'node(s) had untolerated taint(s)');

/** `spec.unschedulable` keeps out whoever does not tolerate the taint that goes with it. */
export const nodeUnschedulable: MakeFilter = ({ pod }) => {
  if ((pod.spec.tolerations ?? []).some((toleration) => tolerates(toleration, CORDONED))) return undefined;
  return { name: 'NodeUnschedulable', check: ({ node }) => (node.spec?.unschedulable ? UNSCHEDULABLE : undefined) };
};

/** A pod that names its node goes nowhere else. */
export const nodeName: MakeFilter = ({ pod }) => {
  const wanted = pod.spec.nodeName;
  if (!wanted) return undefined;
  return { name: 'NodeName', check: ({ name }) => (name === wanted ? undefined : WRONG_NAME) };
};

/** Untolerated `NoSchedule` and `NoExecute` taints. Which taint it was, upstream no longer says (kubernetes#134740). */
export const taintToleration: MakeFilter = ({ pod }) => {
  const tolerations = pod.spec.tolerations ?? [];
  return {
    name: 'TaintToleration',
    check({ node }) {
      const taints = node.spec?.taints;
      if (!taints || taints.length === 0) return undefined;
      return untolerated(tolerations, taints, KEEPS_OUT).length > 0 ? TAINTED : undefined;
    },
  };
};
