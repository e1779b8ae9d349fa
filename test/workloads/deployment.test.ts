/** Deployments on the real API server with simulated nodes: rolled, scaled, paused, undone, recreated, stuck. */
import { afterEach, describe, expect, test } from 'vitest';
import { PODS } from '../../src/core/kube/resource.ts';
import { DEPLOYMENTS, REPLICASETS } from '../../src/core/workloads/objects.ts';
import type { WorldOptions } from '../cluster/world.ts';
import { conditions, IMAGE, openStage, revision, type Stage } from './stage.ts';

let stage: Stage;
const open = async (options: WorldOptions = {}) => {
  stage = await openStage(options);
  return stage;
};
afterEach(() => stage.close());

/** What the ReplicaSets want, oldest revision first, e.g. `1:0 2:3`. */
async function check(expected: string): Promise<void> {
  const sets = await stage.replicaSets();
  expect(sets.map((set) => `${revision(set)}:${set.spec.replicas}`).join(' ')).toBe(expected);
}

describe('a Deployment', () => {
  test('comes up: ReplicaSet, pods, status, conditions, events', async () => {
    const { deploy, rolledOut, replicaSets, ready, events } = await open();
    await deploy('web');
    const done = await rolledOut('web');
    await check('1:3');
    const [set] = await replicaSets();
    const hash = set?.metadata.labels?.['pod-template-hash'] ?? '';
    expect(set?.metadata.name).toBe(`web-${hash}`);
    expect(set?.spec.selector?.matchLabels).toEqual({ app: 'web', 'pod-template-hash': hash });
    expect(set?.metadata.annotations).toEqual({
      'deployment.kubernetes.io/desired-replicas': '3',
      'deployment.kubernetes.io/max-replicas': '4',
      'deployment.kubernetes.io/revision': '1',
    });
    expect(set?.status).toEqual({
      replicas: 3,
      fullyLabeledReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      terminatingReplicas: 0,
      observedGeneration: 1,
    });
    for (const pod of await ready()) {
      expect(pod.metadata.name).toMatch(new RegExp(`^web-${hash}-[a-z0-9]{5}$`));
      expect(pod.metadata.ownerReferences?.[0]).toMatchObject({ kind: 'ReplicaSet', name: `web-${hash}`, controller: true });
    }
    expect(revision(done)).toBe(1);
    expect(conditions(done)).toEqual(['Available=True:MinimumReplicasAvailable', 'Progressing=True:NewReplicaSetAvailable']);
    expect(await events('web')).toEqual([`ScalingReplicaSet: Scaled up replica set web-${hash} from 0 to 3`]);
    expect(await events(`web-${hash}`)).toHaveLength(3);
  });

  test('rolls within maxSurge and maxUnavailable, and back by an equal template', async () => {
    const { clock, deploy, rolledOut, patch, pods, ready, replicaSets, events } = await open();
    await deploy('web', { replicas: 4, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } });
    await rolledOut('web');
    await patch(DEPLOYMENTS, 'web', IMAGE('reg.example/c:2'));
    let most = 0;
    let fewest = 4;
    await clock.until(
      async () => {
        const there = (await pods()).filter(({ metadata }) => !metadata.deletionTimestamp);
        most = Math.max(most, there.length);
        fewest = Math.min(fewest, (await ready()).length);
        const [, set] = await replicaSets();
        return set?.status?.availableReplicas === 4 && there.length === 4;
      },
      600_000,
      50,
    );
    expect({ most, fewest }).toEqual({ most: 5, fewest: 3 });
    await rolledOut('web');
    await check('1:0 2:4');
    const [first] = await replicaSets();
    await patch(DEPLOYMENTS, 'web', IMAGE('reg.example/c:1'));
    await rolledOut('web');
    await check('2:0 3:4');
    const again = (await replicaSets())[1];
    expect(again?.metadata.name).toBe(first?.metadata.name);
    expect(again?.metadata.annotations?.['deployment.kubernetes.io/revision-history']).toBe('1');
    expect(await events('web')).toContain(`ScalingReplicaSet: Scaled down replica set ${first?.metadata.name} from 1 to 0`);
  });

  test('scales up and down', async () => {
    const { deploy, rolledOut, patch } = await open();
    await deploy('web');
    await rolledOut('web');
    for (const replicas of [7, 2, 0, 1]) {
      await patch(DEPLOYMENTS, 'web', { spec: { replicas } });
      await rolledOut('web');
      await check(`1:${replicas}`);
    }
  });

  test('scales in proportion in the middle of a rollout', async () => {
    const { clock, deploy, rolledOut, patch } = await open();
    await deploy('web', { replicas: 10, strategy: { rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } });
    await rolledOut('web');
    await patch(DEPLOYMENTS, 'web', {
      spec: {
        template: { spec: { containers: [{ name: 'c', image: 'reg.example/missing:1' }], nodeSelector: { no: 'where' } } },
      },
    });
    await clock.advance(20_000);
    await check('1:8 2:5');
    await patch(DEPLOYMENTS, 'web', { spec: { replicas: 15 } });
    await clock.advance(20_000);
    await check('1:11 2:7');
  });

  test('stands still while paused, scaling aside', async () => {
    const { clock, deploy, deployment, rolledOut, patch } = await open();
    await deploy('web');
    await rolledOut('web');
    await patch(DEPLOYMENTS, 'web', { spec: { paused: true } });
    await patch(DEPLOYMENTS, 'web', IMAGE('reg.example/c:2'));
    await clock.advance(20_000);
    await check('1:3');
    expect(conditions(await deployment('web'))).toContain('Progressing=Unknown:DeploymentPaused');
    await patch(DEPLOYMENTS, 'web', { spec: { replicas: 5 } });
    await clock.advance(20_000);
    await check('1:5');
    await patch(DEPLOYMENTS, 'web', { spec: { paused: false } });
    await rolledOut('web');
    await check('1:0 2:5');
    expect(conditions(await deployment('web'))).toContain('Progressing=True:NewReplicaSetAvailable');
  });

  test('Recreate: no new pod before the last old one is gone', async () => {
    const { clock, deploy, rolledOut, patch, pods } = await open();
    await deploy('web', { strategy: { type: 'Recreate' } });
    await rolledOut('web');
    await patch(DEPLOYMENTS, 'web', IMAGE('reg.example/c:2'));
    const images = async () => new Set((await pods()).map(({ spec }) => spec.containers[0]?.image));
    await clock.until(async () => {
      expect((await images()).size).toBeLessThanOrEqual(1);
      return (await images()).has('reg.example/c:2');
    });
    await rolledOut('web');
    await check('1:0 2:3');
  });

  test('a rollout that cannot move is late after the deadline, and recovers', async () => {
    const { clock, deploy, deployment, rolledOut, patch } = await open();
    await deploy('web', { progressDeadlineSeconds: 60 });
    await rolledOut('web');
    const nowhere = (value: string | null) => ({ spec: { template: { spec: { nodeSelector: { no: value } } } } });
    await patch(DEPLOYMENTS, 'web', nowhere('where'));
    await clock.advance(50_000);
    expect(conditions(await deployment('web'))).toContain('Progressing=True:ReplicaSetUpdated');
    await clock.advance(20_000);
    expect(conditions(await deployment('web'))).toEqual([
      'Available=True:MinimumReplicasAvailable',
      'Progressing=False:ProgressDeadlineExceeded',
    ]);
    await patch(DEPLOYMENTS, 'web', nowhere(null));
    const done = await rolledOut('web');
    expect(conditions(done)).toContain('Progressing=True:NewReplicaSetAvailable');
  });

  test('keeps revisionHistoryLimit old ReplicaSets', async () => {
    const { deploy, rolledOut, patch, clock } = await open();
    await deploy('web', { replicas: 1, revisionHistoryLimit: 1 });
    for (const tag of [2, 3, 4]) {
      await rolledOut('web');
      await patch(DEPLOYMENTS, 'web', IMAGE(`reg.example/c:${tag}`));
    }
    await rolledOut('web');
    await clock.advance(5000);
    await check('3:0 4:1');
  });

  test('adopts and releases ReplicaSets by their labels', async () => {
    const { clock, deploy, rolledOut, patch, replicaSets, deployment } = await open();
    await deploy('web', { replicas: 1 });
    await rolledOut('web');
    const [set] = await replicaSets();
    const name = set?.metadata.name ?? '';
    await patch(REPLICASETS, name, { metadata: { labels: { app: 'other' } } });
    await clock.advance(5000);
    const released = (await replicaSets()).find(({ metadata }) => metadata.name === name);
    expect(released?.metadata.ownerReferences).toBeUndefined();
    // Its name is taken now: the next hash is another one.
    expect((await deployment('web')).status?.collisionCount).toBe(1);
    expect(await replicaSets()).toHaveLength(2);
    await patch(REPLICASETS, name, { metadata: { labels: { app: 'web' } } });
    await rolledOut('web');
    const owners = (await replicaSets()).map(({ metadata }) => metadata.ownerReferences?.[0]?.name);
    expect(owners).toEqual(['web', 'web']);
  });

  test('takes its ReplicaSets and pods with it', async () => {
    const { clock, api, deploy, rolledOut, pods, replicaSets } = await open();
    await deploy('web');
    await rolledOut('web');
    await api.delete(DEPLOYMENTS, { namespace: 'default', name: 'web' });
    await clock.advance(60_000);
    expect([await replicaSets(), await pods()]).toEqual([[], []]);
  });

  test('replaces a pod that is deleted', async () => {
    const { clock, api, deploy, rolledOut, ready } = await open();
    await deploy('web');
    await rolledOut('web');
    const [victim] = await ready();
    await api.delete(PODS, { namespace: 'default', name: victim?.metadata.name ?? '' });
    await clock.advance(1000);
    await rolledOut('web');
    const names = (await ready()).map(({ metadata }) => metadata.name);
    expect(names).toHaveLength(3);
    expect(names).not.toContain(victim?.metadata.name);
  });
});
