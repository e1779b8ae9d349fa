/** Small objects for tests of the brain. */
import type { DaemonSet, Node, Pod, Taint } from '../../src/core/kube/objects.ts';
import { formatTime, type Instant } from '../../src/core/kube/time.ts';

export const NOW: Instant = Date.parse('2026-03-01T12:00:00Z');

type Spec = Partial<DaemonSet['spec']>;
type PodSpec = Partial<DaemonSet['spec']['template']['spec']>;

export interface DaemonSetOptions {
  readonly generation?: number;
  readonly image?: string;
  readonly pod?: PodSpec;
  readonly spec?: Spec;
  readonly metadata?: DaemonSet['metadata'];
  readonly status?: NonNullable<DaemonSet['status']>;
}

/** The DaemonSet `monitoring/agent` of UID `ds`, selecting `app: agent`. */
export function daemonSet({ generation = 1, image = 'agent:1', pod, spec, metadata, status }: DaemonSetOptions = {}): DaemonSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent', namespace: 'monitoring', uid: 'ds', generation, ...metadata },
    spec: {
      selector: { matchLabels: { app: 'agent' } },
      template: { metadata: { labels: { app: 'agent' } }, spec: { containers: [{ name: 'agent', image }], ...pod } },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      ...spec,
    },
    ...(status ? { status } : {}),
  };
}

export interface NodeOptions {
  readonly labels?: Record<string, string>;
  readonly taints?: Taint[];
  /** The Ready condition; without one the node has no status. */
  readonly ready?: 'True' | 'False' | 'Unknown';
}

export function node(name: string, { labels = {}, taints, ready }: NodeOptions = {}): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: `node-${name}`, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec: taints ? { taints } : {},
    ...(ready ? { status: { conditions: [{ type: 'Ready', status: ready }] } } : {}),
  };
}

export interface PodOptions {
  readonly uid?: string;
  readonly node?: string;
  readonly hash?: string;
  readonly owner?: string | undefined;
  readonly labels?: Record<string, string>;
  readonly phase?: NonNullable<Pod['status']>['phase'];
  readonly ready?: Instant | false;
  readonly created?: Instant;
  readonly deleting?: boolean;
  readonly version?: number;
  readonly unbound?: boolean;
}

/** A pod of the DaemonSet; `ready` is the instant of the transition. */
export function pod(name: string, options: PodOptions = {}): Pod {
  const { uid = name, node: on = 'n1', hash, owner = 'ds', labels = { app: 'agent' }, phase = 'Running' } = options;
  const { ready = NOW - 60_000, created = NOW - 120_000, deleting = false, version = 1, unbound = false } = options;
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [on] }];
  const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      uid,
      namespace: 'monitoring',
      resourceVersion: String(version),
      creationTimestamp: formatTime(created),
      labels: { ...labels, ...(hash === undefined ? {} : { 'controller-revision-hash': hash }) },
      ...(deleting ? { deletionTimestamp: formatTime(NOW) } : {}),
      ...(owner === ''
        ? {}
        : { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', uid: owner, controller: true }] }),
    },
    spec: { containers: [{ name: 'agent' }], ...(unbound ? { affinity: { nodeAffinity: required } } : { nodeName: on }) },
    status: {
      phase,
      ...(ready === false ? {} : { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: formatTime(ready) }] }),
    },
  };
}
