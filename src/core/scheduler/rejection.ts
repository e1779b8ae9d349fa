/** Why a node does not take a pod, in upstream's words. */

/** The checks by the names of upstream's plugins, in the order they are asked; the first that fails decides. */
export type FilterName =
  | 'NodeUnschedulable'
  | 'NodeName'
  | 'TaintToleration'
  | 'NodeAffinity'
  | 'NodePorts'
  | 'NodeResourcesFit'
  | 'PodTopologySpread'
  | 'InterPodAffinity';

/** One node's refusal. */
export interface Rejection {
  readonly filter: FilterName;
  readonly reasons: readonly string[];
  /** Whether the going of pods could change it: upstream's `Unschedulable`, as against `UnschedulableAndUnresolvable`. */
  readonly curable: boolean;
}

/** A refusal for one reason that only another node, or a change of this one, can cure. */
export function incurable(filter: FilterName, reason: string): Rejection {
  return { filter, reasons: [reason], curable: false };
}

/** A refusal for one reason that goes where pods go. */
export function curable(filter: FilterName, reason: string): Rejection {
  return { filter, reasons: [reason], curable: true };
}
