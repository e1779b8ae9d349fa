/** What the brain says: verdicts, actions and decisions, each with its reason. */
import type { ControllerRevision, DaemonSetStatus, Pod } from '../kube/objects.ts';
import type { Instant } from '../kube/time.ts';

/** Why. The controller turns it into an event, `plan` prints it, `explain` shows it. */
export interface Reason {
  /** Stable, documented, in CamelCase: `UntoleratedTaint`, `NodeSelectorMismatch`, `PodMissing`, … */
  readonly code: string;
  /** One sentence for people. */
  readonly message: string;
  /** Path in the DaemonSet, e.g. `spec.template.spec.nodeSelector`. */
  readonly field?: string;
  /** The label or taint at fault, as kubectl writes it: `dedicated=gpu:NoSchedule`, `kubernetes.io/os=windows`. */
  readonly subject?: string;
  /** What would change it: a kubectl line or YAML. */
  readonly remedy?: string;
}

/** For one node × DaemonSet: should a pod be created here, may an existing one stay, and why (every rule that spoke). */
export interface Verdict {
  readonly run: boolean;
  readonly keep: boolean;
  readonly because: readonly Reason[];
}

export interface PodRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface RevisionRef {
  readonly name: string;
  readonly uid: string;
}

export type Action =
  /** `pod` is complete: what is posted. */
  | { readonly kind: 'create-pod'; readonly node: string; readonly pod: Pod; readonly because: Reason }
  | { readonly kind: 'delete-pod'; readonly node: string; readonly pod: PodRef; readonly because: Reason }
  | { readonly kind: 'adopt-pod'; readonly pod: PodRef; readonly because: Reason }
  | { readonly kind: 'release-pod'; readonly pod: PodRef; readonly because: Reason }
  | { readonly kind: 'relabel-pod'; readonly pod: PodRef; readonly hash: string; readonly because: Reason }
  | { readonly kind: 'create-revision'; readonly revision: ControllerRevision; readonly because: Reason }
  | { readonly kind: 'renumber-revision'; readonly revision: RevisionRef; readonly number: number; readonly because: Reason }
  /** A revision without the hash label gets it (upstream labels it with its own name). */
  | { readonly kind: 'label-revision'; readonly revision: RevisionRef; readonly hash: string; readonly because: Reason }
  | { readonly kind: 'adopt-revision'; readonly revision: RevisionRef; readonly because: Reason }
  | { readonly kind: 'release-revision'; readonly revision: RevisionRef; readonly because: Reason }
  | { readonly kind: 'delete-revision'; readonly revision: RevisionRef; readonly because: Reason }
  /** A revision of that name exists with other data: raise `status.collisionCount`. */
  | { readonly kind: 'raise-collision-count'; readonly count: number; readonly because: Reason };

export interface Decision {
  /** In the order they are to be carried out; at most 250 creates and 250 deletes (semantics 1.1). */
  readonly actions: readonly Action[];
  readonly status: DaemonSetStatus;
  /** Whether `status` differs from what the DaemonSet carries, so that it must be written. */
  readonly statusChanged: boolean;
  /** Things worth an event that are no action: `SelectingAll`, `FailedDaemonPod`, … */
  readonly notices: readonly { readonly type: 'Normal' | 'Warning'; readonly because: Reason }[];
  /** Decide again then, whatever happens (back-off ends, minReadySeconds passes). */
  readonly wakeAt?: Instant;
}
