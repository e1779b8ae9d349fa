/** Watches the daemon pods through an update: how many nodes have a ready one at the least. */
import type { Pod } from '../../src/core/kube/objects.ts';
import { conditionOf } from '../../src/core/kube/pod-state.ts';
import { PODS } from '../../src/core/kube/resource.ts';
import type { KubeApi } from '../../src/ports.ts';

export interface Coverage {
  /** Of everything seen so far. */
  least(): number;
  stop(): void;
}

/** Begins with the pods there are. A pod counts as ready for as long as it says so, on its way out as well. */
export async function watchCoverage(api: KubeApi): Promise<Coverage> {
  const list = await api.list<Pod>(PODS);
  const pods = new Map(list.items.map((pod) => [pod.metadata.name, pod]));
  let least = Number.POSITIVE_INFINITY;
  const look = () => {
    const ready = [...pods.values()].filter(({ status }) => conditionOf(status?.conditions, 'Ready')?.status === 'True');
    least = Math.min(least, new Set(ready.map(({ spec }) => spec.nodeName)).size);
  };
  look();
  const stop = api.watch<Pod>(
    PODS,
    { resourceVersion: list.metadata.resourceVersion! },
    {
      events(batch) {
        for (const { type, object } of batch) {
          if (type === 'DELETED') pods.delete(object.metadata.name);
          else if (type !== 'BOOKMARK') pods.set(object.metadata.name, object);
          look();
        }
      },
      closed: () => {},
    },
  );
  return { stop, least: () => least };
}
