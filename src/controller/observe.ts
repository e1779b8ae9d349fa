/** The four watches of the controller, feeding the roster. */
import type { Roster } from '../core/daemonset/roster.ts';
import type { ControllerRevision, DaemonSet, KubeObject, Node, Pod } from '../core/kube/objects.ts';
import { CONTROLLERREVISIONS, DAEMONSETS, NODES, PODS, type ResourceRef } from '../core/kube/resource.ts';
import type { Clock, KubeApi, Log, Random } from '../ports.ts';
import { startInformer } from './informer.ts';
import type { ControllerMetrics } from './metrics.ts';

export interface ObservationOptions {
  api: KubeApi;
  clock: Clock;
  random: Random;
  log: Log;
  roster: Roster;
  metrics: ControllerMetrics;
}

export interface Observation {
  /** Resolves when all four watches have shown everything that was there at the start. */
  readonly synced: Promise<void>;
  stop(): void;
}

type Keys = readonly string[];

/**
 * Until all four are complete nothing is said: a decision on half a picture would create pods that exist. Then `changed`
 * hears all DaemonSets once, and from there on those whose decision may come out differently.
 */
export function observeCluster({ roster, metrics, ...source }: ObservationOptions, changed: (keys: Keys) => void): Observation {
  const complete = Promise.withResolvers<void>();
  let incomplete = 4;
  const tell = (change: () => Keys): void => {
    const began = performance.now();
    const keys = change();
    metrics.observing += performance.now() - began;
    if (incomplete === 0 && keys.length > 0) changed(keys);
  };
  const synced = (): void => {
    if (--incomplete > 0) return;
    changed(roster.keys());
    complete.resolve();
  };
  const follow = <T extends KubeObject>(ref: ResourceRef, put: (object: T) => Keys, remove: (object: T) => Keys) =>
    startInformer<T>(
      { ...source, ref },
      { changed: (object) => tell(() => put(object)), deleted: (object) => tell(() => remove(object)), synced },
    );
  const stops = [
    follow<Node>(
      NODES,
      (node) => roster.node(node),
      (node) => roster.removeNode(node),
    ),
    follow<Pod>(
      PODS,
      (pod) => roster.pod(pod),
      (pod) => roster.removePod(pod),
    ),
    follow<ControllerRevision>(
      CONTROLLERREVISIONS,
      (revision) => roster.revision(revision),
      (revision) => roster.removeRevision(revision),
    ),
    follow<DaemonSet>(
      DAEMONSETS,
      (daemonSet) => roster.daemonSet(daemonSet),
      (daemonSet) => roster.removeDaemonSet(daemonSet),
    ),
  ];
  return {
    synced: complete.promise,
    stop() {
      for (const stop of stops) stop();
    },
  };
}
