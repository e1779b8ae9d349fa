/** The columns of pods between name and age, and after it (upstream `printPod`). */
import type { Pod } from '../../../kube/objects.ts';
import { conditionOf } from '../../../kube/pod-state.ts';
import type { Instant } from '../../../kube/time.ts';
import type { Column } from '../../kind.ts';
import { AGE_COLUMN, column, NAME_COLUMN, orNone } from '../../table/column.ts';
import { humanDuration } from '../../table/duration.ts';
import { summarize } from './phase-text.ts';

const NODE =
  'NodeName indicates in which node this pod is scheduled. If empty, this pod is a candidate for scheduling by the scheduler defined in schedulerName. Once this field is set, the kubelet for this node becomes responsible for the lifecycle of this pod. This field should not be used to express a desire for the pod to be scheduled on a specific node. https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename';
const NOMINATED =
  'nominatedNodeName is set only when this pod preempts other pods on the node, but it cannot be scheduled right away as preemption victims receive their graceful termination periods. This field does not guarantee that the pod will be scheduled on this node. Scheduler may decide to place the pod elsewhere if other nodes become available sooner. Scheduler may also decide to give the resources on this node to a higher priority pod that is created after preemption. As a result, this field may be different than PodSpec.nodeName when the pod is scheduled.';
const GATES =
  'If specified, all readiness gates will be evaluated for pod readiness. A pod is ready when all its containers are ready AND all conditions specified in the readiness gates have status equal to "True" More info: https://git.k8s.io/enhancements/keps/sig-network/580-pod-readiness-gates';
const RESTARTS =
  'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.';

export const POD_COLUMNS: readonly Column<Pod>[] = [
  NAME_COLUMN,
  column<Pod>({ name: 'Ready', description: 'The aggregate readiness state of this pod for accepting traffic.' }, (pod) => {
    const { ready, total } = summarize(pod);
    return `${ready}/${total}`;
  }),
  column<Pod>(
    { name: 'Status', description: 'The aggregate status of the containers in this pod.' },
    (pod) => summarize(pod).status,
  ),
  column<Pod>({ name: 'Restarts', description: RESTARTS }, restarts),
  AGE_COLUMN,
  column<Pod>(
    {
      name: 'IP',
      description: 'podIP address allocated to the pod. Routable at least within the cluster. Empty if not yet allocated.',
      wide: true,
    },
    (pod) => orNone(pod.status?.podIPs?.[0]?.ip ?? pod.status?.podIP),
  ),
  column<Pod>({ name: 'Node', description: NODE, wide: true }, (pod) => orNone(pod.spec.nodeName)),
  column<Pod>({ name: 'Nominated Node', description: NOMINATED, wide: true }, (pod) => orNone(pod.status?.nominatedNodeName)),
  column<Pod>({ name: 'Readiness Gates', description: GATES, wide: true }, readinessGates),
];

/** `3 (5m ago)` where the end of the last run is known. */
function restarts(pod: Pod, now: Instant): string {
  const { restarts: count, lastRestart } = summarize(pod);
  if (count === 0 || lastRestart === undefined) return String(count);
  return `${count} (${humanDuration(now - lastRestart)} ago)`;
}

function readinessGates(pod: Pod): string {
  const gates = pod.spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const met = gates.filter(({ conditionType }) => conditionOf(pod.status?.conditions, conditionType)?.status === 'True');
  return `${met.length}/${gates.length}`;
}
