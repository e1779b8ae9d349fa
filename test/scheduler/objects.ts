/** Nodes, pods and clusters for the scheduler's tests, said in few words. */
import type { Node, Pod, PodSpec, Taint } from '../../src/core/kube/objects.ts';
import { ClusterState } from '../../src/core/scheduler/cluster-state.ts';
import { type PodInfo, podInfoOf } from '../../src/core/scheduler/pod-info.ts';

export interface NodeWords {
  cpu?: string;
  memory?: string;
  pods?: string;
  more?: Record<string, string>;
  labels?: Record<string, string>;
  taints?: Taint[];
  unschedulable?: boolean;
}

export function node(name: string, words: NodeWords = {}): Node {
  const { cpu = '4', memory = '8Gi', pods = '110', more = {}, labels = {}, taints, unschedulable } = words;
  return {
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec: { ...(taints ? { taints } : {}), ...(unschedulable ? { unschedulable } : {}) },
    status: { allocatable: { cpu, memory, pods, ...more } },
  };
}

export interface PodWords {
  cpu?: string;
  memory?: string;
  more?: Record<string, string>;
  priority?: number;
  labels?: Record<string, string>;
  namespace?: string;
  hostPort?: number;
  hostIP?: string;
  started?: string;
  deleting?: boolean;
  spec?: Partial<PodSpec>;
  status?: Pod['status'];
}

export function pod(name: string, words: PodWords = {}): Pod {
  const {
    cpu,
    memory,
    more,
    priority = 0,
    labels,
    namespace = 'default',
    hostPort,
    hostIP,
    started,
    deleting,
    spec,
    status,
  } = words;
  const requests = { ...(cpu ? { cpu } : {}), ...(memory ? { memory } : {}), ...more };
  const port = { containerPort: 80, ...(hostPort ? { hostPort } : {}), ...(hostIP ? { hostIP } : {}) };
  return {
    metadata: {
      name,
      namespace,
      uid: `uid-${name}`,
      generation: 1,
      ...(labels ? { labels } : {}),
      ...(deleting ? { deletionTimestamp: '2026-01-01T00:00:30Z' } : {}),
    },
    spec: { priority, containers: [{ name: 'c', resources: { requests }, ports: [port] }], ...spec },
    status: { ...(started ? { startTime: started } : {}), ...status },
  };
}

/** A required node affinity on `metadata.name`, as the DaemonSet controller writes it. */
export function pinnedTo(...values: string[]): Partial<PodSpec> {
  const terms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values }] }];
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } } };
}

/** `there`: the pods on each node, by its name. */
export function clusterOf(nodes: readonly Node[], there: Readonly<Record<string, readonly Pod[]>> = {}): ClusterState {
  const cluster = new ClusterState();
  for (const one of nodes) cluster.setNode(one);
  for (const [name, pods] of Object.entries(there)) for (const one of pods) cluster.place(podInfoOf(one), name);
  return cluster;
}

export function names(pods: readonly PodInfo[]): string[] {
  return pods.map((info) => info.pod.metadata.name ?? '');
}
