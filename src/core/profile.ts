/** The two profiles: every place where the handbook and upstream Kubernetes differ is one named setting here. */

export interface Settings {
  /** `direct`: the controller sets `spec.nodeName`. `affinity`: a required node affinity on `metadata.name`; a scheduler binds. */
  binding: 'direct' | 'affinity';
  /** `node`: `<daemonset>-<node>`. `random`: `<daemonset>-<5 random>` through `generateName`. */
  podNames: 'node' | 'random';
  /** Whose pods tolerate `node.kubernetes.io/network-unavailable:NoSchedule`. */
  networkUnavailable: 'always' | 'hostNetwork';
  /** `hard`: coverage never drops by more than `maxUnavailable` through us. `upstream`: unavailable old pods are replaced beyond it. */
  budget: 'hard' | 'upstream';
  /** How long `not-ready` and `unreachable` `NoExecute` taints are tolerated: seconds, or `forever`. */
  outageTolerance: number | 'forever';
  /** What an injected toleration does to one the user wrote for the same key and effect. */
  userTolerations: 'respect' | 'overwrite';
  /** On a full node: `evict` starts the daemon pod and evicts others by QoS class and priority; `refuse` rejects it (`OutOf…`) unless critical. */
  saturatedNode: 'evict' | 'refuse';
  /** Whether the controller writes `Progressing`, `Available` and `Degraded` into a DaemonSet's status; upstream writes none. */
  conditions: 'written' | 'none';
}

export type ProfileName = 'handbook' | 'kubernetes';

export const PROFILES: Readonly<Record<ProfileName, Readonly<Settings>>> = {
  handbook: {
    binding: 'direct',
    podNames: 'node',
    networkUnavailable: 'always',
    budget: 'hard',
    outageTolerance: 300,
    userTolerations: 'respect',
    saturatedNode: 'evict',
    conditions: 'written',
  },
  kubernetes: {
    binding: 'affinity',
    podNames: 'random',
    networkUnavailable: 'hostNetwork',
    budget: 'upstream',
    outageTolerance: 'forever',
    userTolerations: 'overwrite',
    saturatedNode: 'refuse',
    conditions: 'written',
  },
};
