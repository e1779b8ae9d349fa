/** Controller `namespace`: empties a namespace that is being deleted, says what is left, and lets it go. */
import { ApiError } from '../core/api/api-error.ts';
import { deletionConditions, type Remainder, sameConditions } from '../core/housekeeping/namespace-content.ts';
import type { Condition, KubeObject } from '../core/kube/objects.ts';
import { NAMESPACES } from '../core/kube/resource.ts';
import { type ControllerWorld, deletableKinds, objectKey, type RunningController, refOf, type ServedKind } from './controller.ts';
import { WorkQueue } from './work-queue.ts';

interface Namespace extends KubeObject {
  spec?: { finalizers?: string[] };
  status?: { phase?: string; conditions?: Condition[] };
}

/** How soon a namespace that still has content is looked at again. */
const AGAIN = 1000;
const DELETES_IN_FLIGHT = 32;
const FINALIZER = 'kubernetes';

export function startNamespaceController(world: ControllerWorld): RunningController {
  const { api, clock, log } = world;
  const kinds = deletableKinds(world.kinds).filter((kind) => kind.namespaced);
  const queue = new WorkQueue({ clock, log, workers: 5, delay: 200, maxDelay: 5000, work: (name) => empty(name) });
  world.mirrors.of<Namespace>(NAMESPACES).listen({
    changed(namespace) {
      if (namespace.metadata.deletionTimestamp !== undefined) queue.add(namespace.metadata.name ?? '');
    },
  });
  return { stop: () => queue.stop() };

  async function empty(name: string): Promise<number | undefined> {
    const namespace = await api.get<Namespace>(NAMESPACES, { name }).catch(undefinedWhenGone);
    if (namespace?.metadata.deletionTimestamp === undefined || !namespace.spec?.finalizers?.includes(FINALIZER)) return undefined;
    const failures: string[] = [];
    const remainders = await Promise.all(kinds.map((kind) => clear(kind, name, failures)));
    if (remainders.every(({ count }) => count === 0) && failures.length === 0) {
      await finalize(namespace);
      return undefined;
    }
    const conditions = deletionConditions({ remainders, failures }, namespace.status?.conditions, clock.now());
    if (!sameConditions(namespace.status?.conditions, conditions)) {
      const patch = { type: 'application/merge-patch+json', body: { status: { conditions } } } as const;
      await api.patch(NAMESPACES, { name }, patch, { subresource: 'status' });
    }
    return AGAIN;
  }

  /** Deletes what there is of a kind, and tells what is there after that. */
  async function clear(kind: ServedKind, namespace: string, failures: string[]): Promise<Remainder> {
    const ref = refOf(kind);
    const { items } = await api.list(ref, { namespace });
    const queue = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined).values();
    const worker = async () => {
      for (const object of queue) {
        const key = { ...objectKey(object), namespace };
        await api.delete(ref, key, { propagationPolicy: 'Background' }).catch((error: unknown) => {
          if (!(error instanceof ApiError && error.code === 404))
            failures.push(error instanceof Error ? error.message : String(error));
        });
      }
    };
    await Promise.all(Array.from({ length: Math.min(DELETES_IN_FLIGHT, items.length) }, worker));
    const left = items.length === 0 ? [] : (await api.list(ref, { namespace })).items;
    const finalizers = new Map<string, number>();
    for (const { metadata } of left)
      for (const finalizer of metadata.finalizers ?? []) finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
    return { ref, count: left.length, finalizers };
  }

  async function finalize(namespace: Namespace): Promise<void> {
    const finalizers = (namespace.spec?.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
    const next: Namespace = { ...namespace, spec: { ...namespace.spec, finalizers } };
    await api.update(NAMESPACES, next, { subresource: 'finalize' }).catch(undefinedWhenGone);
  }
}

function undefinedWhenGone(error: unknown): undefined {
  if (error instanceof ApiError && error.code === 404) return undefined;
  throw error;
}
