/** Which nodes a cluster is given when it starts: all of them once, also where the first start was cut short, and never again. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_POOLS } from '../../src/cli/cluster-plan.ts';
import { nodesWereMade, seedSimulation } from '../../src/cli/cluster-seed.ts';
import { NAMESPACES, NODES } from '../../src/core/kube/resource.ts';
import type { KubeApi } from '../../src/ports.ts';
import { ADMIN, start } from '../server/start.ts';

const PLAN = { pools: DEFAULT_POOLS, simulation: [], asked: false };
const SYSTEM = { name: 'everynode-system' };

async function check(before: (api: KubeApi) => Promise<unknown>, nodesToMake: boolean): Promise<void> {
  const { server, store } = await start();
  const api = server.local(ADMIN);
  await before(api);
  expect(await seedSimulation(api, PLAN)).toBe(nodesToMake);
  await server.close();
  await store.close();
}

describe('nodes are made', () => {
  const node = (api: KubeApi) => api.create(NODES, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker-1' } });

  it('in a new cluster', () => check(async () => {}, true));

  it('where the first start was killed while it made them', () =>
    check(async (api) => {
      await seedSimulation(api, PLAN);
      await node(api);
    }, true));

  it('never again, though some were deleted', () =>
    check(async (api) => {
      await seedSimulation(api, PLAN);
      await nodesWereMade(api);
    }, false));

  it('not because the namespace was deleted', () =>
    check(async (api) => {
      await node(api);
      expect((await api.list(NAMESPACES)).items.map(({ metadata }) => metadata.name)).not.toContain(SYSTEM.name);
    }, false));
});
