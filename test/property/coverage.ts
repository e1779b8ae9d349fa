/** What a property may ask of a cluster's coverage: written from the objects alone, without the fleet's reckoning. */
import type { Decision } from '../../src/core/daemonset/decision.ts';
import { compileRules, judge } from '../../src/core/daemonset/eligibility.ts';
import { healthOf } from '../../src/core/daemonset/node-health.ts';
import { targetNode } from '../../src/core/daemonset/pod.ts';
import type { Node, Pod } from '../../src/core/kube/objects.ts';
import { isAvailable } from '../../src/core/kube/pod-state.ts';
import type { World } from './world.ts';

interface View {
  readonly nodes: ReadonlyMap<string, Node>;
  readonly pods: ReadonlyMap<string, Pod>;
}

const HASH = 'controller-revision-hash';

/** The pods of each node. */
export function podsByNode(pods: Iterable<Pod>): Map<string, Pod[]> {
  return Map.groupBy(pods, (pod) => targetNode(pod) ?? '');
}

/** Names of the nodes that want a pod and are up, and of all that want one. */
function eligibleNodes(world: World, nodes: ReadonlyMap<string, Node>): { up: string[]; all: string[] } {
  const rules = compileRules(world.daemonSet, world.settings);
  const all = [...nodes].filter(([, node]) => judge(rules, node, world.now).run);
  return { up: all.filter(([, node]) => healthOf(node) === 'up').map(([name]) => name), all: all.map(([name]) => name) };
}

/** Whether one of the pods counts as coverage: available and not on its way out. */
export function isCovered(world: World, pods: readonly Pod[] = []): boolean {
  const { minReadySeconds = 0 } = world.daemonSet.spec;
  return pods.some((pod) => !pod.metadata.deletionTimestamp && isAvailable(pod, minReadySeconds, world.now));
}

/** Eligible nodes that are up and have no available pod, in truth. */
export function uncovered(world: World): number {
  const pods = podsByNode(world.pods.values());
  return eligibleNodes(world, world.nodes).up.filter((name) => !isCovered(world, pods.get(name))).length;
}

/**
 * How many nodes a decision takes an available pod from to update it, and how many were without already through the update, by
 * what had been seen: eligible nodes that are up, and nodes that are down and have got the present revision.
 */
export function taken(world: World, view: View, { decision, hash }: { decision: Decision; hash: string }) {
  const pods = podsByNode(view.pods.values());
  const { up, all } = eligibleNodes(world, view.nodes);
  const lost = [...view.nodes].filter(([name, node]) => {
    const here = pods.get(name) ?? [];
    return healthOf(node) !== 'up' && here.some((pod) => pod.metadata.labels?.[HASH] === hash) && !isCovered(world, here);
  });
  const without = up.filter((name) => !isCovered(world, pods.get(name)));
  const takes = decision.actions.filter(
    (action) =>
      action.kind === 'delete-pod' && action.because.code.startsWith('Outdated') && isCovered(world, pods.get(action.node)),
  );
  return { desired: all.length, spent: without.length + lost.length, takes: takes.length };
}
