/**
 * How soon a node that joins has its pod: 1,000 nodes are up, 100 more join one by one; from the node's creation to the pod's, and to
 * its readiness. `node bench/join.ts [nodes] [joins]`.
 */
import type { Node, Pod } from '../src/core/kube/objects.ts';
import { isReady } from '../src/core/kube/pod-state.ts';
import { NODES, PODS } from '../src/core/kube/resource.ts';
import { createAgent, nodeNames, openWorld, printTable, quantile, untilStatus } from './world.ts';

const [count = 1000, joins = 100] = process.argv.slice(2).map(Number);
const world = await openWorld();
await world.join(nodeNames(count));
await createAgent(world.api);
await untilStatus(world.api, (status) => (status.numberAvailable ?? 0) >= count);

const seen = {
  node: new Map<string, number>(),
  schedulable: new Map<string, number>(),
  pod: new Map<string, number>(),
  ready: new Map<string, number>(),
};
const first = (times: Map<string, number>, node: string | undefined): void => {
  if (node !== undefined && !times.has(node)) times.set(node, performance.now());
};
let arrived = Promise.withResolvers<void>();
const stopNodes = world.api.watch<Node>(
  NODES,
  { resourceVersion: (await world.api.list(NODES, { limit: 1 })).metadata.resourceVersion ?? '' },
  {
    events: (batch) => {
      for (const { object } of batch) {
        first(seen.node, object.metadata.name);
        if (!object.spec?.taints?.length) first(seen.schedulable, object.metadata.name);
      }
    },
    closed: () => {},
  },
);
const stopPods = world.api.watch<Pod>(
  PODS,
  { resourceVersion: (await world.api.list(PODS, { limit: 1 })).metadata.resourceVersion ?? '' },
  {
    events: (batch) => {
      for (const { object } of batch) {
        first(seen.pod, object.spec.nodeName);
        if (isReady(object)) first(seen.ready, object.spec.nodeName);
        arrived.resolve();
      }
    },
    closed: () => {},
  },
);

const before = process.cpuUsage();
for (const name of nodeNames(joins, count)) {
  await world.join([name]);
  while (!seen.ready.has(name)) {
    arrived = Promise.withResolvers<void>();
    await arrived.promise;
  }
}
const { user, system } = process.cpuUsage(before);
stopNodes();
stopPods();

const names = nodeNames(joins, count);
const spans = (from: Map<string, number>, to: Map<string, number>) =>
  names.map((name) => (to.get(name) ?? Number.NaN) - (from.get(name) ?? Number.NaN));
const row = (title: string, values: number[]) => [title, ...[0.5, 0.99, 1].map((q) => `${quantile(values, q).toFixed(1)} ms`)];
printTable(`${joins} nodes join ${count}, one by one (SQLite, one process)`, [
  ['', 'p50', 'p99', 'max'],
  row('node created → pod created', spans(seen.node, seen.pod)),
  row('node free of taints → pod created', spans(seen.schedulable, seen.pod)),
  row('node created → pod ready', spans(seen.node, seen.ready)),
]);
console.log(`  CPU per join ${((user + system) / 1000 / joins).toFixed(1)} ms`);
await world.close();
process.exit(0);
