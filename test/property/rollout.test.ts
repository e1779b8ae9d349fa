/** Roll-outs over random clusters, strategies and interleavings: what is promised of coverage, of surge, and of changes that change no pod. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DaemonSet, DaemonSetUpdateStrategy } from '../../src/core/kube/objects.ts';
import { PROFILES } from '../../src/core/profile.ts';
import { daemonSet } from '../daemonset/objects.ts';
import { isCovered, podsByNode, taken, uncovered } from './coverage.ts';
import { type Chance, World } from './world.ts';

const NEVER: Chance = () => false;
const rolling = (maxUnavailable: number | string, maxSurge: number | string): DaemonSetUpdateStrategy => {
  return { type: 'RollingUpdate', rollingUpdate: { maxUnavailable, maxSurge } };
};

interface Chances {
  pick(below: number): number;
  readonly chance: Chance;
}

function chancesOf(numbers: Iterator<number>): Chances {
  const pick = (below: number): number => (numbers.next().value as number) % below;
  return { pick, chance: (oneIn) => pick(oneIn) === 0 };
}

interface Setting {
  readonly nodes: number;
  readonly strategy: DaemonSetUpdateStrategy;
  readonly minReadySeconds: number;
}

/** A cluster at rest. */
function restingWorld({ nodes, strategy, minReadySeconds }: Setting): World {
  const world = new World(PROFILES.handbook, daemonSet({ spec: { updateStrategy: strategy, minReadySeconds } }));
  world.neverReady.add('agent:bad-1').add('agent:bad-2').add('agent:bad-3');
  for (let i = 0; i < nodes; i++) world.setNode(`n${i}`, { ready: 'True' });
  rest(world);
  return world;
}

function setImage(world: World, image: string): void {
  world.setDaemonSet((old) => ({ ...old, spec: { ...old.spec, template: daemonSet({ image }).spec.template } }));
}

/** Until nothing moves any more and nothing is written; time jumps to whatever is waited for. */
function rest(world: World): void {
  for (let round = 0; round < 2000; round++) {
    world.deliver(Number.MAX_SAFE_INTEGER);
    world.answer(Number.MAX_SAFE_INTEGER);
    const moved = world.run(NEVER);
    world.deliver(Number.MAX_SAFE_INTEGER);
    const { actions, statusChanged, wakeAt } = world.decide(NEVER, NEVER);
    if (moved || actions.length > 0 || statusChanged || !world.idle) continue;
    if (wakeAt === undefined) return;
    world.now = wakeAt;
  }
  throw new Error('the world does not come to rest');
}

/** One step of whoever acts: kubelets, the watch, the API’s answers, time, the controller. `watched` hears before each decision. */
function step(world: World, { pick, chance }: Chances, decide: () => void): void {
  switch (pick(8)) {
    case 0:
    case 1:
      world.run(chance);
      return;
    case 2:
      world.answer(1 + pick(3));
      return;
    case 3:
      world.now += pick(8_000);
      return;
    case 4:
    case 5:
      world.deliver(1 + pick(6));
      return;
    default:
      decide();
  }
}

/** Runs a property over random numbers and prints the seed that repeats it. */
function check(numRuns: number, property: (chances: Chances) => void): void {
  const seed = Date.now() % 2 ** 31;
  console.log(`seed ${seed}`);
  const stream = fc.infiniteStream(fc.nat());
  fc.assert(
    fc.property(stream, (numbers) => property(chancesOf(numbers[Symbol.iterator]()))),
    { seed, numRuns },
  );
}

const MINIMUMS = [0, 0, 5];

test('hard: three bad updates in a row, then a good one, never leave more nodes without a pod than maxUnavailable', () =>
  check(60, (chances) => {
    const { pick, chance } = chances;
    const maxUnavailable = 1 + pick(4);
    const world = restingWorld({
      nodes: 6 + pick(8),
      strategy: rolling(maxUnavailable, 0),
      minReadySeconds: MINIMUMS[pick(3)] ?? 0,
    });
    for (const image of ['agent:bad-1', 'agent:bad-2', 'agent:bad-3', 'agent:9']) {
      setImage(world, image);
      for (let i = 0; i < 60; i++) {
        step(world, chances, () => void world.decide(chance, chance));
        expect(uncovered(world)).toBeLessThanOrEqual(maxUnavailable);
      }
    }
    rest(world);
    expect(uncovered(world)).toBe(0);
    expect(world.daemonSet.status?.updatedNumberScheduled).toBe(world.nodes.size);
  }));

