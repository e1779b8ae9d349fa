/** The exporter over HTTP and HTTPS, and its agreement with what `kubectl get ds` reads while a roll-out with failures goes on. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startExporter } from '../../src/cli/exporter.ts';
import { type MetricsServerOptions, serveMetrics } from '../../src/cli/metrics-server.ts';
import type { DaemonSet } from '../../src/core/kube/objects.ts';
import { DAEMONSETS, NODES, PODS } from '../../src/core/kube/resource.ts';
import { PROFILES } from '../../src/core/profile.ts';
import { startCluster, type TestCluster } from '../controller/cluster.ts';
import { silentLog } from '../controller/scripted-api.ts';
import { SeededRandom } from '../sim/virtual-clock.ts';

async function check(url: string, expected: { status: number; text?: string }, method = 'GET'): Promise<void> {
  const response = await fetch(url, { method });
  expect(response.status).toBe(expected.status);
  const text = await response.text();
  if (expected.text !== undefined) expect(text).toBe(expected.text);
}

describe('the server', () => {
  const options: MetricsServerOptions = {
    host: '127.0.0.1',
    port: 0,
    unready: () => undefined,
    render: () => Promise.resolve({ type: 'text/plain; version=0.0.4', text: 'up 1\n' }),
  };
  const cases: [
    name: string,
    change: Partial<MetricsServerOptions>,
    path: string,
    expected: { status: number; text?: string },
    method?: string,
  ][] = [
    ['serves metrics', {}, '/metrics', { status: 200, text: 'up 1\n' }],
    ['ignores a query', {}, '/metrics?collect=all', { status: 200, text: 'up 1\n' }],
    ['answers HEAD', {}, '/metrics', { status: 200, text: '' }, 'HEAD'],
    ['is healthy', {}, '/healthz', { status: 200, text: 'ok\n' }],
    ['knows no other path', {}, '/', { status: 404 }],
    ['takes nothing', {}, '/metrics', { status: 405 }, 'POST'],
    ['says that it is not ready', { unready: () => 'not yet' }, '/metrics', { status: 503, text: 'not yet\n' }],
    ['is not healthy then', { unready: () => 'not yet' }, '/healthz', { status: 503, text: 'not yet\n' }],
    ['survives a failure', { render: () => Promise.reject(new Error('broken')) }, '/metrics', { status: 500, text: 'broken\n' }],
  ];
  it.each(cases)('%s', async (_, change, path, expected, method) => {
    const server = await serveMetrics({ ...options, ...change });
    await check(server.url.replace('/metrics', path), expected, method);
    await server.close();
  });

  it('refuses a port that is taken and a certificate that is none', async () => {
    const server = await serveMetrics(options);
    const port = Number(new URL(server.url).port);
    await expect(serveMetrics({ ...options, port })).rejects.toThrow(
      `127.0.0.1:${port} for the metrics is taken by another process`,
    );
    await server.close();
    await expect(serveMetrics({ ...options, tls: { cert: 'x', key: 'y' } })).rejects.toThrow('cannot be used');
    await expect(serveMetrics({ ...options, host: '192.0.2.1' })).rejects.toThrow('is no address of this machine');
  });
});

/** What happens to the cluster between two scrapes. */
const STEPS = ['kubelets', 'update', 'break', 'relabel', 'fail', 'wait'] as const;
type StepName = (typeof STEPS)[number];

const PAIRS: readonly (readonly [metric: string, field: keyof NonNullable<DaemonSet['status']>])[] = [
  ['current_number_scheduled', 'currentNumberScheduled'],
  ['desired_number_scheduled', 'desiredNumberScheduled'],
  ['number_available', 'numberAvailable'],
  ['number_misscheduled', 'numberMisscheduled'],
  ['number_ready', 'numberReady'],
  ['number_unavailable', 'numberUnavailable'],
  ['observed_generation', 'observedGeneration'],
  ['updated_number_scheduled', 'updatedNumberScheduled'],
];

async function play(cluster: TestCluster, step: StepName, turn: number): Promise<void> {
  const { api } = cluster;
  const merge = (body: unknown) => ({ type: 'application/merge-patch+json', body }) as const;
  const key = { namespace: 'default', name: 'agent' };
  if (step === 'kubelets') await cluster.kubelets();
  else if (step === 'update' || step === 'break') {
    const containers = [{ name: 'agent', image: `agent:${step}-${turn}` }];
    await api.patch(DAEMONSETS, key, merge({ spec: { template: { spec: { containers } } } }));
  } else if (step === 'relabel') {
    await api.patch(NODES, { name: `n${1 + (turn % 3)}` }, merge({ metadata: { labels: { out: turn % 2 ? 'yes' : null } } }));
  } else if (step === 'fail') {
    const [pod] = await cluster.podObjects();
    if (!pod) return;
    const podKey = { namespace: 'default', name: pod.metadata.name ?? '' };
    await api.patch(PODS, podKey, merge({ status: { phase: 'Failed', conditions: [] } }), { subresource: 'status' });
  }
}

describe('a roll-out with failures', () => {
  it('shows the same figures in the metrics and in kubectl get ds', async () => {
    const affinity = {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'out', operator: 'DoesNotExist' }] }],
        },
      },
    };
    const template = {
      metadata: { labels: { app: 'agent' } },
      spec: { containers: [{ name: 'agent', image: 'agent:1' }], affinity },
    };
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...STEPS), { minLength: 4, maxLength: 10 }), async (steps) => {
        const cluster = await startCluster({ nodes: ['n1', 'n2', 'n3'], spec: { template } });
        const { api, clock } = cluster;
        const controller = cluster.start();
        const world = { api, clock, random: new SeededRandom(1), log: silentLog };
        const exporter = await startExporter({ ...world, settings: PROFILES.handbook, host: '127.0.0.1', port: 0 });
        try {
          await clock.advance(2_000);
          await exporter.synced;
          for (const [turn, step] of steps.entries()) {
            await play(cluster, step, turn);
            await clock.advance(3_000);
            const text = await (await fetch(exporter.url)).text();
            const status = await cluster.status();
            for (const [metric, field] of PAIRS) {
              const line = `kube_daemonset_status_${metric}{namespace="default",daemonset="agent"} ${status?.[field] ?? 0}`;
              expect(text.split('\n')).toContain(line);
            }
            const done = /rollout_done_nodes\{[^}]*\} (\d+)/.exec(text)?.[1];
            expect(Number(done)).toBeLessThanOrEqual(status?.desiredNumberScheduled ?? 0);
          }
        } finally {
          await exporter.stop();
          await controller.stop();
        }
      }),
      { numRuns: 8 },
    );
  }, 60_000);
});
