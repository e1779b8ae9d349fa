/** Whatever happens, once it stops happening every eligible node has exactly one pod of the present template, and nothing is done any more. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Decision } from '../../src/core/daemonset/decision.ts';
import { compileRules, judge } from '../../src/core/daemonset/eligibility.ts';
import { targetNode } from '../../src/core/daemonset/pod.ts';
import type { Pod, Taint } from '../../src/core/kube/objects.ts';
import { isAvailable, isReady, isTerminal } from '../../src/core/kube/pod-state.ts';
import { PROFILES, type ProfileName } from '../../src/core/profile.ts';
import { daemonSet } from '../daemonset/objects.ts';
import { type Chance, World } from './world.ts';

const NEVER: Chance = () => false;
const TAINTS: Taint[][] = [[], [], [{ key: 'x', effect: 'NoSchedule' }], [{ key: 'x', effect: 'NoExecute' }]];
const STRATEGIES = [
  { type: 'RollingUpdate' as const, rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
  { type: 'RollingUpdate' as const, rollingUpdate: { maxUnavailable: '40%', maxSurge: 0 } },
  { type: 'RollingUpdate' as const, rollingUpdate: { maxUnavailable: 0, maxSurge: 2 } },
];

/** A world under a stream of random numbers. */
function chanceOf(numbers: Iterator<number>): { pick(below: number): number; chance: Chance } {
  const pick = (below: number): number => (numbers.next().value as number) % below;
  return { pick, chance: (oneIn) => pick(oneIn) === 0 };
}

function disturb(world: World, pick: (below: number) => number, chance: Chance): void {
  const name = `n${pick(8)}`;
  switch (pick(13)) {
    case 12:
      world.setHealth(name, (['True', 'False', 'Unknown'] as const)[pick(3)] ?? 'True');
      return;
    case 0:
      world.setNode(name, { labels: chance(4) ? { os: 'windows' } : { os: 'linux' }, taints: TAINTS[pick(4)] ?? [] });
      return;
    case 1:
      if (chance(2)) world.removeNode(name);
      return;
    case 2:
      if (chance(3))
        world.setDaemonSet((old) => ({
          ...old,
          spec: {
            ...old.spec,
            template: daemonSet({ image: `agent:${pick(4)}`, pod: { nodeSelector: { os: 'linux' } } }).spec.template,
          },
        }));
      return;
    case 3:
    case 4:
      world.run(chance);
      return;
    case 5:
      world.answer(1 + pick(3));
      return;
    case 6:
      world.now += pick(20_000);
      return;
    case 7:
    case 8:
      world.deliver(1 + pick(6));
      return;
    default:
      checked(world, world.decide(chance, chance));
  }
}

/** What must hold of every decision, by what the fleet knew. */
function checked(world: World, decision: Decision): void {
  for (const action of decision.actions) {
    if (action.kind === 'create-pod') expect(world.fleet.verdict(action.node)?.run).toBe(true);
  }
}

function settle(world: World): void {
  world.fails.clear();
  world.neverReady.clear();
  for (const name of [...world.nodes.keys()]) world.setHealth(name, 'True');
  for (let round = 0; round < 3000; round++) {
    world.deliver(Number.MAX_SAFE_INTEGER);
    world.answer(Number.MAX_SAFE_INTEGER);
    const moved = world.run(NEVER);
    world.deliver(Number.MAX_SAFE_INTEGER);
    const decision = world.decide(NEVER, NEVER);
    checked(world, decision);
    if (moved || decision.actions.length > 0 || decision.statusChanged || !world.idle) continue;
    if (decision.wakeAt === undefined) return;
    world.now = decision.wakeAt;
  }
  throw new Error('the world does not come to rest');
}

function expectSettled(world: World): void {
  const rules = compileRules(world.daemonSet, world.settings);
  const alive = [...world.pods.values()].filter((pod) => !isTerminal(pod));
  const byNode = Map.groupBy(alive, (pod: Pod) => targetNode(pod) ?? '');
  const hash = world.fleet.history.hash;
  let desired = 0;
  for (const [name, node] of world.nodes) {
    const verdict = judge(rules, node, world.now);
    const here = byNode.get(name) ?? [];
    byNode.delete(name);
    if (verdict.run) desired++;
    if (!verdict.keep) expect(here, name).toEqual([]);
    if (!verdict.run) continue;
    expect(here.length, name).toBe(1);
    expect(here.every(isReady)).toBe(true);
    expect(here[0]?.metadata.labels?.['controller-revision-hash']).toBe(hash);
  }
  expect([...byNode.keys()]).toEqual([]);
  const { status } = world.daemonSet;
  expect(status?.desiredNumberScheduled).toBe(desired);
  expect(status?.updatedNumberScheduled ?? 0).toBe(desired);
  expect(status?.observedGeneration).toBe(world.daemonSet.metadata.generation);
  const old = [...world.revisions.values()].length - 1;
  expect(old).toBeLessThanOrEqual(world.daemonSet.spec.revisionHistoryLimit ?? 10);
}

const cases = (['handbook', 'kubernetes'] as const).flatMap((profile) => STRATEGIES.map((strategy) => ({ profile, strategy })));

test.each(cases)('converges: $profile $strategy.rollingUpdate', ({ profile, strategy }) => {
  const seed = Date.now() % 2 ** 31;
  console.log(`seed ${seed}`);
  fc.assert(
    fc.property(
      fc.infiniteStream(fc.nat()),
      fc.integer({ min: 10, max: 150 }),
      fc.constantFrom(0, 5),
      (stream, steps, minReadySeconds) => {
        const { pick, chance } = chanceOf(stream[Symbol.iterator]());
        const first = daemonSet({
          pod: { nodeSelector: { os: 'linux' } },
          spec: { updateStrategy: strategy, minReadySeconds, revisionHistoryLimit: 2 },
        });
        const world = new World(PROFILES[profile], first);
        world.fails.add('agent:2');
        world.neverReady.add('agent:3');
        for (let i = 0; i < 6; i++) world.setNode(`n${i}`, { labels: { os: 'linux' } });
        for (let i = 0; i < steps; i++) disturb(world, pick, chance);
        settle(world);
        expectSettled(world);
      },
    ),
    { seed, numRuns: 150 },
  );
});

/** A fleet at rest takes a new template; the coverage is watched at every step. */
function rollOut(profile: ProfileName, maxUnavailable: number, image: string): { lowest: number; world: World } {
  const world = new World(
    PROFILES[profile],
    daemonSet({ spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable, maxSurge: 0 } } } }),
  );
  for (let i = 0; i < 12; i++) world.setNode(`n${i}`, {});
  settle(world);
  world.neverReady.add('broken');
  world.setDaemonSet((old) => ({ ...old, spec: { ...old.spec, template: daemonSet({ image }).spec.template } }));
  let lowest = 12;
  for (let round = 0; round < 300; round++) {
    world.deliver(3);
    world.decide(NEVER, NEVER);
    world.run((oneIn) => (round * 7) % oneIn === 0);
    lowest = Math.min(
      lowest,
      [...world.pods.values()].filter((pod) => !pod.metadata.deletionTimestamp && isAvailable(pod, 0, world.now)).length,
    );
  }
  return { lowest, world };
}

test.each([1, 3, 5])('a hard budget of %i holds, with good and broken images', (maxUnavailable) => {
  const good = rollOut('handbook', maxUnavailable, 'agent:9');
  expect(good.lowest).toBe(12 - maxUnavailable);
  settle(good.world);
  expectSettled(good.world);
  expect(rollOut('handbook', maxUnavailable, 'broken').lowest).toBe(12 - maxUnavailable);
});
