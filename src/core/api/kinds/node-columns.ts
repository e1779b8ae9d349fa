/** The columns of nodes between name and age, and after it (upstream pkg/printers/internalversion, `printNode`). */
import type { Node } from '../../kube/objects.ts';
import { conditionOf } from '../../kube/pod-state.ts';
import type { Column } from '../kind.ts';
import { column } from '../table/column.ts';

const ROLE_PREFIX = 'node-role.kubernetes.io/';
const ROLE_LABEL = 'kubernetes.io/role';
const ADDRESSES =
  "List of addresses reachable to the node. Queried from cloud provider, if available. More info: https://kubernetes.io/docs/reference/node/node-status/#addresses Note: This field is declared as mergeable, but the merge key is not sufficiently unique, which can cause data corruption when it is merged. Callers should instead use a full-replacement patch. See https://pr.k8s.io/79391 for an example. Consumers should assume that addresses can change during the lifetime of a Node. However, there are some exceptions where this may not be possible, such as Pods that inherit a Node's address in its own status or consumers of the downward API (status.hostIP).";

/** The first two stand before the age. */
export const NODE_COLUMNS: readonly Column<Node>[] = [
  column<Node>({ name: 'Status', description: 'The status of the node' }, status),
  column<Node>({ name: 'Roles', description: 'The roles of the node' }, roles),
  column<Node>({ name: 'Version', description: 'Kubelet Version reported by the node.' }, (node) => info(node, 'kubeletVersion')),
  column<Node>({ name: 'Internal-IP', description: ADDRESSES, wide: true }, (node) => address(node, 'InternalIP')),
  column<Node>({ name: 'External-IP', description: ADDRESSES, wide: true }, (node) => address(node, 'ExternalIP')),
  column<Node>(
    {
      name: 'OS-Image',
      description: 'OS Image reported by the node from /etc/os-release (e.g. Debian GNU/Linux 7 (wheezy)).',
      wide: true,
    },
    (node) => info(node, 'osImage') || UNKNOWN,
  ),
  column<Node>(
    {
      name: 'Kernel-Version',
      description: "Kernel Version reported by the node from 'uname -r' (e.g. 3.16.0-0.bpo.4-amd64).",
      wide: true,
    },
    kernel,
  ),
  column<Node>(
    {
      name: 'Container-Runtime',
      description: 'ContainerRuntime Version reported by the node through runtime remote API (e.g. containerd://1.4.2).',
      wide: true,
    },
    (node) => info(node, 'containerRuntimeVersion') || UNKNOWN,
  ),
];

const UNKNOWN = '<unknown>';

function status({ spec, status }: Node): string {
  const ready = conditionOf(status?.conditions, 'Ready');
  const word = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec?.unschedulable ? `${word},SchedulingDisabled` : word;
}

/** From `node-role.kubernetes.io/<role>` and `kubernetes.io/role: <role>`, sorted, each once. */
function roles({ metadata: { labels = {} } }: Node): string {
  const found = new Set<string>();
  for (const key in labels) {
    const value = labels[key] ?? '';
    if (key.startsWith(ROLE_PREFIX)) {
      const role = key.slice(ROLE_PREFIX.length);
      if (role !== '') found.add(role);
    } else if (key === ROLE_LABEL && value !== '') found.add(value);
  }
  return found.size === 0 ? '<none>' : [...found].sort().join(',');
}

function info({ status }: Node, field: string): string {
  return status?.nodeInfo?.[field] ?? '';
}

function kernel(node: Node): string {
  const version = info(node, 'kernelVersion');
  const architecture = info(node, 'architecture');
  if (version === '') return UNKNOWN;
  return architecture === '' ? version : `${version} (${architecture})`;
}

function address({ status }: Node, type: string): string {
  return status?.addresses?.find((one) => one.type === type)?.address ?? '<none>';
}
