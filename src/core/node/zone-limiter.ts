/** How fast nodes get their `NoExecute` outage taint, zone by zone (upstream `nodelifecycle`: 0.1 a second; 0.01 or none in disrupted zones). */
import type { Instant } from '../kube/time.ts';

const ZONE_LIMITS = { rate: 0.1, secondaryRate: 0.01, unhealthy: 0.55, large: 50 } as const;

/** Nodes of one zone, counted. */
export interface ZoneCount {
  readonly ready: number;
  readonly notReady: number;
}

/** Sums of small refills fall short of a whole token by as much. */
const ROUNDING = 1e-9;

type ZoneState = 'Normal' | 'PartialDisruption' | 'FullDisruption';

/** Full: none is ready. Partial: more than two and at least 55 % are not. */
function zoneState({ ready, notReady }: ZoneCount): ZoneState {
  if (ready === 0 && notReady > 0) return 'FullDisruption';
  if (notReady > 2 && notReady / (ready + notReady) >= ZONE_LIMITS.unhealthy) return 'PartialDisruption';
  return 'Normal';
}

/** Nodes a second that may be tainted in a zone; none anywhere while every zone is fully disrupted (then it is the control plane that is cut off). */
export function zoneRate(count: ZoneCount, allDisrupted: boolean): number {
  if (allDisrupted) return 0;
  if (zoneState(count) !== 'PartialDisruption') return ZONE_LIMITS.rate;
  return count.ready + count.notReady > ZONE_LIMITS.large ? ZONE_LIMITS.secondaryRate : 0;
}

/** A token bucket of one per zone. */
export class ZoneLimiter {
  readonly #zones = new Map<string, { tokens: number; at: Instant; rate: number }>();

  /** Sets the rates after a count of all zones. */
  update(counts: ReadonlyMap<string, ZoneCount>, now: Instant): void {
    const all = counts.size > 0 && [...counts.values()].every((count) => zoneState(count) === 'FullDisruption');
    for (const [zone, count] of counts) {
      const entry = this.#refill(zone, now);
      entry.rate = zoneRate(count, all);
    }
    for (const zone of this.#zones.keys()) if (!counts.has(zone)) this.#zones.delete(zone);
  }

  /** Whether one more node of the zone may be tainted now; counts it if so. */
  take(zone: string, now: Instant): boolean {
    const entry = this.#refill(zone, now);
    if (entry.rate === 0 || entry.tokens < 1 - ROUNDING) return false;
    entry.tokens--;
    return true;
  }

  #refill(zone: string, now: Instant): { tokens: number; at: Instant; rate: number } {
    let entry = this.#zones.get(zone);
    if (!entry) {
      entry = { tokens: 1, at: now, rate: ZONE_LIMITS.rate };
      this.#zones.set(zone, entry);
    }
    entry.tokens = Math.min(1, entry.tokens + ((now - entry.at) / 1000) * entry.rate);
    entry.at = now;
    return entry;
  }
}
