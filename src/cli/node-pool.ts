/** One pool of equal simulated nodes. */

export interface NodePool {
  /** `worker-{n}`; `{n}` counts from 1. Without it `-{n}` is added where `count` is more than one. */
  readonly name: string;
  readonly count: number;
  readonly labels: Readonly<Record<string, string>>;
  /** As `kubectl taint` writes them. */
  readonly taints: readonly string[];
  readonly os: string;
  readonly arch: string;
  readonly capacity: Readonly<Record<string, string | number>>;
  /** Effects as in the simulation rules, for every pod on the pool's nodes. */
  readonly simulation?: Readonly<Record<string, unknown>> | undefined;
  /** Pod manifests that each node runs by itself. */
  readonly staticPods: readonly Readonly<Record<string, unknown>>[];
}

/** A pool of one linux/amd64 node, but for what is given. */
export function nodePool(of: Partial<NodePool> & { name: string }): NodePool {
  return { count: 1, labels: {}, taints: [], os: 'linux', arch: 'amd64', capacity: {}, staticPods: [], ...of };
}

/** The names of a pool's nodes, in order. */
export function poolNodeNames(pool: NodePool): string[] {
  const pattern = pool.name.includes('{n}') || pool.count === 1 ? pool.name : `${pool.name}-{n}`;
  return Array.from({ length: pool.count }, (_, i) => pattern.replaceAll('{n}', String(i + 1)));
}
