/** PodDisruptionBudgets on the real API server: their counts, and evictions that wait for them. */
import { afterEach, describe, expect, test } from 'vitest';
import { ApiError } from '../../src/core/api/api-error.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { DAEMONSETS, PODS } from '../../src/core/kube/resource.ts';
import { DEPLOYMENTS, PODDISRUPTIONBUDGETS, type PodDisruptionBudget } from '../../src/core/workloads/objects.ts';
import { conditions, openStage, type Stage } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

const SELECTOR = { matchLabels: { app: 'web' } };

async function open(spec: Record<string, unknown>, replicas = 4): Promise<void> {
  stage = await openStage();
  await stage.deploy('web', { replicas });
  await stage.rolledOut('web');
  await budget(spec);
}

async function budget(spec: Record<string, unknown>): Promise<void> {
  const object = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'b', namespace: 'default' } };
  await stage.api.create(PODDISRUPTIONBUDGETS, { ...object, spec: { selector: SELECTOR, ...spec } });
  await stage.clock.advance(100);
}

const get = () => stage.api.get<PodDisruptionBudget>(PODDISRUPTIONBUDGETS, { namespace: 'default', name: 'b' });

/** expectedPods, currentHealthy, desiredHealthy, disruptionsAllowed. */
async function check(counts: readonly number[], condition: string): Promise<void> {
  const found = await get();
  const { expectedPods, currentHealthy, desiredHealthy, disruptionsAllowed } = found.status ?? {};
  expect([expectedPods, currentHealthy, desiredHealthy, disruptionsAllowed]).toEqual(counts);
  expect(conditions(found)).toEqual([`DisruptionAllowed=${condition}`]);
}

async function evict(name: string): Promise<string> {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'default' } };
  try {
    await stage.api.create(PODS, eviction, { subresource: 'eviction' });
    return 'evicted';
  } catch (error) {
    if (error instanceof ApiError) return `${error.code} ${error.status.details?.causes?.[0]?.message}`;
    throw error;
  }
}

describe('the counts', () => {
  test.each<[Record<string, unknown>, number[], string]>([
    [{ minAvailable: 3 }, [4, 4, 3, 1], 'True:SufficientPods'],
    [{ minAvailable: 4 }, [4, 4, 4, 0], 'False:InsufficientPods'],
    [{ minAvailable: 9 }, [4, 4, 9, 0], 'False:InsufficientPods'],
    [{ minAvailable: '60%' }, [4, 4, 3, 1], 'True:SufficientPods'],
    [{ minAvailable: '100%' }, [4, 4, 4, 0], 'False:InsufficientPods'],
    [{ maxUnavailable: 1 }, [4, 4, 3, 1], 'True:SufficientPods'],
    [{ maxUnavailable: 9 }, [4, 4, 0, 4], 'True:SufficientPods'],
    [{ maxUnavailable: '30%' }, [4, 4, 2, 2], 'True:SufficientPods'],
    [{ maxUnavailable: 0 }, [4, 4, 4, 0], 'False:InsufficientPods'],
    [{ maxUnavailable: 1, selector: { matchLabels: { app: 'none' } } }, [0, 0, 0, 0], 'False:InsufficientPods'],
    [{ minAvailable: 1, selector: {} }, [4, 4, 1, 3], 'True:SufficientPods'],
  ])('%j', async (spec, counts, condition) => {
    await open(spec);
    await check(counts, condition);
  });

  test('a percentage follows the Deployment, not the pods that are there', async () => {
    await open({ minAvailable: '50%' });
    await stage.patch(DEPLOYMENTS, 'web', { spec: { replicas: 8, template: { spec: { nodeSelector: { no: 'where' } } } } });
    await stage.clock.advance(20_000);
    const { expectedPods, desiredHealthy } = (await get()).status ?? {};
    expect([expectedPods, desiredHealthy]).toEqual([8, 4]);
  });

  test('pods of a DaemonSet have no scale: nothing is allowed', async () => {
    stage = await openStage();
    const labels = { app: 'web' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'reg.example/c:1' }] } };
    const metadata = { name: 'agent', namespace: 'default' };
    const set = await stage.api.create<KubeObject>(DAEMONSETS, {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata,
      spec: { selector: SELECTOR, template },
    });
    const owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', uid: set.metadata.uid, controller: true };
    await stage.make('agent-a', { metadata: { labels, ownerReferences: [owner] } });
    await budget({ maxUnavailable: 1 });
    await check([0, 0, 0, 0], 'False:SyncFailed');
    const message = 'daemonsets.apps does not implement the scale subresource';
    expect((await get()).status?.conditions?.[0]?.message).toBe(message);
    const event = `CalculateExpectedPodCountFailed: Failed to calculate the number of expected pods: ${message}`;
    expect(await stage.events('b')).toContain(event);
  });
});

describe('an eviction', () => {
  test('spends the budget, is refused, and allowed again when a replacement is ready', async () => {
    await open({ minAvailable: 3 });
    const [first, second] = (await stage.ready()).map(({ metadata }) => metadata.name ?? '');
    expect(await evict(first ?? '')).toBe('evicted');
    const refusal = '429 The disruption budget b needs 3 healthy pods and has 3 currently';
    await stage.clock.advance(20);
    expect(await evict(second ?? '')).toBe(refusal);
    await stage.clock.until(async () => (await get()).status?.disruptionsAllowed === 1);
    expect(await evict(second ?? '')).toBe('evicted');
    await stage.clock.advance(60_000);
    await check([4, 4, 3, 1], 'True:SufficientPods');
    expect((await get()).status?.disruptedPods).toBeUndefined();
  });

  test('that nothing came of counts no more after two minutes', async () => {
    await open({ minAvailable: 3 });
    const [pod] = await stage.ready();
    const name = pod?.metadata.name ?? '';
    const found = await get();
    const disruptedPods = { [name]: new Date(stage.clock.now()).toISOString().replace(/\.\d+/, '') };
    await stage.api.update(
      PODDISRUPTIONBUDGETS,
      { ...found, status: { ...found.status!, disruptionsAllowed: 0, disruptedPods } },
      { subresource: 'status' },
    );
    await stage.clock.advance(100);
    await check([4, 3, 3, 0], 'False:InsufficientPods');
    await stage.clock.advance(121_000);
    await check([4, 4, 3, 1], 'True:SufficientPods');
    expect(await stage.events(name)).toContain("NotDeleted: Pod was expected by PDB default/b to be deleted but it wasn't");
  });
});
