/**
 * What the control plane makes of a node's silence and of its conditions: `Unknown` after the grace, and the taints that follow
 * (upstream `pkg/controller/nodelifecycle`).
 */

import type { Condition, KubeObject, Node, Taint } from '../kube/objects.ts';
import { conditionOf } from '../kube/pod-state.ts';
import { formatTime, type Instant, type Millis, parseTime } from '../kube/time.ts';

export const LIFECYCLE = {
  /** How often every node is looked at. */
  period: 5_000,
  /** Silence that makes a node Unknown (`--node-monitor-grace-period`, 50 s since v1.32). */
  grace: 50_000,
  /** The same for a node that never spoke (`--node-startup-grace-period`). */
  startupGrace: 60_000,
} as const;

/** When a node was last heard of, by the controller's own clock. */
export interface Pulse {
  /** What was seen then; any change is a sign of life. */
  readonly sign: string;
  readonly at: Instant;
}

/** The pulse after a look. A node's own report or a renewed lease is a sign of life. */
export function nextPulse(pulse: Pulse | undefined, node: Node, lease: KubeObject | undefined, now: Instant): Pulse {
  const ready = conditionOf(node.status?.conditions, 'Ready');
  const heartbeat = ready?.status === 'Unknown' ? '' : (ready?.lastHeartbeatTime ?? '');
  const sign = `${heartbeat}|${leaseSpec(lease)?.renewTime ?? ''}`;
  if (!pulse) return { sign, at: ready ? now : (parseTime(node.metadata.creationTimestamp) ?? now) };
  if (pulse.sign === sign || (ready?.status === 'Unknown' && sign.split('|')[1] === pulse.sign.split('|')[1])) return pulse;
  return { sign, at: now };
}

/** How long a node may be silent: upstream's grace, longer where its lease says that it renews more rarely (5/4 of the duration, as 50 s are of 40 s). */
export function graceOf(node: Node, lease: KubeObject | undefined): Millis {
  if (!conditionOf(node.status?.conditions, 'Ready')) return LIFECYCLE.startupGrace;
  return Math.max(LIFECYCLE.grace, (leaseSpec(lease)?.leaseDurationSeconds ?? 0) * 1250);
}

/** The conditions of a node that has been silent for too long; `undefined` where they say so already. */
export function silentConditions(node: Node, now: Instant): Condition[] | undefined {
  const time = formatTime(now);
  const before = node.status?.conditions ?? [];
  let changed = false;
  const next: Condition[] = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => {
    const old = conditionOf(before, type);
    if (old?.status === 'Unknown') return old;
    changed = true;
    if (old)
      return {
        ...old,
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
        lastTransitionTime: time,
      };
    const lastHeartbeatTime = node.metadata.creationTimestamp ?? time;
    return {
      type,
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
      lastHeartbeatTime,
      lastTransitionTime: time,
    };
  });
  return changed ? next : undefined;
}

const KEYS = {
  notReady: 'node.kubernetes.io/not-ready',
  unreachable: 'node.kubernetes.io/unreachable',
} as const;

const BY_CONDITION: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: KEYS.notReady, Unknown: KEYS.unreachable },
  MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
  DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
  PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
  NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
};

const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';
const MANAGED = new Set([...Object.values(BY_CONDITION).flatMap((taints) => Object.values(taints)), UNSCHEDULABLE]);

/** The `NoExecute` taint a node deserves by its Ready condition; absent where it is ready. */
export function outageTaint(node: Node): string | undefined {
  const ready = conditionOf(node.status?.conditions, 'Ready');
  return ready ? BY_CONDITION.Ready?.[ready.status] : undefined;
}

/**
 * The node's taints as they should be: those of its conditions and its cordon with `NoSchedule`, and with `NoExecute` the one of `outage`
 * (`keep` leaves those as they are). New ones carry `timeAdded`. `undefined` where nothing differs.
 */
export function wantedTaints(node: Node, outage: string | 'keep' | undefined, now: Instant): Taint[] | undefined {
  const present = node.spec?.taints ?? [];
  const wanted = new Set<string>();
  for (const condition of node.status?.conditions ?? []) {
    const key = BY_CONDITION[condition.type]?.[condition.status];
    if (key) wanted.add(`${key}:NoSchedule`);
  }
  if (node.spec?.unschedulable) wanted.add(`${UNSCHEDULABLE}:NoSchedule`);
  if (outage !== undefined && outage !== 'keep') wanted.add(`${outage}:NoExecute`);
  const isOurs = ({ key, effect }: Taint) =>
    (effect === 'NoSchedule' && MANAGED.has(key)) ||
    (outage !== 'keep' && effect === 'NoExecute' && (key === KEYS.notReady || key === KEYS.unreachable));
  const kept = present.filter((taint) => !isOurs(taint) || wanted.has(`${taint.key}:${taint.effect}`));
  const have = new Set(kept.map(({ key, effect }) => `${key}:${effect}`));
  const missing = [...wanted].filter((text) => !have.has(text));
  if (missing.length === 0 && kept.length === present.length) return undefined;
  const timeAdded = formatTime(now);
  const added = missing.map((text): Taint => {
    const colon = text.lastIndexOf(':');
    return { key: text.slice(0, colon), effect: text.slice(colon + 1) as Taint['effect'], timeAdded };
  });
  return [...kept, ...added];
}

/** `region:\0:zone`, as upstream groups nodes. */
export function zoneOf(node: Node): string {
  const labels = node.metadata.labels ?? {};
  const region = labels['topology.kubernetes.io/region'] ?? labels['failure-domain.beta.kubernetes.io/region'] ?? '';
  const zone = labels['topology.kubernetes.io/zone'] ?? labels['failure-domain.beta.kubernetes.io/zone'] ?? '';
  return region === '' && zone === '' ? '' : `${region}:\u0000:${zone}`;
}

function leaseSpec(lease: KubeObject | undefined): { renewTime?: string; leaseDurationSeconds?: number } | undefined {
  return lease?.spec as { renewTime?: string; leaseDurationSeconds?: number } | undefined;
}
