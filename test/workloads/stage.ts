/** A cluster with Deployments, ReplicaSets and budgets on a virtual clock, and what its tests ask of it. */
import type { KubeObject, Pod } from '../../src/core/kube/objects.ts';
import { isReady } from '../../src/core/kube/pod-state.ts';
import { PODS, type ResourceRef } from '../../src/core/kube/resource.ts';
import { DEPLOYMENTS, type Deployment, REPLICASETS, type ReplicaSet } from '../../src/core/workloads/objects.ts';
import { openWorld, type World, type WorldOptions } from '../cluster/world.ts';

export interface Stage extends World {
  deploy(name: string, spec?: Record<string, unknown>): Promise<Deployment>;
  patch<T extends KubeObject>(ref: ResourceRef, name: string, body: unknown): Promise<T>;
  deployment(name: string): Promise<Deployment>;
  /** Oldest revision first. */
  replicaSets(): Promise<ReplicaSet[]>;
  pods(): Promise<Pod[]>;
  ready(): Promise<Pod[]>;
  /** Waits until the Deployment's newest generation is rolled out wholly. */
  rolledOut(name: string): Promise<Deployment>;
}

export const IMAGE = (image: string) => ({ spec: { template: { spec: { containers: [{ name: 'c', image }] } } } });

export async function openStage(options: WorldOptions = {}): Promise<Stage> {
  const controllers = ['deployment', 'replicaset', 'disruption', 'scheduler', 'garbagecollector', 'nodelifecycle'];
  const world = await openWorld({ nodes: ['a', 'b', 'c'], controllers, ...options });
  const { api, clock } = world;
  // Until the taint of new nodes is gone.
  await clock.advance(10_000);
  const stage: Stage = Object.create(world, {});
  return Object.assign(stage, {
    deploy: (name: string, spec: Record<string, unknown> = {}) => api.create<Deployment>(DEPLOYMENTS, deployment(name, spec)),
    patch: <T extends KubeObject>(ref: ResourceRef, name: string, body: unknown) =>
      api.patch<T>(ref, { namespace: 'default', name }, { type: 'application/strategic-merge-patch+json', body }),
    deployment: (name: string) => api.get<Deployment>(DEPLOYMENTS, { namespace: 'default', name }),
    replicaSets: async () => (await api.list<ReplicaSet>(REPLICASETS)).items.sort((a, b) => revision(a) - revision(b)),
    pods: async () => (await api.list<Pod>(PODS)).items,
    ready: async () => (await api.list<Pod>(PODS)).items.filter((pod) => isReady(pod) && !pod.metadata.deletionTimestamp),
    rolledOut: async (name: string) => {
      await clock.until(async () => isRolledOut(await stage.deployment(name)));
      return stage.deployment(name);
    },
  });
}

export function revision({ metadata }: KubeObject): number {
  return Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
}

/** `Type=Status:Reason` of the conditions, sorted. */
export function conditions({ status }: KubeObject): string[] {
  const list = (status as { conditions?: { type: string; status: string; reason: string }[] } | undefined)?.conditions ?? [];
  return list.map(({ type, status: is, reason }) => `${type}=${is}:${reason}`).sort();
}

export function deployment(name: string, spec: Record<string, unknown> = {}): Deployment {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default', labels },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'reg.example/c:1' }] } },
      ...spec,
    },
  };
}

function isRolledOut({ metadata, spec, status = {} }: Deployment): boolean {
  const wanted = spec.replicas ?? 1;
  const { observedGeneration, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  return observedGeneration === metadata.generation && [replicas, updatedReplicas, availableReplicas].every((n) => n === wanted);
}
