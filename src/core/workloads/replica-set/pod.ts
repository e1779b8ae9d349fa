/** The pod a ReplicaSet posts, from its template (upstream `GetPodFromTemplate`). */
import { generatedPodPrefix } from '../../daemonset/pod-name.ts';
import type { Pod } from '../../kube/objects.ts';
import { ownedBy, type ReplicaSet } from '../objects.ts';

/** Complete but for its name, which the API generates. */
export function podOf(replicaSet: ReplicaSet): Pod {
  const { name = '', namespace = '' } = replicaSet.metadata;
  const { metadata = {}, spec = { containers: [] } } = replicaSet.spec.template ?? {};
  const { labels, annotations, finalizers } = metadata;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: generatedPodPrefix(name),
      namespace,
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
      ...(finalizers ? { finalizers } : {}),
      ownerReferences: [ownedBy('ReplicaSet', replicaSet)],
    },
    spec,
  };
}
