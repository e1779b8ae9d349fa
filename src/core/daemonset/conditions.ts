/** The conditions of a DaemonSet: `Progressing`, `Available`, `Degraded`. Upstream's type has them, and writes none (#106054). */
import type { Condition } from '../kube/objects.ts';
import { formatTime, type Instant } from '../kube/time.ts';
import { availability } from './availability.ts';
import type { Decision, Reason } from './decision.ts';
import { degradation } from './degradation.ts';
import type { Finding } from './finding.ts';
import type { Fleet } from './fleet.ts';
import { progress } from './rollout/progress.ts';

export interface Conditions {
  /** All of the DaemonSet's: ours, then those of others as they are. */
  readonly conditions: readonly Condition[];
  /** Transitions that are worth an event. */
  readonly notices: Decision['notices'];
  /** When a condition changes by the passing of time alone. */
  readonly wakeAt: Instant | undefined;
}

const OURS = ['Progressing', 'Available', 'Degraded'];

/** Works them out from the fleet as of its last `advance`. A condition that says the same as before keeps its transition time. */
export function conditionsOf(fleet: Fleet, now: Instant): Conditions {
  const before = fleet.daemonSet.status?.conditions ?? [];
  const progressing = progress(fleet, now);
  const findings: readonly [string, Finding][] = [
    ['Progressing', progressing],
    ['Available', availability(fleet)],
    ['Degraded', degradation(fleet, progressing)],
  ];
  const ours = findings.map(([type, finding]) => condition(type, finding, { before: find(before, type), now }));
  return {
    conditions: [...ours, ...before.filter(({ type }) => !OURS.includes(type))],
    notices: findings.flatMap(([type, finding]) => noticeOf(type, finding, find(before, type))),
    wakeAt: progressing.deadlineAt,
  };
}

function condition(type: string, finding: Finding, { before, now }: { before: Condition | undefined; now: Instant }): Condition {
  const { status, reason, message } = finding;
  const since = before?.status === status ? before.lastTransitionTime : undefined;
  return { type, status, lastTransitionTime: since ?? formatTime(now), reason, message };
}

function find(conditions: readonly Condition[], type: string): Condition | undefined {
  return conditions.find((one) => one.type === type);
}

/** A roll-out that ends, or is stuck, and what degrades the DaemonSet: once each time it comes about. */
function noticeOf(type: string, { status, reason, message }: Finding, before: Condition | undefined): Decision['notices'] {
  const because: Reason = { code: reason, message };
  if (before?.status === status && before.reason === reason) return [];
  if (type === 'Progressing' && reason === 'RolloutComplete' && before) return [{ type: 'Normal', because }];
  return type === 'Degraded' && status === 'True' ? [{ type: 'Warning', because }] : [];
}

/** Whether a client could tell the two lists apart, transition times aside. The API leaves empty texts out. */
export function conditionsDiffer(next: readonly Condition[] = [], before: readonly Condition[] = []): boolean {
  if (next.length !== before.length) return true;
  return next.some((one) => {
    const other = find(before, one.type);
    if (other?.status !== one.status) return true;
    return (other.reason ?? '') !== (one.reason ?? '') || (other.message ?? '') !== (one.message ?? '');
  });
}
