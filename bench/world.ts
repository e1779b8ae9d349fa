/** The whole of everynode in one process for a bench: server on SQLite, simulated nodes, node lifecycle, DaemonSet controller. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, systemRandom } from '../src/cli/system.ts';
import { startControllers } from '../src/cluster/controllers.ts';
import { EventRecorder } from '../src/cluster/event-recorder.ts';
import { Mirrors } from '../src/cluster/mirror.ts';
import { type SimulatedNodes, startNodes } from '../src/cluster/nodes.ts';
import { type Controller, startController } from '../src/controller/controller.ts';
import { KINDS } from '../src/core/api/kinds/all.ts';
import type { DaemonSet, Node } from '../src/core/kube/objects.ts';
import { DAEMONSETS, NODES } from '../src/core/kube/resource.ts';
import { PROFILES } from '../src/core/profile.ts';
import type { KubeApi, Log } from '../src/ports.ts';
import { createApiServer } from '../src/server/api-server.ts';
import { openSqliteStore } from '../src/server/store/sqlite.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

export interface World {
  api: KubeApi;
  nodes: SimulatedNodes;
  controller: Controller;
  join(names: readonly string[]): Promise<void>;
  /** Stops everything and removes the data. */
  close(): Promise<void>;
}

export async function openWorld(): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'everynode-bench-'));
  const store = await openSqliteStore(directory);
  const base = { clock: systemClock, random: systemRandom, log: silent };
  const server = await createApiServer({
    ...base,
    store,
    kinds: KINDS,
    authenticate: () => undefined,
    authorize: () => ({ allowed: true }),
  });
  const as = (name: string) => server.local({ name, groups: ['system:masters'] }, name);
  const settings = PROFILES.handbook;
  const cluster = { ...base, api: as('cluster') };
  const mirrors = new Mirrors(cluster);
  const nodes = startNodes({ ...base, api: as('kubelet'), settings, mirrors });
  const controllers = startControllers(
    { ...cluster, mirrors, recorder: new EventRecorder(cluster), kinds: KINDS, rootCa: '' },
    new Set(['nodelifecycle', 'serviceaccount']),
  );
  const controller = startController({ ...base, api: as('daemonset-controller'), settings });
  await Promise.all([nodes.synced, controller.synced]);
  return {
    api: as('bench'),
    nodes,
    controller,
    join: (names) => nodes.join(names.map((name) => ({ name }))),
    async close() {
      await controller.stop();
      controllers.stop();
      nodes.stop();
      mirrors.stop();
      await server.close();
      await store.close();
      rmSync(directory, { recursive: true });
    },
  };
}

export const nodeNames = (count: number, first = 0): string[] =>
  Array.from({ length: count }, (_, n) => `node-${String(first + n).padStart(5, '0')}`);

/** A plain agent that becomes Ready with its container. */
export async function createAgent(api: KubeApi): Promise<void> {
  const labels = { app: 'agent' };
  const resources = { requests: { cpu: '50m', memory: '64Mi' } };
  await api.create<DaemonSet>(DAEMONSETS, {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent', namespace: 'default' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'agent', image: 'agent:1', resources }] } },
    },
  });
}

/** Milliseconds until the DaemonSet's status satisfies `done`. Throws after `limit`. */
export async function untilStatus(
  api: KubeApi,
  done: (status: NonNullable<DaemonSet['status']>) => boolean,
  limit = 300_000,
): Promise<number> {
  const began = performance.now();
  while (performance.now() - began < limit) {
    const { status } = await api.get<DaemonSet>(DAEMONSETS, { namespace: 'default', name: 'agent' });
    if (status && done(status)) return performance.now() - began;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`the DaemonSet did not get there within ${limit / 1000} s`);
}

/** Until `count` nodes are ready for pods: they join tainted, and node lifecycle takes the taint away. */
export async function untilNodesReady(api: KubeApi, count: number, limit = 300_000): Promise<void> {
  const began = performance.now();
  while (performance.now() - began < limit) {
    const { items } = await api.list<Node>(NODES);
    if (items.filter(({ spec }) => !spec?.taints?.length).length >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the nodes were not ready within ${limit / 1000} s`);
}

/** The value below which the share `q` of the values lies. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

/** Prints rows under a heading, columns aligned. */
export function printTable(title: string, rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  console.log(`\n${title}`);
  for (const row of rows)
    console.log(
      `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}`,
    );
}
