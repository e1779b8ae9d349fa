/** The DaemonSet controller: watches, keeps the roster, decides, acts. Everything it knows of DaemonSets is in the core. */
import type { Decision } from '../core/daemonset/decision.ts';
import type { Fleet } from '../core/daemonset/fleet.ts';
import { reconcile } from '../core/daemonset/reconcile.ts';
import { Roster } from '../core/daemonset/roster.ts';
import type { Instant } from '../core/kube/time.ts';
import type { Settings } from '../core/profile.ts';
import type { Clock, KubeApi, Log, Random } from '../ports.ts';
import { act } from './act.ts';
import { startEventRecorder } from './events.ts';
import { type ControllerMetrics, newMetrics } from './metrics.ts';
import { observeCluster } from './observe.ts';
import { type PassContext, PassOver } from './pass.ts';
import { WorkQueue } from './queue.ts';

/** DaemonSets worked on at once; upstream's `--concurrent-daemonset-syncs` is 2, but its workers also burn a core each. */
const WORKERS = 8;

export interface ControllerOptions {
  api: KubeApi;
  clock: Clock;
  random: Random;
  log: Log;
  settings: Settings;
  workers?: number;
}

export interface Controller {
  /** The four watches are complete and deciding has begun. */
  readonly synced: Promise<void>;
  readonly metrics: ControllerMetrics;
  /** Everything the controller knows, for those who explain or show it. Not to be changed. */
  readonly roster: Roster;
  /** Nothing is sent any more from this moment on; resolves when the answers to what was sent are in. */
  stop(): Promise<void>;
}

export function startController(options: ControllerOptions): Controller {
  const { api, clock, log, settings } = options;
  const roster = new Roster(settings);
  const metrics = newMetrics(() => queue.depth + queue.running);
  const events = startEventRecorder({ api, clock, log, counters: metrics.events });
  const context: PassContext = { api, clock, log, events, metrics };
  const passes = new Set<Promise<unknown>>();
  let stopped = false;

  const work = async (key: string): Promise<Instant | undefined> => {
    const fleet = roster.fleet(key);
    if (!fleet || stopped) return undefined;
    const decision = decide(fleet, clock.now(), metrics);
    const pass = { ...context, fleet, daemonSet: fleet.daemonSet, over: () => stopped || roster.fleet(key) !== fleet };
    try {
      const written = await act(pass, decision);
      if (written && !pass.over()) roster.daemonSet(written);
    } catch (error) {
      if (error instanceof PassOver) return undefined;
      throw error;
    }
    // The answers have changed the fleet, and the watch need not bring anything new: look again at once.
    if (decision.actions.length > 0) queue.add(key);
    return decision.wakeAt;
  };

  const queue = new WorkQueue({
    clock,
    workers: options.workers ?? WORKERS,
    work(key) {
      const pass = work(key);
      passes.add(pass);
      void pass.catch(() => {}).then(() => passes.delete(pass));
      return pass;
    },
    failed(key, error, wait) {
      metrics.errors++;
      log.warn('a decision was not carried out completely, trying again', { daemonSet: key, wait, error: String(error) });
    },
  });

  const observation = observeCluster({ ...options, roster, metrics }, (keys) => {
    for (const key of keys) queue.add(key);
  });

  return {
    synced: observation.synced,
    metrics,
    roster,
    async stop() {
      stopped = true;
      observation.stop();
      queue.stop();
      events.stop();
      await Promise.allSettled(passes);
    },
  };
}

function decide(fleet: Fleet, now: Instant, metrics: ControllerMetrics): Decision {
  const began = performance.now();
  const decision = reconcile(fleet, now);
  const took = performance.now() - began;
  metrics.decisions++;
  metrics.deciding += took;
  metrics.longestDecision = Math.max(metrics.longestDecision, took);
  return decision;
}
