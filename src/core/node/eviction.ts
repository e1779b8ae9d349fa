/** Pressure on a node and whom it costs: upstream `pkg/kubelet/eviction` (thresholds, ranking, five minutes of transition). */

import { formatQuantity } from '../kube/quantity.ts';
import type { Instant } from '../kube/time.ts';
import type { Pressure } from './admission.ts';
import { isCritical, type Tenant } from './tenant.ts';

export const EVICTION = {
  /** How often a node looks. */
  interval: 10_000,
  /** How long a pressure condition outlives its cause. */
  transition: 300_000,
  /** `memory.available<100Mi`, in bytes. */
  memoryAvailable: 100 * 1024 * 1024,
} as const;

/** Pressures with the instant each was last seen. */
export type PressureState = Readonly<Partial<Record<Pressure, Instant>>>;

/** Takes a new look into account: a pressure lasts until it has not been seen for five minutes. */
export function nextPressure(state: PressureState, seen: ReadonlySet<Pressure>, now: Instant): PressureState {
  const next: Partial<Record<Pressure, Instant>> = {};
  for (const pressure of ['MemoryPressure', 'DiskPressure', 'PIDPressure'] as const) {
    const last = seen.has(pressure) ? now : state[pressure];
    if (last !== undefined && now - last < EVICTION.transition) next[pressure] = last;
  }
  const same =
    Object.keys(next).length === Object.keys(state).length &&
    Object.keys(next).every((key) => state[key as Pressure] === next[key as Pressure]);
  return same ? state : next;
}

/** What a pod uses, in bytes of memory (or processes for PID pressure). */
export interface Usage {
  readonly tenant: Tenant;
  readonly used: number;
}

/**
 * The pod to evict next: those that use more than they request first, then lower priority, then the larger excess; critical pods never.
 * For PID pressure priority, then the number of processes (10.3). `undefined` where there is nobody.
 */
export function nextVictim(usages: readonly Usage[], pressure: Pressure): Usage | undefined {
  const resource = pressure === 'DiskPressure' ? 'ephemeral-storage' : 'memory';
  const excess = ({ tenant, used }: Usage) => used - (tenant.amounts[resource] ?? 0);
  const over = (usage: Usage) => (pressure === 'PIDPressure' || excess(usage) <= 0 ? 0 : 1);
  const size = (usage: Usage) => (pressure === 'PIDPressure' ? usage.used : excess(usage));
  let best: Usage | undefined;
  for (const usage of usages) {
    if (isCritical(usage.tenant)) continue;
    if (!best) {
      best = usage;
      continue;
    }
    const order =
      over(usage) - over(best) ||
      best.tenant.priority - usage.tenant.priority ||
      size(usage) - size(best) ||
      (usage.tenant.uid < best.tenant.uid ? 1 : -1);
    if (order > 0) best = usage;
  }
  return best;
}

/** The message of an `Evicted` pod (upstream `evictionMessage`). */
export function evictionMessage(
  pressure: Pressure,
  details: { available: number; container: string; used: number; requested: number },
): string {
  const resource = pressure === 'MemoryPressure' ? 'memory' : pressure === 'DiskPressure' ? 'ephemeral-storage' : 'pids';
  const low = `The node was low on resource: ${resource}. `;
  if (pressure !== 'MemoryPressure') return low;
  const threshold = `Threshold quantity: 100Mi, available: ${kibibytes(details.available)}. `;
  return `${low}${threshold}Container ${details.container} was using ${kibibytes(details.used)}, request is ${kibibytes(details.requested)}, has larger consumption of memory. `;
}

function kibibytes(bytes: number): string {
  return bytes <= 0 ? '0' : formatQuantity({ value: BigInt(Math.floor(bytes / 1024) * 1024), scale: 0, format: 'BinarySI' });
}
