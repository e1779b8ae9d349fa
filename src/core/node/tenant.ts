/** A pod as its node counts it: what it takes, which host ports it holds, and who must yield to whom. */
import type { Container, Pod } from '../kube/objects.ts';
import { type QosClass, qosClass } from '../kube/qos.ts';
import { type Amounts, podAmounts } from './amount.ts';

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

export interface Tenant {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly amounts: Amounts;
  readonly hostPorts: readonly HostPort[];
  readonly qos: QosClass;
  readonly priority: number;
  /** Static or mirror. */
  readonly isStatic: boolean;
  /** Controlled by a DaemonSet. */
  readonly isDaemon: boolean;
}

/** Priorities from here on are system priorities: `system-cluster-critical`. */
const CRITICAL_PRIORITY = 2_000_000_000;
/** `system-node-critical`. */
export const NODE_CRITICAL_PRIORITY = 2_000_001_000;

/** Counts a pod up. */
export function tenantOf(pod: Pod): Tenant {
  const { metadata, spec } = pod;
  return {
    uid: metadata.uid ?? '',
    name: metadata.name ?? '',
    namespace: metadata.namespace ?? '',
    amounts: podAmounts(spec),
    hostPorts: hostPorts(pod),
    qos: qosClass(spec),
    priority: spec.priority ?? 0,
    isStatic: isStaticPod(pod),
    isDaemon: (metadata.ownerReferences ?? []).some((owner) => owner.controller && owner.kind === 'DaemonSet'),
  };
}

/** Static and mirror pods, and system priorities, are critical (upstream `types.IsCriticalPod`). */
export function isCritical(tenant: Tenant): boolean {
  return tenant.isStatic || tenant.priority >= CRITICAL_PRIORITY;
}

/** Whether a pod is static (source not `api`) or the mirror of one. */
function isStaticPod(pod: Pod): boolean {
  const annotations = pod.metadata.annotations ?? {};
  if (annotations['kubernetes.io/config.mirror'] !== undefined) return true;
  const source = annotations['kubernetes.io/config.source'];
  return source !== undefined && source !== 'api';
}

/** Whether two pods cannot hold their host ports on one node: same protocol and port, and equal addresses or one that means all. */
export function portsClash(a: readonly HostPort[], b: readonly HostPort[]): boolean {
  const all = (ip: string) => ip === '' || ip === '0.0.0.0' || ip === '::';
  return a.some((one) =>
    b.some(
      (other) =>
        one.port === other.port && one.protocol === other.protocol && (one.ip === other.ip || all(one.ip) || all(other.ip)),
    ),
  );
}

function hostPorts(pod: Pod): HostPort[] {
  const sidecars = (pod.spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always');
  return [...pod.spec.containers, ...sidecars].flatMap((container: Container) =>
    (container.ports ?? [])
      .filter((port) => (port.hostPort ?? 0) > 0)
      .map((port) => ({ ip: port.hostIP ?? '', protocol: port.protocol ?? 'TCP', port: port.hostPort ?? 0 })),
  );
}
