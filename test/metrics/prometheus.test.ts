/** A real Prometheus scrapes a real cluster: the alerts fire when it is broken and resolve when it is healed, minutes shrunk to seconds. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scaleAlerts } from '../../scripts/scale-alerts.ts';
import { connect } from '../../src/cli/connect.ts';
import { DAEMONSETS, NODES, PODS, type ResourceRef, SERVICEACCOUNTS } from '../../src/core/kube/resource.ts';
import type { KubeApi } from '../../src/ports.ts';
import { EXAMPLES, PATIENCE, type Ready, scene } from '../e2e/everynode.ts';

const installed = spawnSync('prometheus', ['--version']).status === 0;
const SOURCE = readFileSync(fileURLToPath(new URL('../../deploy/prometheus/daemonset-alerts.yaml', import.meta.url)), 'utf8');
const KEY = { namespace: 'monitoring', name: 'node-exporter' };
const { up, path, clean } = scene('prometheus');

let api: KubeApi & { close(): void };
let prometheus: ChildProcess | undefined;
let base = '';

/** Names of the alerts that fire now. */
async function firing(): Promise<string[]> {
  const response = await fetch(`${base}/api/v1/alerts`);
  const { data } = (await response.json()) as { data: { alerts: { state: string; labels: { alertname: string } }[] } };
  return [...new Set(data.alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname))].sort();
}

/** Waits until every one of `on` fires and none of `off` does; fails with what fires in its place. */
async function check({ on = [], off = [] }: { on?: readonly string[]; off?: readonly string[] }): Promise<void> {
  await expect
    .poll(
      async () => {
        const now = await firing();
        return { missing: on.filter((name) => !now.includes(name)), wrong: off.filter((name) => now.includes(name)) };
      },
      { timeout: PATIENCE, interval: 500 },
    )
    .toEqual({ missing: [], wrong: [] });
}

function merge(ref: ResourceRef, key: { namespace?: string; name: string }, body: unknown): Promise<unknown> {
  return api.patch(ref, key, { type: 'application/merge-patch+json', body });
}

async function setImage(image: string): Promise<void> {
  const body = { spec: { template: { spec: { containers: [{ name: 'node-exporter', image }] } } } };
  await api.patch(DAEMONSETS, KEY, { type: 'application/strategic-merge-patch+json', body });
}

async function startPrometheus(target: string): Promise<void> {
  writeFileSync(path('alerts.yaml'), scaleAlerts(SOURCE, 1 / 60));
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: ['alerts.yaml'],
    scrape_configs: [{ job_name: 'everynode', static_configs: [{ targets: [target] }] }],
  };
  writeFileSync(path('prometheus.yaml'), JSON.stringify(config));
  prometheus = spawn('prometheus', [
    `--config.file=${path('prometheus.yaml')}`,
    `--storage.tsdb.path=${path('tsdb')}`,
    '--web.listen-address=127.0.0.1:0',
  ]);
  let said = '';
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  prometheus.stderr?.on('data', (chunk) => {
    said += chunk;
    const address = /Listening on.*address=(127\.0\.0\.1:\d+)/.exec(said)?.[1];
    if (address) resolve(address);
  });
  prometheus.once('exit', () => reject(new Error(said)));
  base = `http://${await promise}`;
}

describe.runIf(installed)('with a real Prometheus', { timeout: 2 * PATIENCE }, () => {
  beforeAll(async () => {
    const config = `apiVersion: everynode.dev/v1
kind: Cluster
nodePools:
- {name: "worker-{n}", count: 6}
simulation:
- {match: {image: "*:broken"}, effects: {pullError: no such image}}
- {match: {image: "*:slow"}, effects: {startDelay: 7s}}
`;
    writeFileSync(path('cluster.yaml'), config);
    const args = ['--memory', '--config', path('cluster.yaml'), '--data', path('data'), '--metrics-port', '0'];
    const ready = (await up([...args, '-f', `${EXAMPLES}/node-exporter.yaml`]).ready()) as Ready & { metrics: string };
    api = await connect({ file: ready.kubeconfig });
    await startPrometheus(new URL(ready.metrics).host);
  }, PATIENCE);

  afterAll(async () => {
    if (prometheus && prometheus.exitCode === null) {
      prometheus.kill('SIGTERM');
      await once(prometheus, 'exit');
    }
    api?.close();
    await clean();
  }, PATIENCE);

  it('a pod that cannot be created: not fully scheduled, until it can', async () => {
    await api.delete(SERVICEACCOUNTS, KEY);
    await api.delete(PODS, { namespace: 'monitoring', name: 'node-exporter-worker-1' });
    await check({ on: ['DaemonSetNotFullyScheduled', 'KubeDaemonSetNotScheduled'] });
    await api.create(SERVICEACCOUNTS, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { ...KEY } });
    await check({ off: ['DaemonSetNotFullyScheduled', 'KubeDaemonSetNotScheduled'] });
  });

  it('an untolerated taint: misscheduled, until it goes', async () => {
    await merge(NODES, { name: 'worker-2' }, { spec: { taints: [{ key: 'dedicated', effect: 'NoSchedule' }] } });
    await check({ on: ['DaemonSetMisscheduled', 'KubeDaemonSetMisScheduled'] });
    await merge(NODES, { name: 'worker-2' }, { spec: { taints: null } });
    await check({ off: ['DaemonSetMisscheduled', 'KubeDaemonSetMisScheduled'] });
  });

  it('a slow rollout does not stand still, though it takes longer than a stuck one needs to be told', async () => {
    await setImage('prom/node-exporter:slow');
    const end = Date.now() + 40_000;
    const seen = new Set<string>();
    while (Date.now() < end) {
      for (const name of await firing()) seen.add(name);
      await sleep(500);
    }
    expect([...seen]).toContain('DaemonSetRolloutStuck');
    expect([...seen]).not.toContain('DaemonSetRolloutStandsStill');
    await check({ off: ['DaemonSetRolloutStuck', 'DaemonSetPodNotReady'] });
  });

  it('a bad image: stuck, standing still and not ready, until it is undone', async () => {
    const alerts = ['DaemonSetPodNotReady', 'DaemonSetRolloutStandsStill', 'DaemonSetRolloutStuck', 'KubeDaemonSetRolloutStuck'];
    await setImage('prom/node-exporter:broken');
    await check({ on: alerts });
    await setImage('prom/node-exporter:v1.7.0');
    await check({ off: alerts });
  });
});
