/** What a living node says: its conditions (upstream `pkg/kubelet/nodestatus`) and its lease, and how often. */
import type { Condition, KubeObject, Node } from '../kube/objects.ts';
import { formatMicroTime, formatTime, type Instant, type Millis } from '../kube/time.ts';
import type { Pressure } from './admission.ts';

/** How often nodes speak. */
export interface HeartbeatPlan {
  /** Between two renewals of a node's lease. */
  readonly renew: Millis;
  /** `spec.leaseDurationSeconds`: four renewals. */
  readonly leaseSeconds: number;
  /** Between two reports of an unchanged status. */
  readonly status: Millis;
}

/** Lease renewals the whole simulation may write per second. */
const RENEWALS_PER_SECOND = 100;

/**
 * Upstream's 10 s, 40 s and 5 min up to 1,000 nodes. Beyond, renewals are stretched so that all nodes together write at most 100 leases
 * a second (5,000 nodes: each 50 s), and the lease's duration says so; the node lifecycle controller gives a node that much longer.
 */
export function heartbeatPlan(nodes: number): HeartbeatPlan {
  const renewSeconds = Math.max(10, Math.ceil(nodes / RENEWALS_PER_SECOND));
  return { renew: renewSeconds * 1000, leaseSeconds: renewSeconds * 4, status: Math.max(300_000, nodes * 60) };
}

/** What a node finds about itself. */
export interface NodeFacts {
  readonly pressures: ReadonlySet<Pressure>;
  readonly networkUnavailable: boolean;
}

/** The conditions to report; those whose status is as before keep their transition time. */
export function nodeConditions(previous: readonly Condition[] | undefined, facts: NodeFacts, now: Instant): Condition[] {
  const { pressures, networkUnavailable } = facts;
  const under = (type: Pressure, bad: [string, string], good: [string, string]) =>
    condition(type, pressures.has(type), pressures.has(type) ? bad : good);
  const time = formatTime(now);
  const found = [
    condition(
      'NetworkUnavailable',
      networkUnavailable,
      networkUnavailable
        ? ['NoRouteCreated', 'RouteController failed to create a route']
        : ['RouteCreated', 'RouteController created a route'],
    ),
    under(
      'MemoryPressure',
      ['KubeletHasInsufficientMemory', 'kubelet has insufficient memory available'],
      ['KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
    ),
    under(
      'DiskPressure',
      ['KubeletHasDiskPressure', 'kubelet has disk pressure'],
      ['KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
    ),
    under(
      'PIDPressure',
      ['KubeletHasInsufficientPID', 'kubelet has insufficient PID available'],
      ['KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
    ),
    condition('Ready', true, ['KubeletReady', 'kubelet is posting ready status']),
  ];
  return found.map((next) => {
    const before = previous?.find((old) => old.type === next.type);
    const since = before?.status === next.status ? (before.lastTransitionTime ?? time) : time;
    return { ...next, lastHeartbeatTime: time, lastTransitionTime: since };
  });
}

/** Whether a report would change more than heartbeat times. */
export function conditionsDiffer(previous: readonly Condition[] | undefined, next: readonly Condition[]): boolean {
  return next.some((condition) => previous?.find((old) => old.type === condition.type)?.status !== condition.status);
}

/** The lease of a node in `kube-node-lease`, owned by it. */
export function nodeLease(node: Node, plan: HeartbeatPlan, now: Instant): KubeObject {
  const name = node.metadata.name ?? '';
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name,
      namespace: 'kube-node-lease',
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid ?? '' }],
    },
    spec: { holderIdentity: name, leaseDurationSeconds: plan.leaseSeconds, renewTime: formatMicroTime(now) },
  };
}

/** The merge patch that renews it. */
export function leaseRenewal(plan: HeartbeatPlan, now: Instant): Record<string, unknown> {
  return { spec: { leaseDurationSeconds: plan.leaseSeconds, renewTime: formatMicroTime(now) } };
}

function condition(type: string, status: boolean, [reason, message]: [string, string]): Condition {
  return { type, status: status ? 'True' : 'False', reason, message };
}
