/** Nodes (upstream pkg/apis/core/validation, `ValidateNode`; pkg/registry/core/node). */
import type { Node } from '../../kube/objects.ts';
import { taintNewNode } from '../admission/taint-new-node.ts';
import type { Kind, PartialSubresource, WriteContext } from '../kind.ts';
import { AGE_COLUMN, NAME_COLUMN } from '../table/column.ts';
import { NODE_COLUMNS } from './node-columns.ts';
import { validateNode, validateNodeUpdate } from './node-rules.ts';
import { ALL_VERBS, PART_VERBS } from './verbs.ts';

const EMPTY_INFO = {
  machineID: '',
  systemUUID: '',
  bootID: '',
  kernelVersion: '',
  osImage: '',
  containerRuntimeVersion: '',
  kubeletVersion: '',
  kubeProxyVersion: '',
  operatingSystem: '',
  architecture: '',
};
const INFO_FIELDS = Object.keys(EMPTY_INFO);

const STATUS: PartialSubresource<Node> = {
  name: 'status',
  verbs: PART_VERBS,
  resetFields: ['f:spec'],
  prepareUpdate(next, old) {
    next.spec = old.spec ?? {};
  },
  validateUpdate: validateNodeUpdate,
};

/** `nodes`, core/v1. */
export const NODE_KIND: Kind<Node> = {
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  namespaced: false,
  verbs: ALL_VERBS,
  subresources: [STATUS],
  schema: 'io.k8s.api.core.v1.Node',
  defaults(node) {
    node.spec ??= {};
    node.status ??= {};
    const { spec, status } = node;
    if (spec.podCIDR && spec.podCIDRs?.[0] !== spec.podCIDR) spec.podCIDRs = [spec.podCIDR];
    else if (!spec.podCIDR && spec.podCIDRs?.[0]) spec.podCIDR = spec.podCIDRs[0];
    if (status.capacity && !status.allocatable) status.allocatable = { ...status.capacity };
    // A stored status is complete: it may be shared, and is not written to.
    if (status.daemonEndpoints?.kubeletEndpoint?.Port === undefined) {
      status.daemonEndpoints = { kubeletEndpoint: { Port: 0, ...status.daemonEndpoints?.kubeletEndpoint } };
    }
    const { nodeInfo } = status;
    if (INFO_FIELDS.some((field) => nodeInfo?.[field] === undefined)) status.nodeInfo = { ...EMPTY_INFO, ...nodeInfo };
  },
  prepareCreate({ spec }) {
    delete (spec as { configSource?: unknown }).configSource;
  },
  admitCreate(node, context) {
    taintNewNode(node);
    warn(node, context);
  },
  validateCreate: validateNode,
  prepareUpdate(next, old) {
    if (old.status) next.status = old.status;
  },
  admitUpdate: (next, _old, context) => warn(next, context),
  validateUpdate: (next, old) => [...validateNode(next), ...validateNodeUpdate(next, old)],
  resetFields: ['f:status'],
  fields: { 'spec.unschedulable': (node) => String((node as Node).spec?.unschedulable ?? false) },
  columns: [NAME_COLUMN, ...NODE_COLUMNS.slice(0, 2), AGE_COLUMN, ...NODE_COLUMNS.slice(2)],
};

/** Upstream pkg/registry/core/node, `fieldIsDeprecatedWarnings`. */
function warn({ spec }: Node, context: WriteContext): void {
  const { externalID } = (spec ?? {}) as { externalID?: string };
  if (externalID) context.warn('spec.externalID: this field is deprecated, and is unused by Kubernetes');
}
