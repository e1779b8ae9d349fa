/** From node pools to what the simulation needs: node plans, rules, static pods. */
import { stringify } from 'yaml';
import type { NodePlan } from '../core/node/node-object.ts';
import type { StaticManifest } from '../core/node/static-pods.ts';
import type { ClusterPlan } from './cluster-plan.ts';
import { type NodePool, poolNodeNames } from './node-pool.ts';
import { parseTaint } from './taint-text.ts';

/** The label that says which pool a node is of; simulation rules match by it. */
const POOL_LABEL = 'everynode.dev/pool';

/** Every node of the pools, in order. */
export function nodePlans(pools: readonly NodePool[]): NodePlan[] {
  return pools.flatMap((pool) =>
    poolNodeNames(pool).map((name) => ({
      name,
      labels: { ...pool.labels, ...(pool.simulation ? { [POOL_LABEL]: poolLabel(pool) } : {}) },
      taints: pool.taints.map((text) => {
        const parsed = parseTaint(text);
        if ('problem' in parsed) throw new Error(parsed.problem);
        return parsed.value;
      }),
      os: pool.os,
      arch: pool.arch,
      capacity: Object.fromEntries(Object.entries(pool.capacity).map(([resource, amount]) => [resource, String(amount)])),
    })),
  );
}

/** The text of `rules.yaml`: the plan's own rules, then one for each pool with a `simulation`. */
export function poolRules({ pools, simulation }: ClusterPlan): string {
  const own = pools
    .filter((pool) => pool.simulation)
    .map((pool) => ({
      name: `pool ${pool.name}`,
      match: { nodeLabels: { [POOL_LABEL]: poolLabel(pool) } },
      effects: pool.simulation,
    }));
  const rules = [...simulation, ...own];
  return rules.length === 0
    ? '# What simulated pods do; see docs/reference/simulation.md. First match of each effect wins.\n[]\n'
    : stringify(rules);
}

/** The static pod manifests that lie on each node. */
export function staticPodsOf(pools: readonly NodePool[]): (node: string) => readonly StaticManifest[] {
  const byNode = new Map<string, readonly StaticManifest[]>();
  for (const pool of pools) {
    if (pool.staticPods.length === 0) continue;
    for (const name of poolNodeNames(pool)) byNode.set(name, pool.staticPods as unknown as readonly StaticManifest[]);
  }
  return (node) => byNode.get(node) ?? [];
}

function poolLabel(pool: NodePool): string {
  return pool.name.replaceAll('{n}', 'n').replace(/[^A-Za-z0-9_.-]/g, '');
}
