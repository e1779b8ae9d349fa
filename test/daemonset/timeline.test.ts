/** The handbook's timelines of an update over 10 nodes, on virtual time: which nodes go together, how long it takes, and what is covered meanwhile. */
import { expect, test } from 'vitest';
import type { DaemonSetUpdateStrategy, Pod } from '../../src/core/kube/objects.ts';
import { isAvailable } from '../../src/core/kube/pod-state.ts';
import { PROFILES } from '../../src/core/profile.ts';
import { type Chance, World } from '../property/world.ts';
import { daemonSet } from './objects.ts';

const NEVER: Chance = () => false;
const NODES = 10;
const SECOND = 1_000;

interface Timeline {
  readonly maxUnavailable: number;
  readonly maxSurge: number;
  readonly minReadySeconds: number;
  /** Nodes that were without an available pod at one time together, in the order of the update. */
  readonly batches: readonly string[];
  /** The fewest nodes with an available pod at any time. */
  readonly lowest: number;
  /** The most pods at any time. */
  readonly most: number;
  /** Seconds until nothing is done any more. */
  readonly takes: number;
}

const name = (n: number): string => `node-${String(n).padStart(2, '0')}`;

/** Pods take a second to end, one to start and one to be ready; the controller decides every second. */
function second(world: World): boolean {
  world.now += SECOND;
  const moved = world.run(NEVER);
  world.deliver(Number.MAX_SAFE_INTEGER);
  const { actions, statusChanged } = world.decide(NEVER, NEVER);
  world.deliver(Number.MAX_SAFE_INTEGER);
  return moved || actions.length > 0 || statusChanged;
}

function resting(strategy: DaemonSetUpdateStrategy, minReadySeconds: number): World {
  const world = new World(PROFILES.handbook, daemonSet({ spec: { updateStrategy: strategy, minReadySeconds } }));
  for (let n = 1; n <= NODES; n++) world.setNode(name(n), { ready: 'True' });
  world.deliver(Number.MAX_SAFE_INTEGER);
  for (let i = 0; i < 60; i++) second(world);
  return world;
}

/** Nodes whose available pod is there and stays. */
function covered(world: World, minReadySeconds: number): Set<string> {
  const counts = (pod: Pod): boolean => !pod.metadata.deletionTimestamp && isAvailable(pod, minReadySeconds, world.now);
  return new Set([...world.pods.values()].filter(counts).map((pod) => pod.spec.nodeName ?? ''));
}

function check({ maxUnavailable, maxSurge, minReadySeconds, batches, lowest, most, takes }: Timeline): void {
  const world = resting({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable, maxSurge } }, minReadySeconds);
  const began = world.now;
  world.setDaemonSet((old) => ({ ...old, spec: { ...old.spec, template: daemonSet({ image: 'agent:2' }).spec.template } }));
  world.deliver(Number.MAX_SAFE_INTEGER);
  const seen: string[] = [];
  let [fewest, greatest, ended] = [NODES, NODES, began];
  for (let i = 0; i < 300; i++) {
    if (second(world)) ended = world.now;
    const there = covered(world, minReadySeconds);
    const without = [...world.nodes.keys()].filter((node) => !there.has(node)).join(' ');
    if (without !== '' && seen.at(-1) !== without) seen.push(without);
    fewest = Math.min(fewest, there.size);
    greatest = Math.max(greatest, world.pods.size);
  }
  expect(seen).toEqual(batches);
  expect([fewest, greatest]).toEqual([lowest, most]);
  const images = [...world.pods.values()].map((pod) => pod.spec.containers[0]?.image);
  expect(images).toEqual(Array(NODES).fill('agent:2'));
  expect(world.daemonSet.status?.updatedNumberScheduled).toBe(NODES);
  expect((ended - began) / SECOND).toBe(takes);
}

const nodes = Array.from({ length: NODES }, (_, i) => name(i + 1));
const threes = ['node-01 node-02 node-03', 'node-04 node-05 node-06', 'node-07 node-08 node-09', 'node-10'];

test.each<[string, Timeline]>([
  [
    'maxUnavailable 1: one node after the other, coverage never below 9',
    { maxUnavailable: 1, maxSurge: 0, minReadySeconds: 0, batches: nodes, lowest: 9, most: 10, takes: 31 },
  ],
  [
    'likewise with minReadySeconds: the next waits until the last is available',
    { maxUnavailable: 1, maxSurge: 0, minReadySeconds: 10, batches: nodes, lowest: 9, most: 10, takes: 131 },
  ],
  [
    'maxUnavailable 3: three together, the next three when those are ready',
    { maxUnavailable: 3, maxSurge: 0, minReadySeconds: 0, batches: threes, lowest: 7, most: 10, takes: 13 },
  ],
  [
    'maxSurge 1: a second pod on one node at a time, coverage never below 10',
    { maxUnavailable: 0, maxSurge: 1, minReadySeconds: 0, batches: [], lowest: 10, most: 11, takes: 31 },
  ],
  [
    'maxSurge 1 with minReadySeconds: the old pod stays until the new one is available',
    { maxUnavailable: 0, maxSurge: 1, minReadySeconds: 10, batches: [], lowest: 10, most: 11, takes: 131 },
  ],
])('%s', (_, timeline) => check(timeline));
