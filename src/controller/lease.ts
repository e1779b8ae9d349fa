/** The leader's Lease: what a candidate may do with the record it read, and the record it would write. */
import type { KubeObject } from '../core/kube/objects.ts';
import { formatMicroTime, type Instant, type Millis } from '../core/kube/time.ts';

export interface LeaseSpec {
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  acquireTime?: string;
  renewTime?: string;
  leaseTransitions?: number;
  [more: string]: unknown;
}

export interface Lease extends KubeObject {
  spec?: LeaseSpec;
}

/** The record last read and when it was first read by our own clock. */
export interface Observation {
  readonly spec: LeaseSpec;
  readonly at: Instant;
}

/** Takes a read record in: its age counts from when it last *changed* before our eyes, so foreign clocks do not matter. */
export function observe(before: Observation | undefined, spec: LeaseSpec, now: Instant): Observation {
  return before && JSON.stringify(before.spec) === JSON.stringify(spec) ? before : { spec, at: now };
}

/** Whether somebody else holds the lease and it has not run out. */
export function heldByOther({ spec, at }: Observation, identity: string, now: Instant): boolean {
  const holder = spec.holderIdentity ?? '';
  return holder !== '' && holder !== identity && now < at + (spec.leaseDurationSeconds ?? 0) * 1000;
}

/** The record that makes `identity` the holder, or keeps it so. Transitions count changes of holder (upstream leaderelection). */
export function heldRecord(
  old: LeaseSpec | undefined,
  { identity, duration, now }: { identity: string; duration: Millis; now: Instant },
): LeaseSpec {
  const keeps = old?.holderIdentity === identity;
  const transitions = old?.leaseTransitions ?? 0;
  return {
    ...old,
    holderIdentity: identity,
    leaseDurationSeconds: Math.round(duration / 1000),
    acquireTime: keeps && old.acquireTime ? old.acquireTime : formatMicroTime(now),
    renewTime: formatMicroTime(now),
    leaseTransitions: old === undefined || keeps ? transitions : transitions + 1,
  };
}

/** The record of a lease given up: nobody's, for a second, so that the next candidate need not wait. */
export function releasedRecord(old: LeaseSpec, now: Instant): LeaseSpec {
  return {
    ...old,
    holderIdentity: '',
    leaseDurationSeconds: 1,
    acquireTime: formatMicroTime(now),
    renewTime: formatMicroTime(now),
  };
}
