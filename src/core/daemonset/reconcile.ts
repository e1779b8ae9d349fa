/** The decision for one DaemonSet: what to do now, in which order, and what its status says (upstream `syncDaemonSet`). */
import type { DaemonSet, LabelSelector } from '../kube/objects.ts';
import type { Instant } from '../kube/time.ts';
import { type Conditions, conditionsOf } from './conditions.ts';
import type { Action, Decision, Reason } from './decision.ts';
import type { Fleet } from './fleet.ts';
import { surplusRevisions } from './history.ts';
import { stepNotices } from './notices.ts';
import { rollout } from './rollout/rollout.ts';
import { EMPTY_STATUS, statusDiffers, statusOf } from './status.ts';

/** The most creates, and the most deletes, of one decision. */
const BURST = 250;
const DEFAULT_HISTORY_LIMIT = 10;

/**
 * Decides; changes nothing but the fleet's clock. Costs what has changed since the last decision and what is to be done.
 * The roll-out goes on only when nothing else is to be done and everything asked for has been seen.
 */
export function reconcile(fleet: Fleet, now: Instant): Decision {
  const { daemonSet } = fleet;
  if (daemonSet.metadata.deletionTimestamp) return idle(daemonSet, []);
  if (selectsAll(daemonSet.spec.selector)) return idle(daemonSet, [SELECTING_ALL]);
  fleet.advance(now);
  const gated = fleet.expectations.outstanding > 0;
  const plan = fleet.history;
  const claims = [...claimPods(fleet), ...relabelled(fleet)];
  const work: Action[] = [];
  if (!plan.blocked) {
    work.push(...manage(fleet));
    if (work.length === 0 && claims.length === 0 && !gated) work.push(...rollout(fleet, BURST));
  }
  const limit = daemonSet.spec.revisionHistoryLimit ?? DEFAULT_HISTORY_LIMIT;
  const cleanup = plan.blocked ? [] : surplusRevisions(plan, limit, (hash) => fleet.pods.hashAlive(hash));
  const { conditions, notices, wakeAt } = conditionsFor(fleet, now);
  const status = statusOf(fleet, { gated, collisionCount: plan.collisionCount, conditions });
  const next = clipped(work) ? now : earlier(fleet.nextWake(), wakeAt);
  return {
    actions: [...claims, ...plan.actions, ...work, ...cleanup],
    status,
    statusChanged: statusDiffers(status, daemonSet.status),
    notices: [...stepNotices(fleet, [...plan.actions, ...work]), ...notices],
    ...(next === undefined ? {} : { wakeAt: next }),
  };
}

const SELECTING_ALL: Reason = {
  code: 'SelectingAll',
  message: 'This daemon set is selecting all pods. A non-empty selector is required.',
  field: 'spec.selector',
};

/** A decision to leave everything as it is, the status included. */
function idle(daemonSet: DaemonSet, warnings: readonly Reason[]): Decision {
  return {
    actions: [],
    status: daemonSet.status ?? EMPTY_STATUS,
    statusChanged: false,
    notices: warnings.map((because) => ({ type: 'Warning', because })),
  };
}

function selectsAll(selector: LabelSelector | undefined): boolean {
  if (!selector) return false;
  return Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0;
}

function claimPods(fleet: Fleet): Action[] {
  return [
    ...fleet.pods.adopting().map(({ facts }): Action => {
      const message = `Pod ${facts.ref.name} matches the selector and has no owner.`;
      return { kind: 'adopt-pod', pod: facts.ref, because: { code: 'OrphanPod', message } };
    }),
    ...fleet.pods.releasing().map(({ facts }): Action => {
      const message = `Pod ${facts.ref.name} no longer matches the selector.`;
      return { kind: 'release-pod', pod: facts.ref, because: { code: 'SelectorMismatch', message } };
    }),
  ];
}

/** Pods that carry the hash of a duplicate of the current revision (#111280). Rare, so it may look at all pods. */
function relabelled(fleet: Fleet): Action[] {
  const { relabel } = fleet.history;
  if (relabel.size === 0) return [];
  const actions: (Action & { kind: 'relabel-pod' })[] = [];
  for (const { facts } of fleet.pods.all()) {
    const hash = relabel.get(facts.hash);
    if (hash === undefined || facts.claim !== 'owned') continue;
    const because = { code: 'DuplicateRevision', message: 'The pod carries the hash of a duplicate of the current revision.' };
    actions.push({ kind: 'relabel-pod', pod: facts.ref, hash, because });
  }
  return actions.sort((a, b) => (a.pod.name < b.pod.name ? -1 : 1));
}

/** One pod a node: creates first, then deletes, each by node name. */
function manage(fleet: Fleet): Action[] {
  const creates = fleet.index.toCreate(BURST).flatMap(({ node, placement }): Action[] => {
    const because = placement.create;
    return because ? [{ kind: 'create-pod', node, pod: fleet.podFor(node), because }] : [];
  });
  const removals = fleet.index
    .toRemove(BURST)
    .flatMap(({ node, placement }): Action[] =>
      placement.removals.map(({ pod, because }) => ({ kind: 'delete-pod', node, pod, because })),
    );
  return [...creates, ...removals.slice(0, BURST)];
}

function clipped(work: readonly Action[]): boolean {
  const creates = work.filter(({ kind }) => kind === 'create-pod').length;
  return creates >= BURST || work.length - creates >= BURST;
}

/** Where conditions are not to be written, those that are there stay. */
function conditionsFor(fleet: Fleet, now: Instant): Conditions {
  if (fleet.settings.conditions === 'written') return conditionsOf(fleet, now);
  return { conditions: fleet.daemonSet.status?.conditions ?? [], notices: [], wakeAt: undefined };
}

function earlier(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
