/** The small controllers by kube-controller-manager's names, and which of them `--controllers` asks for. */
import type { ControllerWorld, RunningController } from './controller.ts';
import { startDeploymentController } from './deployment.ts';
import { startDisruptionController } from './disruption.ts';
import { startGarbageCollector } from './garbage-collector.ts';
import { startNamespaceController } from './namespace.ts';
import { startNodeLifecycle } from './node-lifecycle.ts';
import { startPodGc } from './pod-gc.ts';
import { startReplicaSetController } from './replicaset.ts';
import { startScheduler } from './scheduler.ts';
import { startServiceAccountController } from './service-account.ts';

const STARTERS: Readonly<Record<string, (world: ControllerWorld) => RunningController>> = {
  deployment: startDeploymentController,
  disruption: startDisruptionController,
  garbagecollector: startGarbageCollector,
  namespace: startNamespaceController,
  nodelifecycle: startNodeLifecycle,
  podgc: startPodGc,
  replicaset: startReplicaSetController,
  scheduler: startScheduler,
  serviceaccount: startServiceAccountController,
};

/** The names known here (`scheduler` is ours: upstream's is a program of its own); the DaemonSet controller has its own (`daemonset`). */
export const CONTROLLERS: readonly string[] = Object.keys(STARTERS);

/** Upstream's longer names of the same controllers. */
const ALIASES: Readonly<Record<string, string>> = {
  'deployment-controller': 'deployment',
  'disruption-controller': 'disruption',
  'garbage-collector-controller': 'garbagecollector',
  'namespace-controller': 'namespace',
  'node-lifecycle-controller': 'nodelifecycle',
  'pod-garbage-collector-controller': 'podgc',
  'replicaset-controller': 'replicaset',
  'serviceaccount-controller': 'serviceaccount',
  'daemonset-controller': 'daemonset',
};

/**
 * The controllers of `--controllers`: a comma-separated list of `*` (all), `name` and `-name`; what stands first for a name counts, as upstream.
 * An empty text runs none. Throws an `Error` that lists the known names where one is unknown.
 */
export function parseControllers(text: string, known: readonly string[]): Set<string> {
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const canonical = (word: string) => ALIASES[word] ?? word;
  for (const word of words) {
    const name = canonical(word.replace(/^-/, ''));
    if (name !== '*' && !known.includes(name))
      throw new Error(`"${word.replace(/^-/, '')}" is not in the list of known controllers: ${[...known].sort().join(', ')}`);
  }
  const enabled = new Set<string>();
  for (const name of known) {
    const decisive = words.find((word) => canonical(word.replace(/^-/, '')) === name);
    if (decisive ? !decisive.startsWith('-') : words.includes('*')) enabled.add(name);
  }
  return enabled;
}

/** Starts those of `enabled` that are ours. */
export function startControllers(world: ControllerWorld, enabled: ReadonlySet<string>): RunningController {
  const running = CONTROLLERS.filter((name) => enabled.has(name)).map((name) => STARTERS[name]?.(world));
  return {
    stop() {
      for (const controller of running) controller?.stop();
    },
  };
}
