/** A fleet in a described situation, and decisions as short lines. */
import type { Action } from '../../src/core/daemonset/decision.ts';
import { Fleet } from '../../src/core/daemonset/fleet.ts';
import { newRevision } from '../../src/core/daemonset/revision.ts';
import type { ControllerRevision, DaemonSet, Node, Pod } from '../../src/core/kube/objects.ts';
import { PROFILES, type ProfileName } from '../../src/core/profile.ts';
import { type DaemonSetOptions, daemonSet, node, type PodOptions, pod } from './objects.ts';

export interface Situation {
  readonly profile?: ProfileName;
  readonly daemonSet?: DaemonSetOptions;
  /** Default: `n1`, without labels and taints. */
  readonly nodes?: readonly Node[];
  /** Pods by name; without `hash` they are of the present revision, any other is taken as written. */
  readonly pods?: Readonly<Record<string, PodOptions>>;
}

export interface Situated {
  readonly fleet: Fleet;
  readonly hash: string;
  podOf(name: string, more: PodOptions): Pod;
}

/** A fleet whose template is recorded already. */
export function fleetOf({ profile = 'handbook', daemonSet: options, nodes = [node('n1')], pods = {} }: Situation): Situated {
  const owner = daemonSet(options);
  const fleet = new Fleet(owner, PROFILES[profile]);
  const { hash } = fleet.history;
  fleet.setRevision(recorded(owner, hash, 1));
  for (const one of nodes) fleet.setNode(one);
  const podOf = (name: string, more: PodOptions): Pod => pod(name, { ...more, hash: more.hash ?? hash });
  for (const [name, more] of Object.entries(pods)) fleet.setPod(podOf(name, more));
  return { fleet, hash, podOf };
}

function recorded(owner: DaemonSet, hash: string, number: number): ControllerRevision {
  const revision = newRevision(owner, hash, number);
  return { ...revision, metadata: { ...revision.metadata, uid: hash, resourceVersion: String(number) } };
}

/** `create n1`, `delete a: Code`, `adopt-pod a`, or the kind of an action on a revision. */
export function shown(action: Action): string {
  switch (action.kind) {
    case 'create-pod':
      return `create ${action.node}`;
    case 'delete-pod':
      return `delete ${action.pod.name}: ${action.because.code}`;
    case 'adopt-pod':
    case 'release-pod':
    case 'relabel-pod':
      return `${action.kind} ${action.pod.name}`;
    default:
      return action.kind;
  }
}
