/** The metrics exporter of one cluster: watches without ever acting, and serves what it sees. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { newMetrics } from '../controller/metrics.ts';
import { observeCluster } from '../controller/observe.ts';
import { Roster } from '../core/daemonset/roster.ts';
import { ClusterMetrics } from '../core/metrics/cluster-metrics.ts';
import { exposition, TEXT_FORMAT } from '../core/metrics/family.ts';
import { type Allowlists, NOTHING_ALLOWED } from '../core/metrics/label-names.ts';
import type { Settings } from '../core/profile.ts';
import type { Clock, KubeApi, Log, Random } from '../ports.ts';
import { type MetricsServerOptions, serveMetrics } from './metrics-server.ts';

export interface ExporterOptions extends Pick<MetricsServerOptions, 'host' | 'port' | 'tls'> {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** By which nodes are judged eligible. */
  readonly settings: Settings;
  readonly allow?: Allowlists;
}

export interface Exporter {
  /** Of `/metrics`. */
  readonly url: string;
  /** Everything there was at the start has been seen; until then scrapes are answered with 503. */
  readonly synced: Promise<void>;
  stop(): Promise<void>;
}

/** Throws `CommandError` where it cannot listen; then nothing runs. */
export async function startExporter(options: ExporterOptions): Promise<Exporter> {
  const { clock, settings, allow = NOTHING_ALLOWED } = options;
  const roster = new Roster(settings);
  const cluster = new ClusterMetrics({ roster, allow, since: clock.now() });
  const process = await processMetrics();
  let complete = false;
  const server = await serveMetrics({
    ...options,
    unready: () => (complete ? undefined : 'the watches are not complete yet'),
    async render() {
      const text = exposition(cluster.collect(clock.now()));
      return { type: TEXT_FORMAT, text: text + (await process()) };
    },
  });
  const observation = observeCluster({ ...options, roster, metrics: newMetrics(() => 0) }, (keys) => cluster.changed(keys));
  const synced = observation.synced.then(async () => {
    // One DaemonSet a turn, so that whoever shares the process is not held up.
    for (const key of roster.keys()) {
      cluster.lookAt(key, clock.now());
      await nextTurn();
    }
    complete = true;
  });
  return {
    url: server.url,
    synced,
    async stop() {
      observation.stop();
      await server.close();
    },
  };
}

/** Gauges of prom-client with the name of a counter, which `promtool check metrics` rightly refuses. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** The exporter's own process: memory, CPU, event loop. */
async function processMetrics(): Promise<() => Promise<string>> {
  const { collectDefaultMetrics, Registry } = await import('prom-client');
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  return () => registry.metrics();
}
