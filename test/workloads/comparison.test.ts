/** The handbook's table "DaemonSet vs Deployment vs Static Pods", row by row, on one cluster that has one of each. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Controller, startController } from '../../src/controller/controller.ts';
import type { DaemonSet, Pod } from '../../src/core/kube/objects.ts';
import { isReady } from '../../src/core/kube/pod-state.ts';
import { DAEMONSETS, PODS } from '../../src/core/kube/resource.ts';
import { PROFILES } from '../../src/core/profile.ts';
import { DEPLOYMENTS } from '../../src/core/workloads/objects.ts';
import type { KubeApi } from '../../src/ports.ts';
import { SeededRandom } from '../sim/virtual-clock.ts';
import { Gate } from './gate.ts';
import { deployment, IMAGE, openStage, type Stage } from './stage.ts';

type Way = 'daemonset' | 'deployment' | 'static';

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
const STATIC = {
  metadata: { name: 'static', namespace: 'default' },
  spec: { containers: [{ name: 'c', image: 'reg.example/c:1' }] },
};

let stage: Stage;
let gate: Gate;
let daemonsets: Controller;

beforeEach(async () => {
  gate = new Gate();
  let api: KubeApi | undefined;
  const through = (direct: KubeApi) => {
    api = gate.wrap(direct);
    return api;
  };
  // Node `c` is the one on which somebody has put the static pod's file.
  stage = await openStage({ through, staticPods: (node) => (node === 'c' ? [STATIC] : []) });
  const { clock } = stage;
  daemonsets = startController({ api: api!, clock, random: new SeededRandom(3), log: SILENT, settings: PROFILES.handbook });
  await daemonsets.synced;
  const { metadata, spec } = deployment('agent');
  const { replicas: _none, ...rest } = spec;
  const object = { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata, spec: rest };
  await stage.api.create(DAEMONSETS, object as unknown as DaemonSet);
  await stage.deploy('web', { replicas: 2 });
  await stage.rolledOut('web');
  await clock.advance(5000);
});

afterEach(async () => {
  await daemonsets.stop();
  await stage.close();
});

const NAMES: Record<Way, RegExp> = { daemonset: /^agent-/, deployment: /^web-/, static: /^static-/ };

async function podsOf(way: Way): Promise<Pod[]> {
  const pods = await stage.pods();
  return pods.filter(({ metadata }) => NAMES[way].test(metadata.name ?? '') && !metadata.deletionTimestamp);
}

/** For each way in turn what `look` makes of its pods. */
async function check(look: (pods: Pod[]) => unknown, expected: Record<Way, unknown>): Promise<void> {
  const found: Partial<Record<Way, unknown>> = {};
  for (const way of ['daemonset', 'deployment', 'static'] as const) found[way] = look(await podsOf(way));
  expect(found).toEqual(expected);
}

const nodes = (pods: Pod[]) => pods.map(({ spec }) => spec.nodeName).sort();
const images = (pods: Pod[]) => [...new Set(pods.map(({ spec }) => spec.containers[0]?.image))];

describe('DaemonSet, Deployment and static pod', () => {
  test('one per node', async () => {
    await check(nodes, { daemonset: ['a', 'b', 'c'], deployment: expect.objectContaining({ length: 2 }), static: ['c'] });
  });

  test('managed by', async () => {
    await check((pods) => pods[0]?.metadata.ownerReferences?.[0]?.kind, {
      daemonset: 'DaemonSet',
      deployment: 'ReplicaSet',
      static: 'Node',
    });
    const [set] = await stage.replicaSets();
    expect(set?.metadata.ownerReferences?.[0]?.kind).toBe('Deployment');
  });

  test('auto new-node coverage', async () => {
    await stage.nodes.join([{ name: 'd' }]);
    await stage.clock.advance(20_000);
    await check((pods) => nodes(pods).includes('d'), { daemonset: true, deployment: false, static: false });
  });

  test('rolling update', async () => {
    await stage.patch(DAEMONSETS, 'agent', IMAGE('reg.example/c:2'));
    await stage.patch(DEPLOYMENTS, 'web', IMAGE('reg.example/c:2'));
    // A static pod has no API to be updated through: its mirror refuses, its file on each node is what counts.
    const [mirror] = await podsOf('static');
    const change = stage.patch(PODS, mirror?.metadata.name ?? '', {
      metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } },
    });
    await expect(change).rejects.toThrow('metadata.annotations[kubernetes.io/config.mirror]');
    await stage.clock.advance(200_000);
    await check(images, { daemonset: ['reg.example/c:2'], deployment: ['reg.example/c:2'], static: ['reg.example/c:1'] });
  });

  test('kubectl visibility', async () => {
    await check((pods) => pods.length > 0 && pods.every(isReady), { daemonset: true, deployment: true, static: true });
    // What is visible of a static pod is a mirror: deleting that leaves the pod itself alone.
    const [before] = await podsOf('static');
    await stage.api.delete(PODS, { namespace: 'default', name: 'static-c' });
    await stage.clock.advance(5000);
    const [after] = await podsOf('static');
    expect(after?.metadata.uid).not.toBe(before?.metadata.uid);
    expect(after?.status?.containerStatuses).toEqual(before?.status?.containerStatuses);
  });

  test('API server required; survives API server outage', async () => {
    const lost: Record<Way, Pod | undefined> = {
      daemonset: (await podsOf('daemonset'))[0],
      deployment: (await podsOf('deployment'))[0],
      static: (await podsOf('static'))[0],
    };
    gate.shut();
    for (const pod of Object.values(lost)) {
      const name = pod?.metadata.name ?? '';
      await stage.api.delete(PODS, { namespace: 'default', name }, { gracePeriodSeconds: 0 });
    }
    await stage.clock.advance(120_000);
    // Nobody replaces what is lost, and the static pod runs on: its node needs nobody.
    await check((pods) => pods.length, { daemonset: 2, deployment: 1, static: 0 });
    const log = { namespace: 'default', pod: 'static-c', previous: false, follow: false, timestamps: false };
    gate.open();
    await stage.clock.advance(120_000);
    await check((pods) => pods.length, { daemonset: 3, deployment: 2, static: 1 });
    const [again] = await podsOf('static');
    // The mirror is new, the container is not: it has been running since before the outage.
    expect(again?.status?.containerStatuses).toEqual(lost.static?.status?.containerStatuses);
    const [agent] = (await podsOf('daemonset')).filter(({ metadata }) => metadata.name === lost.daemonset?.metadata.name);
    expect(agent?.status?.containerStatuses).not.toEqual(lost.daemonset?.status?.containerStatuses);
    expect((await stage.nodes.logs(log)).status).toBe(200);
  });
});
