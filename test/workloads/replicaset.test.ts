/** ReplicaSets of their own on the real API server: numbers, adoption, release, failures. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Pod } from '../../src/core/kube/objects.ts';
import { PODS } from '../../src/core/kube/resource.ts';
import { REPLICASETS, type ReplicaSet } from '../../src/core/workloads/objects.ts';
import { conditions, deployment, openStage, type Stage } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

async function open(replicas: number, more: Record<string, unknown> = {}): Promise<ReplicaSet> {
  stage = await openStage();
  const { spec, ...rest } = deployment('solo', { replicas, ...more });
  const made = await stage.api.create<ReplicaSet>(REPLICASETS, { ...rest, kind: 'ReplicaSet', spec } as ReplicaSet);
  await stage.clock.advance(20_000);
  return made;
}

const get = () => stage.api.get<ReplicaSet>(REPLICASETS, { namespace: 'default', name: 'solo' });

/** The counts of the status: replicas, ready, available. */
async function check(...counts: number[]): Promise<ReplicaSet> {
  const set = await get();
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = set.status ?? {};
  expect([replicas, readyReplicas, availableReplicas]).toEqual(counts);
  return set;
}

describe('a ReplicaSet', () => {
  test('keeps its number, and shrinks', async () => {
    await open(12);
    await check(12, 12, 12);
    expect(await stage.pods()).toHaveLength(12);
    await stage.patch(REPLICASETS, 'solo', { spec: { replicas: 3 } });
    await stage.clock.advance(10);
    expect((await get()).status?.terminatingReplicas).toBe(9);
    await stage.clock.advance(60_000);
    await check(3, 3, 3);
    expect((await get()).status?.terminatingReplicas).toBe(0);
    expect((await stage.events('solo')).filter((text) => text.startsWith('SuccessfulDelete: Deleted pod: solo-'))).toHaveLength(
      9,
    );
  });

  test('counts a pod as available after minReadySeconds', async () => {
    await open(1, { minReadySeconds: 60 });
    await check(1, 1, 0);
    await stage.clock.advance(60_000);
    await check(1, 1, 1);
  });

  test('adopts a pod that fits, and replaces one that it releases', async () => {
    stage = await openStage();
    await stage.make('orphan', { metadata: { labels: { app: 'solo' } } });
    const { spec, ...rest } = deployment('solo', { replicas: 2 });
    await stage.api.create(REPLICASETS, { ...rest, kind: 'ReplicaSet', spec });
    await stage.clock.advance(20_000);
    await check(2, 2, 2);
    expect((await stage.pod('orphan'))?.metadata.ownerReferences).toMatchObject([{ name: 'solo', controller: true }]);
    await stage.patch<Pod>(PODS, 'orphan', { metadata: { labels: { app: 'debug' } } });
    await stage.clock.advance(20_000);
    await check(2, 2, 2);
    expect((await stage.pod('orphan'))?.metadata.ownerReferences).toBeUndefined();
    expect(await stage.pods()).toHaveLength(3);
  });

  test('says why it cannot make pods, and forgets it when it can', async () => {
    const priority = (priorityClassName: string | null) => ({ spec: { template: { spec: { priorityClassName } } } });
    stage = await openStage();
    const { spec, ...rest } = deployment('solo', { replicas: 2 });
    spec.template!.spec.priorityClassName = 'none';
    await stage.api.create(REPLICASETS, { ...rest, kind: 'ReplicaSet', spec });
    await stage.clock.advance(1000);
    const failed = await check(0, 0, 0);
    expect(conditions(failed)).toEqual(['ReplicaFailure=True:FailedCreate']);
    expect((await stage.events('solo'))[0]).toMatch(
      /^FailedCreate: Error creating: pods "solo-" is forbidden: no PriorityClass with name none was found$/,
    );
    await stage.patch(REPLICASETS, 'solo', priority(null));
    await stage.clock.advance(60_000);
    expect(conditions(await check(2, 2, 2))).toEqual([]);
  });
});
