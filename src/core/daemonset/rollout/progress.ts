/** The `Progressing` condition: whether pods are being brought to the present revision, how far that is, and what it waits for. */
import { conditionOf } from '../../kube/pod-state.ts';
import { type Instant, type Millis, parseTime } from '../../kube/time.ts';
import type { Finding } from '../finding.ts';
import type { Fleet } from '../fleet.ts';
import { NODES_TO_NAME, nameNodes } from './blocker.ts';
import { isRolling } from './budget.ts';
import { progressDeadline } from './progress-deadline.ts';
import type { Stage, StageKind, Standing } from './stage.ts';
import { ELIGIBLE } from './stage-index.ts';

/** With the instant at which the deadline passes, where one runs. */
export interface Progress extends Finding {
  readonly deadlineAt?: Instant;
}

const WAITING: readonly StageKind[] = ['new-waiting', 'both-waiting', 'unclean', 'empty', 'both-done', 'old-broken'];
const OUTDATED: readonly StageKind[] = ['old-available', 'old-broken', 'both-waiting', 'both-done'];
const UNTOUCHED: readonly StageKind[] = ['old-available', 'old-broken'];
/** Who is named first: the nodes that hold the others up. */
const ORDER: readonly (readonly Standing[])[] = [['lost', 'lost-outside'], ['working'], ['failing', 'silent']];

/**
 * False when every eligible node is done, when people must go on (OnDelete), or when the deadline has passed. Once an update is
 * complete, a pod that restarts or a node that joins does not make it one that goes on: an outdated pod does.
 */
export function progress(fleet: Fleet, now: Instant): Progress {
  const { stages, tallies } = fleet.index;
  const { desired } = tallies;
  const done = stages.count(['new-done'], ELIGIBLE);
  if (desired === 0) return { status: 'False', reason: 'NoEligibleNodes', message: 'No node is eligible.' };
  if (done === desired) {
    return {
      status: 'False',
      reason: 'RolloutComplete',
      message: `All ${desired} nodes have an available pod of the present revision.`,
    };
  }
  const reached = `${done} of ${desired} nodes have an available pod of the present revision.`;
  const untouched = stages.count(UNTOUCHED, ELIGIBLE);
  if (!isRolling(fleet.daemonSet) && done + untouched === desired) {
    return {
      status: 'False',
      reason: 'WaitingForDeletion',
      message: `${reached} An outdated pod is replaced when it is deleted (OnDelete).`,
    };
  }
  const message = `${reached}${waitingFor(fleet)}`;
  if (wasComplete(fleet) && stages.count(OUTDATED, ELIGIBLE) === 0)
    return { status: 'False', reason: 'RolloutComplete', message };
  const { deadline } = progressDeadline(fleet.daemonSet);
  if (deadline === undefined || !isRolling(fleet.daemonSet)) return { status: 'True', reason: 'RollingOut', message };
  return underDeadline({ message, deadline, now, since: progressedAt(fleet, now) });
}

function wasComplete({ daemonSet }: Fleet): boolean {
  return conditionOf(daemonSet.status?.conditions, 'Progressing')?.reason === 'RolloutComplete';
}

interface Deadline {
  readonly message: string;
  readonly deadline: Millis;
  readonly now: Instant;
  readonly since: Instant;
}

function underDeadline({ message, deadline, now, since }: Deadline): Progress {
  const deadlineAt = since + deadline;
  if (deadlineAt > now) return { status: 'True', reason: 'RollingOut', message, deadlineAt };
  const text = `No node has got an available pod for ${deadline / 1000} s. ${message}`;
  return { status: 'False', reason: 'ProgressDeadlineExceeded', message: text };
}

/**
 * When the roll-out last went on: a node became available, the revision was recorded, or the condition became True. A
 * generation that is not observed yet begins now.
 */
function progressedAt(fleet: Fleet, now: Instant): Instant {
  const { metadata, status } = fleet.daemonSet;
  if (status?.observedGeneration !== metadata.generation) return now;
  const [latest] = ELIGIBLE.flatMap((standing) => fleet.index.stages.first('new-done', [standing], 1)).sort(
    (a, b) => a.order - b.order,
  );
  const before = conditionOf(status?.conditions, 'Progressing');
  const began = before?.status === 'True' ? parseTime(before.lastTransitionTime) : undefined;
  const neverSaid = before === undefined || before.reason !== 'ProgressDeadlineExceeded';
  return Math.max(latest ? -latest.order : 0, fleet.history.since, began ?? (neverSaid ? now : 0));
}

function waitingFor(fleet: Fleet): string {
  const { stages } = fleet.index;
  const first: Stage[] = [];
  for (const standings of ORDER) {
    for (const kind of WAITING) {
      if (first.length < NODES_TO_NAME) first.push(...stages.first(kind, standings, NODES_TO_NAME - first.length));
    }
  }
  const total = stages.count(WAITING);
  const outside = stages.count(WAITING, ['outside']);
  return total - outside > 0 ? ` Waiting for ${nameNodes(fleet, first, total - outside)}.` : '';
}
