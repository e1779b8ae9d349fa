/** Published DaemonSets, one after the other, on a live server with the controller and 40 unlike nodes: accepted, defaulted and placed as recorded. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseManifests } from '../../src/cli/manifest-files.ts';
import { type Controller, startController } from '../../src/controller/controller.ts';
import { ApiError } from '../../src/core/api/api-error.ts';
import { targetNode } from '../../src/core/daemonset/pod.ts';
import type { DaemonSet, KubeObject, Node, Pod, Toleration } from '../../src/core/kube/objects.ts';
import { DAEMONSETS, EVENTS, NAMESPACES, NODES, PODS, PRIORITYCLASSES, SERVICEACCOUNTS } from '../../src/core/kube/resource.ts';
import { PROFILES } from '../../src/core/profile.ts';
import type { KubeApi } from '../../src/ports.ts';
import { ADMIN, NO_LOG, type Running, start, WALL_CLOCK } from '../server/start.ts';
import { sharedDir } from '../shared.ts';

interface Recorded {
  accepted: boolean;
  code?: number;
  reason?: string;
  message?: string;
  causes?: { field: string; message: string; reason: string }[];
  nodes?: string[];
  podsRefused?: string[];
  podTolerations?: Toleration[];
  status?: Record<string, number>;
}

const shared = sharedDir();
const read = (path: string): string => readFileSync(join(shared ?? '', path), 'utf8');

describe.skipIf(shared === undefined)('published DaemonSets on a live server (needs ../shared)', () => {
  const placement: Record<string, Recorded> = shared ? JSON.parse(read('oracle/placement.json')) : {};
  const defaulted: Record<string, unknown> = shared ? JSON.parse(read('oracle/defaulted.json')) : {};
  let running: Running;
  let api: KubeApi;
  let controller: Controller;

  beforeAll(async () => {
    running = await start();
    api = running.server.local(ADMIN);
    for (const { object } of parseManifests('fleet.yaml', read('corpus/fleet.yaml'))) await join40(api, object as Node);
    controller = startController({
      api,
      clock: WALL_CLOCK,
      random: { next: Math.random, uuid: () => crypto.randomUUID() },
      log: NO_LOG,
      settings: PROFILES.kubernetes,
    });
    await controller.synced;
  });

  afterAll(async () => {
    await controller?.stop();
    await running?.server.close();
  });

  it('every file of the corpus is recorded', () => {
    const files = ['manifests', 'probes'].flatMap((dir) =>
      readdirSync(join(shared ?? '', 'corpus', dir)).map((name) => `${dir}/${name}`),
    );
    expect(files.sort()).toEqual(Object.keys(placement).sort());
  });

  it.each(Object.entries(placement))('%s', async (file, recorded) => {
    const object = parseManifests(file, read(`corpus/${file}`)).find((manifest) => manifest.object.kind === 'DaemonSet')!
      .object as DaemonSet;
    // Some carry a placeholder that is no namespace; where they live plays no part.
    const daemonSet = { ...object, metadata: { ...object.metadata, namespace: 'corpus' } };
    const created = await attempt(async () => {
      await prepare(api, daemonSet);
      return api.create<DaemonSet>(DAEMONSETS, daemonSet);
    });
    if (created instanceof ApiError) {
      expect(recorded.accepted, created.message).toBe(false);
      const { code, reason, message, details } = created.status;
      expect({ code, reason, message, causes: details?.causes ?? [] }).toEqual({
        code: recorded.code,
        reason: recorded.reason,
        message: recorded.message,
        causes: recorded.causes,
      });
      return;
    }
    expect(recorded.accepted).toBe(true);
    expect(created.spec).toEqual(defaulted[file]);
    await check(created, recorded);
  });

  async function check(created: DaemonSet, recorded: Recorded): Promise<void> {
    const key = { namespace: created.metadata.namespace, name: created.metadata.name ?? '' };
    const settled = await until(api, key, ({ status }) => {
      if (status?.observedGeneration === undefined) return false;
      return recorded.podsRefused !== undefined || status.currentNumberScheduled === status.desiredNumberScheduled;
    });
    const { currentNumberScheduled: _, ...counts } = recorded.status ?? {};
    expect(settled.status).toMatchObject(recorded.podsRefused ? counts : (recorded.status ?? {}));
    const pods = (await api.list<Pod>(PODS, { namespace: key.namespace })).items.filter((pod) =>
      pod.metadata.ownerReferences?.some((owner) => owner.uid === created.metadata.uid),
    );
    // Service account admission, which was off in the recording, names the account that these pods lacked.
    const admitted = recorded.podsRefused?.some((text) => text.includes('serviceAccountName is not set'));
    if (recorded.podsRefused && !admitted) {
      const events = await refusals(api, created);
      expect(events).toEqual(recorded.podsRefused);
    } else if (!admitted) expect(pods.map((pod) => targetNode(pod) ?? '').sort()).toEqual([...(recorded.nodes ?? [])].sort());
    if (recorded.podTolerations) for (const pod of pods) expect(pod.spec.tolerations).toEqual(recorded.podTolerations);
    await remove(api, created, pods);
  }
});

/** Admission marks new nodes not-ready; the recorded fleet carries just the taints it is written with. */
async function join40(api: KubeApi, node: Node): Promise<void> {
  await api.create(NODES, node);
  const body = { spec: { taints: node.spec?.taints ?? null } };
  await api.patch(NODES, { name: node.metadata.name ?? '' }, { type: 'application/merge-patch+json', body });
}

