/**
 * Where the time goes from process start to the example DaemonSet fully ready on the four default nodes, SQLite, default delays:
 * `node bench/startup.ts [runs]`. Each run is a process of its own; the table shows the medians in milliseconds, by wall clock and CPU.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Applied } from '../src/cli/apply-manifests.ts';

interface Step {
  readonly name: string;
  /** Milliseconds of wall clock and of CPU (all threads). */
  readonly wall: number;
  readonly cpu: number;
}

const EXAMPLE = fileURLToPath(new URL('../examples/node-exporter.yaml', import.meta.url));

/** One start in this process, which was just made for it. */
async function measure(): Promise<Step[]> {
  module.enableCompileCache?.();
  const steps: Step[] = [];
  let wall = 0;
  let cpu = 0;
  const done = (name: string) => {
    const used = process.cpuUsage();
    const now = { wall: performance.now(), cpu: (used.user + used.system) / 1000 };
    steps.push({ name, wall: now.wall - wall, cpu: now.cpu - cpu });
    ({ wall, cpu } = now);
  };
  done('node itself');
  await import('../src/cli/program.ts');
  done('import the command line');
  const { readManifests } = await import('../src/cli/manifest-files.ts');
  const manifests = readManifests([EXAMPLE]);
  done('read the manifest');
  const { KINDS } = await import('../src/core/api/kinds/all.ts');
  const { checkManifests } = await import('../src/cli/manifest-check.ts');
  done('import the API');
  checkManifests(manifests, KINDS);
  done('check the manifest');
  await import('../src/cli/run-up.ts');
  done('import the rest');
  const { openSqliteStore } = await import('../src/server/store/sqlite.ts');
  const filesDir = mkdtempSync(join(tmpdir(), 'everynode-startup-'));
  const store = await openSqliteStore(filesDir);
  done('open the store');
  const { boot } = await import('../src/cli/boot.ts');
  const { DEFAULT_POOLS } = await import('../src/cli/cluster-plan.ts');
  const { systemClock, systemRandom } = await import('../src/cli/system.ts');
  const { stderrLog } = await import('../src/cli/log.ts');
  const { openCertificates } = await import('../src/cli/access.ts');
  await openCertificates({ clock: systemClock, filesDir });
  done('certificates and keys');
  const { applyManifests } = await import('../src/cli/apply-manifests.ts');
  const applied: Applied[] = [];
  const cluster = await boot({
    store,
    filesDir,
    port: 0,
    profile: 'handbook',
    controllers: '*',
    plan: { pools: DEFAULT_POOLS, simulation: [], asked: false },
    clock: systemClock,
    random: systemRandom,
    log: stderrLog(),
    beforeServing: (api) => applyManifests(api, KINDS, { manifests, report: (one) => applied.push(one) }),
  });
  done('boot, four nodes join, apply');
  await cluster.synced;
  const { followDaemonSets } = await import('../src/cli/follow-daemonsets.ts');
  const { terminalScreen } = await import('../src/cli/screen.ts');
  const signal = new AbortController().signal;
  const { nodesReady } = await import('../src/cli/nodes-ready.ts');
  const { PROFILES } = await import('../src/core/profile.ts');
  const wait = { api: cluster.api, screen: terminalScreen(true), signal, now: () => systemClock.now(), patience: 60_000 };
  await nodesReady({ ...wait, lifecycle: true });
  await followDaemonSets(applied, { ...wait, kinds: KINDS, settings: PROFILES.handbook });
  done('pods start (200-800 ms each) and are ready');
  await cluster.stop();
  rmSync(filesDir, { recursive: true });
  return steps;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function compare(runs: number): void {
  const all = Array.from({ length: runs }, () => {
    const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--once'], { encoding: 'utf8' });
    if (child.status !== 0) throw new Error(child.stderr);
    return JSON.parse(child.stdout) as Step[];
  });
  const print = (name: string, wall: number, cpu: number) =>
    console.log(`${name.padEnd(46)} ${wall.toFixed(0).padStart(6)} ${cpu.toFixed(0).padStart(6)}`);
  console.log(`${'median of '.concat(String(runs), ' runs').padEnd(46)} ${'wall'.padStart(6)} ${'CPU'.padStart(6)}`);
  for (const [i, { name }] of (all[0] ?? []).entries()) {
    print(name, median(all.map((run) => run[i]?.wall ?? 0)), median(all.map((run) => run[i]?.cpu ?? 0)));
  }
  const total = (of: 'wall' | 'cpu') => median(all.map((run) => run.reduce((sum, step) => sum + step[of], 0)));
  print('in all, one after the other', total('wall'), total('cpu'));
}

/** From spawning `everynode up` to its ready line: there the database opens beside the imports, and certificates are made while pods start. */
async function wholeProgram(runs: number, env: Record<string, string>): Promise<number[]> {
  const bin = fileURLToPath(new URL('../bin/everynode', import.meta.url));
  const took: number[] = [];
  for (let run = 0; run < runs; run++) {
    const dir = mkdtempSync(join(tmpdir(), 'everynode-startup-'));
    const began = performance.now();
    const args = [bin, 'up', '--data', join(dir, 'data'), '--port', '0', '--output', 'json', '-f', EXAMPLE];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
    await once(child.stdout, 'data');
    took.push(performance.now() - began);
    child.kill();
    await once(child, 'exit');
    rmSync(dir, { recursive: true });
  }
  return took;
}

if (process.argv[2] === '--once') process.stdout.write(JSON.stringify(await measure()));
else {
  const runs = Number(process.argv[2] ?? 5);
  compare(runs);
  const warm = await wholeProgram(runs, {});
  const cold = await wholeProgram(runs, { NODE_DISABLE_COMPILE_CACHE: '1' });
  console.log(`everynode up: median ${median(warm).toFixed(0)} ms, without the compile cache ${median(cold).toFixed(0)} ms`);
}
