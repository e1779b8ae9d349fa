/** Which admission plugins see which resource, in upstream's order (pkg/kubeapiserver/options/plugins.go, the defaults). */
import type { KubeObject, Pod } from '../../kube/objects.ts';
import type { Kind, WriteContext } from '../kind.ts';
import { admitIntoNamespace, requireNamespace } from './namespace-lifecycle.ts';
import { addOutageTolerations } from './outage-tolerations.ts';
import { admitPriority } from './pod-priority.ts';
import { admitRuntimeClass } from './runtime-class.ts';
import { admitServiceAccount } from './service-account.ts';
import { labelWithTopology } from './topology-labels.ts';

const ACCESS_REVIEWS = 'authorization.k8s.io';

/** The kind with its resource's plugins before its own `admitCreate` and `admitUpdate`. */
export function withAdmission(kind: Kind): Kind {
  const guarded = kind.namespaced && kind.group !== ACCESS_REVIEWS;
  const isPod = kind.group === '' && kind.plural === 'pods';
  if (!guarded) return kind;
  return {
    ...kind,
    admitCreate(object: KubeObject, context: WriteContext) {
      admitIntoNamespace(kind, object, context);
      if (isPod) admitPod(object as Pod, context);
      kind.admitCreate?.(object, context);
    },
    admitUpdate(next: KubeObject, old: KubeObject, context: WriteContext) {
      if (context.namespace) requireNamespace(context.namespace, context);
      if (isPod) addOutageTolerations(next as Pod);
      kind.admitUpdate?.(next, old, context);
    },
  };
}

function admitPod(pod: Pod, context: WriteContext): void {
  admitServiceAccount(pod, context);
  admitPriority(pod, context);
  addOutageTolerations(pod);
  admitRuntimeClass(pod, context);
  labelWithTopology(pod, context);
}
