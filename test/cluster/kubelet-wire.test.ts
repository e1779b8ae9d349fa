/** What a simulated kubelet leaves on the wire: conditions without stale reasons, events under the node's name. */
import { afterEach, expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { EVENTS } from '../../src/core/kube/resource.ts';
import { openWorld, type World } from './world.ts';

let world: World;
afterEach(() => world.close());

test('a condition that became true keeps no reason and no message', async () => {
  world = await openWorld();
  await world.make('p');
  await world.clock.advance(100);
  const before = (await world.pod('p'))?.status?.conditions?.find(({ type }) => type === 'Ready');
  expect(before).toMatchObject({ status: 'False', reason: 'ContainersNotReady' });
  await world.clock.advance(5000);
  const conditions = (await world.pod('p'))?.status?.conditions ?? [];
  expect(conditions.map(({ type, status, reason, message }) => [type, status, reason, message])).toEqual(
    ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => [
      type,
      'True',
      undefined,
      undefined,
    ]),
  );
});

test("a kubelet's event about its node carries the name as uid, where old clients look for it", async () => {
  world = await openWorld();
  await world.clock.advance(1000);
  const { items } = await world.api.list<KubeObject>(EVENTS, {});
  const starting = items.find(({ reason }) => reason === 'Starting');
  expect(starting?.involvedObject).toMatchObject({ kind: 'Node', name: 'a', uid: 'a' });
});