/** What the pods refer to: in the recording ServiceAccount and Priority admission were off. */
async function prepare(api: KubeApi, { metadata, spec }: DaemonSet): Promise<void> {
  const { namespace = 'default' } = metadata;
  const pod = spec.template.spec as DaemonSet['spec']['template']['spec'] & { serviceAccount?: string };
  const make = (ref: typeof NODES, object: KubeObject) => attempt(() => api.create(ref, object));
  await make(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const account = pod.serviceAccountName || pod.serviceAccount || 'default';
  for (const name of ['default', account]) {
    await make(SERVICEACCOUNTS, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name, namespace },
      automountServiceAccountToken: false,
    });
  }
  if (!pod.priorityClassName || pod.priorityClassName.startsWith('system-')) return;
  await make(PRIORITYCLASSES, {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: pod.priorityClassName },
    value: 1,
  });
}

async function attempt<T>(what: () => Promise<T>): Promise<T | ApiError> {
  try {
    return await what();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

/** Watches until the DaemonSet is as wanted; the test's own timeout ends a wait in vain. */
async function until(
  api: KubeApi,
  key: { namespace: string | undefined; name: string },
  wanted: (object: DaemonSet) => boolean,
): Promise<DaemonSet> {
  const now = await api.get<DaemonSet>(DAEMONSETS, key);
  if (wanted(now)) return now;
  const { promise, resolve, reject } = Promise.withResolvers<DaemonSet>();
  const options = {
    namespace: key.namespace,
    fieldSelector: `metadata.name=${key.name}`,
    resourceVersion: now.metadata.resourceVersion ?? '',
  };
  const stop = api.watch<DaemonSet>(DAEMONSETS, options, {
    events(batch) {
      const found = batch.find(({ object }) => wanted(object));
      if (found) resolve(found.object);
    },
    closed: (error) => reject(error ?? new Error('the watch ended')),
  });
  return promise.finally(stop);
}

/** `reason: message` of the first failed create, the pod's generated name taken out as in the recording. */
async function refusals(api: KubeApi, { metadata }: DaemonSet): Promise<string[]> {
  const { promise, resolve } = Promise.withResolvers<string[]>();
  const hear = (event: KubeObject) => {
    const about = event.involvedObject as { uid?: string } | undefined;
    if (event.reason !== 'FailedCreate' || about?.uid !== metadata.uid) return;
    resolve([`FailedCreate: ${String(event.message).replace(/Pod "[^"]+" is invalid/, 'Pod POD is invalid')}`]);
  };
  const list = await api.list(EVENTS, { namespace: metadata.namespace });
  list.items.forEach(hear);
  const options = { namespace: metadata.namespace, resourceVersion: list.metadata.resourceVersion ?? '' };
  const stop = api.watch(EVENTS, options, {
    events(batch) {
      for (const { object } of batch) hear(object);
    },
    closed: () => {},
  });
  return promise.finally(stop);
}

async function remove(api: KubeApi, { metadata }: DaemonSet, pods: readonly Pod[]): Promise<void> {
  const { namespace, name = '' } = metadata;
  await api.delete(DAEMONSETS, { namespace, name });
  for (const pod of pods)
    await attempt(() => api.delete(PODS, { namespace, name: pod.metadata.name ?? '' }, { gracePeriodSeconds: 0 }));
}
