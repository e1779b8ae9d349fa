/**
 * What a cluster costs that nobody touches: processor time and writes per second while every node only beats.
 * `node bench/idle.ts [nodes…]`, 100, 1000 and 5000 unless told otherwise.
 */
import { NODES } from '../src/core/kube/resource.ts';
import type { KubeApi } from '../src/ports.ts';
import { createAgent, nodeNames, openWorld, printTable, untilNodesReady, untilStatus } from './world.ts';

/** After the rollout the burst of its events is written out; only then it is quiet. */
const SETTLE_SECONDS = 12;
const LOOK_SECONDS = 15;

async function measure(count: number): Promise<string[]> {
  const world = await openWorld();
  await world.join(nodeNames(count));
  await untilNodesReady(world.api, count);
  await createAgent(world.api);
  await untilStatus(world.api, (status) => (status.numberAvailable ?? 0) >= count);
  await seconds(SETTLE_SECONDS);
  const [before, from] = [process.cpuUsage(), await revision(world.api)];
  await seconds(LOOK_SECONDS);
  const { user, system } = process.cpuUsage(before);
  const writes = (await revision(world.api)) - from;
  await world.close();
  const share = (user + system) / 1e6 / LOOK_SECONDS;
  return [String(count), `${(share * 100).toFixed(1)} % of a core`, (writes / LOOK_SECONDS).toFixed(0)];
}

const seconds = (count: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, count * 1000));

/** Every write raises it by one. */
async function revision(api: KubeApi): Promise<number> {
  return Number((await api.list(NODES, { limit: 1 })).metadata.resourceVersion);
}

const given = process.argv.slice(2).map(Number);
const rows = [['nodes', 'processor', 'writes/s']];
for (const count of given.length > 0 ? given : [100, 1000, 5000]) rows.push(await measure(count));
printTable('A cluster at rest, one daemon pod a node (SQLite, one process)', rows);
process.exit(0);
