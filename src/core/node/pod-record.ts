/** What a node remembers of one pod. */
import type { Instant } from '../kube/time.ts';
import type { ContainerLife } from './container-life.ts';

/** The conditions a kubelet keeps on every pod, in the order it writes them. */
export const CONDITION_TYPES = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'] as const;

export type ConditionType = (typeof CONDITION_TYPES)[number];

/** Per condition its status and when it became so. */
export type ConditionTimes = Readonly<Partial<Record<ConditionType, { readonly status: boolean; readonly since: Instant }>>>;

/** Why a pod ends before its containers do. */
export interface Cause {
  /** `delete`: the object goes too. The others leave a Failed pod behind. */
  readonly kind: 'delete' | 'evict' | 'reject';
  readonly reason?: string;
  readonly message?: string;
  /** Message of the `DisruptionTarget` condition, reason `TerminationByKubelet`. */
  readonly disruption?: string;
}

export interface PodLife {
  readonly startTime: Instant;
  readonly ip?: string;
  readonly init: readonly ContainerLife[];
  readonly main: readonly ContainerLife[];
  /** Set from the order to end until everything has stopped. */
  readonly ending?: { readonly cause: Cause; readonly until: Instant; readonly killed: boolean };
  /** Set once everything has stopped for good. */
  readonly outcome?: { readonly phase: 'Succeeded' | 'Failed'; readonly cause?: Cause };
  readonly times: ConditionTimes;
}
