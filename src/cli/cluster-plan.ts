/** What `up` was asked for: its options, and the nodes and rules of the cluster. */
import { type NodePool, nodePool } from './node-pool.ts';

export interface UpOptions {
  name: string;
  nodes?: number;
  config?: string;
  port: number;
  /** Absent: no metrics. */
  metricsPort?: number;
  data?: string;
  memory?: true;
  kubeconfig?: string;
  profile: 'handbook' | 'kubernetes';
  controllers: string;
  tokenAuthFile?: string;
  file: string[];
  output?: 'json';
}

/** The four nodes of the handbook's picture. */
export const DEFAULT_POOLS: readonly NodePool[] = [
  nodePool({ name: 'worker-{n}', count: 2 }),
  nodePool({ name: 'worker-3', arch: 'arm64' }),
  nodePool({
    name: 'control-plane-1',
    labels: { 'node-role.kubernetes.io/control-plane': '' },
    taints: ['node-role.kubernetes.io/control-plane:NoSchedule'],
  }),
];

/** Node pools and rules of one cluster. */
export interface ClusterPlan {
  readonly pools: readonly NodePool[];
  readonly simulation: readonly unknown[];
  /** Whether the user asked for these nodes: then they are made on a resumed cluster too. */
  readonly asked: boolean;
}