test('hard: with nodes that come, go, die and return, no decision takes more than the budget leaves by what was seen', () =>
  check(100, (chances) => {
    const { pick, chance } = chances;
    const share = pick(2) === 0;
    const allowed = 1 + pick(3);
    const world = restingWorld({ nodes: 8, strategy: rolling(share ? `${allowed * 10}%` : allowed, 0), minReadySeconds: 0 });
    for (let i = 0; i < 160; i++) {
      if (pick(20) === 0) setImage(world, ['agent:bad-1', 'agent:7', 'agent:8'][pick(3)] ?? '');
      if (pick(8) === 0) world.setHealth(`n${pick(10)}`, (['True', 'True', 'False', 'Unknown'] as const)[pick(4)] ?? 'True');
      if (pick(25) === 0) world.removeNode(`n${pick(10)}`);
      if (pick(25) === 0) world.setNode(`n${pick(10)}`, { ready: 'True' });
      step(world, chances, () => {
        const view = { nodes: new Map(world.seen.nodes), pods: new Map(world.seen.pods) };
        const decision = world.decide(chance, chance);
        const { desired, spent, takes } = taken(world, view, { decision, hash: world.fleet.history.hash });
        const budget = share ? Math.ceil((desired * allowed * 10) / 100) : allowed;
        if (takes > 0) expect(spent + takes).toBeLessThanOrEqual(Math.max(1, budget));
      });
    }
    for (const name of [...world.nodes.keys()]) world.setHealth(name, 'True');
    setImage(world, 'agent:9');
    rest(world);
    expect(uncovered(world)).toBe(0);
    expect(world.daemonSet.status?.updatedNumberScheduled ?? 0).toBe(world.nodes.size);
  }));

test('surge: coverage never drops, and a node never has two pods of one revision', () =>
  check(60, (chances) => {
    const { pick, chance } = chances;
    const maxSurge = 1 + pick(3);
    const world = restingWorld({ nodes: 4 + pick(8), strategy: rolling(0, maxSurge), minReadySeconds: MINIMUMS[pick(3)] ?? 0 });
    for (const image of ['agent:7', 'agent:bad-1', 'agent:8', 'agent:9'].slice(pick(3))) {
      setImage(world, image);
      for (let i = 0; i < 60; i++) {
        step(world, chances, () => void world.decide(chance, chance));
        expect(uncovered(world)).toBe(0);
        for (const pods of podsByNode(world.pods.values()).values()) expectOneEach(pods);
      }
    }
    rest(world);
    for (const pods of podsByNode(world.pods.values()).values()) expect(pods.length === 1 && isCovered(world, pods)).toBe(true);
    expect(world.daemonSet.status?.updatedNumberScheduled).toBe(world.nodes.size);
  }));

function expectOneEach(pods: readonly { metadata: { deletionTimestamp?: string; labels?: Record<string, string> } }[]): void {
  const hashes = pods
    .filter(({ metadata }) => !metadata.deletionTimestamp)
    .map(({ metadata }) => metadata.labels?.['controller-revision-hash']);
  expect(new Set(hashes).size).toBe(hashes.length);
}

const HARMLESS: readonly ((world: World, pick: (below: number) => number) => void)[] = [
  (world, pick) => world.annotate({ 'example.com/note': String(pick(100)) }),
  (world, pick) => world.annotate({ 'everynode.dev/budget': ['hard', 'upstream', 'none'][pick(3)] ?? '' }),
  (world, pick) => setStrategy(world, STRATEGIES[pick(STRATEGIES.length)]),
  (world) => world.setDaemonSet((old) => structuredClone(old)),
  (world, pick) => world.setDaemonSet((old) => ({ ...old, spec: { ...old.spec, minReadySeconds: pick(10) } })),
  (world, pick) => world.setDaemonSet((old) => ({ ...old, spec: { ...old.spec, revisionHistoryLimit: pick(3) } })),
  (world) => world.setDaemonSet(spelledOut),
];
const STRATEGIES: readonly DaemonSetUpdateStrategy[] = [rolling(1, 0), rolling('50%', 0), rolling(0, 2), { type: 'OnDelete' }];

function setStrategy(world: World, strategy: DaemonSetUpdateStrategy | undefined): void {
  if (strategy) world.setDaemonSet((old) => ({ ...old, spec: { ...old.spec, updateStrategy: strategy } }));
}

/** The same template with defaults written out and keys in another order, as another server would store it. */
function spelledOut(old: DaemonSet): DaemonSet {
  const { metadata, spec } = old.spec.template;
  const template = { spec: { ...spec, dnsPolicy: 'ClusterFirst', securityContext: {} }, metadata: { ...metadata } };
  return { ...old, spec: { ...old.spec, template } };
}

test('changes of metadata, strategy or nothing restart no pod, and a cluster at rest writes nothing', () =>
  check(50, ({ pick, chance }) => {
    const strategy = STRATEGIES[pick(STRATEGIES.length)] ?? rolling(1, 0);
    const world = restingWorld({ nodes: 5, strategy, minReadySeconds: 0 });
    const before = [...world.pods.keys()].sort();
    for (let i = 0; i < 6; i++) {
      HARMLESS[pick(HARMLESS.length)]?.(world, pick);
      for (let j = 0; j < 12; j++) step(world, { pick, chance }, () => void world.decide(chance, chance));
    }
    rest(world);
    expect([...world.pods.keys()].sort()).toEqual(before);
    const again = world.decide(NEVER, NEVER);
    expect([again.actions, again.statusChanged]).toEqual([[], false]);
  }));
