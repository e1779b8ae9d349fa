/** The columns of DaemonSets (upstream `printDaemonSet`). */
import type { DaemonSet } from '../../kube/objects.ts';
import { formatLabelSelector } from '../../kube/selector.ts';
import type { Column } from '../kind.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table/column.ts';

const NODE_SELECTOR =
  "NodeSelector is a selector which must be true for the pod to fit on a node. Selector which must match a node's labels for the pod to be scheduled on that node. More info: https://kubernetes.io/docs/concepts/configuration/assign-pod-node/";
const SELECTOR =
  "A label query over pods that are managed by the daemon set. Must match in order to be controlled. It must match the pod template's labels. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors";

/** In the order kubectl shows them. */
export const DAEMONSET_COLUMNS: readonly Column<DaemonSet>[] = [
  NAME_COLUMN,
  count(
    'Desired',
    'desiredNumberScheduled',
    'The total number of nodes that should be running the daemon pod (including nodes correctly running the daemon pod). More info: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/',
  ),
  count(
    'Current',
    'currentNumberScheduled',
    'The number of nodes that are running at least 1 daemon pod and are supposed to run the daemon pod. More info: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/',
  ),
  count(
    'Ready',
    'numberReady',
    'numberReady is the number of nodes that should be running the daemon pod and have one or more of the daemon pod running with a Ready Condition.',
  ),
  count('Up-to-date', 'updatedNumberScheduled', 'The total number of nodes that are running updated daemon pod'),
  count(
    'Available',
    'numberAvailable',
    'The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and available (ready for at least spec.minReadySeconds)',
  ),
  column<DaemonSet>({ name: 'Node Selector', description: NODE_SELECTOR }, (ds) =>
    formatLabels(ds.spec.template.spec.nodeSelector),
  ),
  AGE_COLUMN,
  column<DaemonSet>({ name: 'Containers', description: 'Names of each container in the template.', wide: true }, (ds) =>
    (ds.spec.template.spec.containers ?? []).map(({ name }) => name).join(','),
  ),
  column<DaemonSet>({ name: 'Images', description: 'Images referenced by each container in the template.', wide: true }, (ds) =>
    (ds.spec.template.spec.containers ?? []).map(({ image }) => image ?? '').join(','),
  ),
  column<DaemonSet>({ name: 'Selector', description: SELECTOR, wide: true }, (ds) => formatLabelSelector(ds.spec.selector)),
];

type Counter = 'desiredNumberScheduled' | 'currentNumberScheduled' | 'numberReady' | 'updatedNumberScheduled' | 'numberAvailable';

function count(name: string, field: Counter, description: string): Column<DaemonSet> {
  return column<DaemonSet>({ name, type: 'integer', description }, (daemonSet) => daemonSet.status?.[field] ?? 0);
}

/** `a=1,b=2`, by key, or `<none>`. */
function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? '<none>' : pairs.sort().join(',');
}
