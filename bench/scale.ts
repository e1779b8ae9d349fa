/**
 * How long a DaemonSet takes to cover a cluster: time to all pods created and to all ready, memory, processor time.
 * `node bench/scale.ts [nodes…]`, 1000 and 5000 unless told otherwise.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createAgent, nodeNames, openWorld, printTable, untilNodesReady, untilStatus } from './world.ts';

interface Figures {
  nodes: number;
  joined: number;
  created: number;
  ready: number;
  rss: number;
  cpu: number;
  /** Of it, the thread that serves and decides; the rest is the database's thread and the collector's. */
  main: number;
  deciding: number;
  observing: number;
  longest: number;
  decisions: number;
  statusWrites: number;
}

async function measure(count: number): Promise<Figures> {
  const world = await openWorld();
  let began = performance.now();
  await world.join(nodeNames(count));
  await untilNodesReady(world.api, count);
  const joined = performance.now() - began;
  const before = process.cpuUsage();
  const mainBefore = process.threadCpuUsage();
  began = performance.now();
  await createAgent(world.api);
  await untilStatus(world.api, (status) => status.currentNumberScheduled >= count);
  const created = performance.now() - began;
  await untilStatus(world.api, (status) => (status.numberAvailable ?? 0) >= count);
  const ready = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  const main = process.threadCpuUsage(mainBefore);
  const { decisions, deciding, observing, longestDecision: longest, statusWrites } = world.controller.metrics;
  const rss = process.resourceUsage().maxRSS / 1024;
  await world.close();
  return {
    nodes: count,
    joined,
    created,
    ready,
    rss,
    cpu: (user + system) / 1e6,
    main: (main.user + main.system) / 1e6,
    deciding,
    observing,
    longest,
    decisions,
    statusWrites,
  };
}

/** Each size in a process of its own: peak memory is a property of a process. */
async function inOwnProcess(count: number): Promise<Figures> {
  const child = fork(fileURLToPath(import.meta.url), ['--child', String(count)]);
  return new Promise((resolve, reject) => {
    child.once('message', (figures) => resolve(figures as Figures));
    child.once('exit', (code) => reject(new Error(`the bench of ${count} nodes ended with code ${code}`)));
  });
}

const [first, ...rest] = process.argv.slice(2);
if (first === '--child') {
  const figures = await measure(Number(rest[0]));
  process.send?.(figures, () => process.exit(0));
} else {
  const sizes = first === undefined ? [1000, 5000] : [first, ...rest].map(Number);
  const rows = [
    [
      'nodes',
      'joined',
      'all created',
      'all ready',
      'peak RSS',
      'CPU',
      'main thread',
      'deciding',
      'observing',
      'longest',
      'decisions',
      'status writes',
    ],
  ];
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  const millis = (ms: number) => `${ms.toFixed(0)} ms`;
  for (const size of sizes) {
    const f = await inOwnProcess(size);
    rows.push([
      String(f.nodes),
      seconds(f.joined),
      seconds(f.created),
      seconds(f.ready),
      `${f.rss.toFixed(0)} MiB`,
      `${f.cpu.toFixed(1)} s`,
      `${f.main.toFixed(1)} s`,
      millis(f.deciding),
      millis(f.observing),
      millis(f.longest),
      String(f.decisions),
      String(f.statusWrites),
    ]);
  }
  printTable('A DaemonSet over a whole cluster (SQLite, one process; times from its creation, nodes joined before)', rows);
}
