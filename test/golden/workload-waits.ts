/** Waits for Deployments, budgets and nodes that are being emptied. */
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { PODS, type ResourceRef } from '../../src/core/kube/resource.ts';
import { DEPLOYMENTS, PODDISRUPTIONBUDGETS } from '../../src/core/workloads/objects.ts';
import type { KubeApi } from '../../src/ports.ts';
import { waitUntil } from './waiting.ts';

interface Counted extends KubeObject {
  status?: Record<string, unknown>;
}

/** Hash and suffix of generated names are taken out. */
export function maskWeb(text: string): string {
  return text.replace(/\bweb-[a-z0-9]{10}-[a-z0-9]{5}\b/g, 'web-<hash>-<gen>').replace(/\bweb-[a-z0-9]{10}\b/g, 'web-<hash>');
}

/** The Deployment `web` is wholly rolled out with so many replicas, no pod on its way out, and says so. */
export function webIsOut(api: KubeApi, replicas: number): Promise<void> {
  return settled(api, DEPLOYMENTS, ({ metadata, status = {} }) => {
    const counts = ['replicas', 'updatedReplicas', 'availableReplicas'].map((field) => status[field] ?? 0);
    const done = (status.conditions as { reason: string }[] | undefined)?.some((one) => one.reason === 'NewReplicaSetAvailable');
    return (
      status.observedGeneration === metadata.generation &&
      counts.every((count) => count === replicas) &&
      status.terminatingReplicas === 0 &&
      done === true
    );
  });
}

/** The budget `web` allows so many disruptions. */
export function budgetAllows(api: KubeApi, disruptions: number): Promise<void> {
  return settled(api, PODDISRUPTIONBUDGETS, ({ status }) => status?.disruptionsAllowed === disruptions);
}

/** The named pod runs. */
export async function podRuns(api: KubeApi, name: string): Promise<void> {
  await waitUntil(api, { ref: PODS, what: `${name} running` }, (pods) =>
    pods.some(({ metadata, status }) => metadata.name === name && status?.phase === 'Running'),
  );
}

async function settled(api: KubeApi, ref: ResourceRef, holds: (object: Counted) => boolean): Promise<void> {
  await waitUntil(api, { ref, what: `${ref.resource} web settled` }, (objects) =>
    objects.some((object) => object.metadata.name === 'web' && holds(object as Counted)),
  );
}
