/** What a filter is: one of upstream's checks, made ready for one pod. */
import type { ClusterState } from '../cluster-state.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';
import type { FilterName, Rejection } from '../rejection.ts';

export interface Filter {
  readonly name: FilterName;
  /** Why the node does not take the pod. */
  check(on: NodeInfo): Rejection | undefined;
  /** Lets counts over the whole cluster follow a pod that is taken off a node (-1) or put there (1) to see what would be. */
  adjust?(other: PodInfo, on: NodeInfo, by: 1 | -1): void;
}

/** Makes a filter ready; `undefined` where it has nothing to say of the pod on any node. */
export type MakeFilter = (pod: PodInfo, cluster: ClusterState) => Filter | undefined;
