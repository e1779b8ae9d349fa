/** The Node object a simulated machine registers, as a kubelet of v1.36 would. */
import type { Node, ResourceList, Taint } from '../kube/objects.ts';
import type { Instant } from '../kube/time.ts';
import { nodeConditions } from './heartbeat.ts';
import { nodeAddress, podCidr } from './ip.ts';
import { hexDigits, uuidOf } from './seeded.ts';

/** Annotation that makes a Node simulated; Nodes without it are inert. */
export const SIMULATED = 'everynode.dev/simulated';
/** Annotation that switches a simulated node `off`: it falls silent like a dead machine, its pods linger. Anything else is on. */
export const POWER = 'everynode.dev/power';
/** Annotation that puts a simulated node under pressure: a comma-separated list of `memory`, `disk`, `pid`. */
export const PRESSURE = 'everynode.dev/pressure';
/** Annotation `true`: the node reports `NetworkUnavailable`. */
export const NETWORK = 'everynode.dev/network-unavailable';

const KUBELET_VERSION = 'v1.36.0';

/** What a machine that joins is like. */
export interface NodePlan {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  readonly unschedulable?: boolean;
  /** Overrides single resources; default 4 cpu, 16Gi, 110 pods, 100Gi of disk. */
  readonly capacity?: ResourceList;
  /** Overrides single resources; default the capacity. */
  readonly allocatable?: ResourceList;
  /** `kubernetes.io/os` and `kubernetes.io/arch`; default linux and amd64. */
  readonly os?: string;
  readonly arch?: string;
}

const CAPACITY: ResourceList = {
  cpu: '4',
  'ephemeral-storage': '100Gi',
  'hugepages-1Gi': '0',
  'hugepages-2Mi': '0',
  memory: '16Gi',
  pods: '110',
};

/** The object to create. `index` gives it its addresses and must be unused (`podCidrIndex` tells). */
export function nodeObject(plan: NodePlan, index: number, now: Instant): Node {
  const os = plan.os ?? plan.labels?.['kubernetes.io/os'] ?? 'linux';
  const arch = plan.arch ?? plan.labels?.['kubernetes.io/arch'] ?? 'amd64';
  const capacity = { ...CAPACITY, ...plan.capacity };
  const cidr = podCidr(index);
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: plan.name,
      labels: { ...standardLabels(plan.name, os, arch), ...plan.labels },
      annotations: {
        'node.alpha.kubernetes.io/ttl': '0',
        'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
        ...plan.annotations,
        [SIMULATED]: 'true',
      },
    },
    spec: {
      podCIDR: cidr,
      podCIDRs: [cidr],
      ...(plan.taints?.length ? { taints: [...plan.taints] } : {}),
      ...(plan.unschedulable ? { unschedulable: true } : {}),
    },
    status: {
      ...nodeIdentity(plan.name, index, { os, arch }),
      capacity,
      allocatable: { ...capacity, ...plan.allocatable },
      conditions: nodeConditions(undefined, { pressures: new Set(), networkUnavailable: false }, now),
    },
  };
}

/** The part of a node's status that never changes: addresses, endpoint and `nodeInfo`. */
export function nodeIdentity(name: string, index: number, { os, arch }: { os: string; arch: string }) {
  const windows = os === 'windows';
  return {
    addresses: [
      { type: 'InternalIP', address: nodeAddress(index) },
      { type: 'Hostname', address: name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      architecture: arch,
      bootID: uuidOf(`boot/${name}`),
      containerRuntimeVersion: 'containerd://2.1.4',
      kernelVersion: windows ? '10.0.20348.2402' : '6.12.0-everynode',
      kubeProxyVersion: '',
      kubeletVersion: KUBELET_VERSION,
      machineID: hexDigits(`machine/${name}`, 32),
      operatingSystem: os,
      osImage: windows ? 'Windows Server 2022 Datacenter' : 'everynode (simulated)',
      systemUUID: uuidOf(`system/${name}`),
    },
  };
}

function standardLabels(name: string, os: string, arch: string): Record<string, string> {
  return {
    'beta.kubernetes.io/arch': arch,
    'beta.kubernetes.io/instance-type': 'everynode',
    'beta.kubernetes.io/os': os,
    'kubernetes.io/arch': arch,
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': os,
    'node.kubernetes.io/instance-type': 'everynode',
  };
}
