/** The families about DaemonSets that only everynode has. Every label but namespace and name has a bounded set of values; docs/reference/metrics.md states it. */
import type { Fleet } from '../daemonset/fleet.ts';
import { budgetOf, isRolling } from '../daemonset/rollout/budget.ts';
import { ELIGIBLE } from '../daemonset/rollout/stage-index.ts';
import type { Instant } from '../kube/time.ts';
import type { Family, Sample, SampleLabels } from './family.ts';
import type { Glance } from './glance.ts';
import { identity } from './kube-state-metrics.ts';
import type { RolloutTrack } from './rollout-track.ts';

/** How many revisions besides the present one have a series of their own; the rest are summed up as `other`. */
const OLD_REVISIONS = 4;

/** A DaemonSet with all that is known of it. */
export interface Watched {
  readonly fleet: Fleet;
  readonly glance: Glance;
  readonly track: RolloutTrack;
}

/** Values of one DaemonSet with the labels besides its own two. */
type Values = readonly { readonly labels?: SampleLabels; readonly value: number }[];

interface Description {
  readonly name: string;
  readonly help: string;
  read(watched: Watched, now: Instant): Values;
}

const FAMILIES: readonly Description[] = [
  {
    name: 'everynode_daemonset_ineligible_nodes',
    help: 'Nodes that get no pod of the DaemonSet, by the first placement rule that refuses them.',
    read: ({ glance }) => byLabel('reason', glance.ineligible),
  },
  {
    name: 'everynode_daemonset_pods',
    help: 'Pods of the DaemonSet by the hash of their revision; all but the present one and the four most frequent others are "other".',
    read: ({ fleet, glance }) => revisionPods(fleet.history.hash, glance.revisions),
  },
  {
    name: 'everynode_daemonset_oldest_unready_pod_age_seconds',
    help: 'How long ago the oldest pod that is neither ready nor terminating was created; 0 where there is none.',
    read: ({ glance }, now) => [
      { value: glance.oldestUnready === undefined ? 0 : seconds(Math.max(0, now - glance.oldestUnready)) },
    ],
  },
  {
    name: 'everynode_daemonset_rollout_in_progress',
    help: 'Whether a node that was eligible when the present revision came up has not been through yet.',
    read: ({ track }) => [{ value: track.running ? 1 : 0 }],
  },
  {
    name: 'everynode_daemonset_rollout_started_timestamp_seconds',
    help: 'When the present revision came up, in Unix time.',
    read: ({ track }) => [{ value: seconds(track.started) }],
  },
  {
    name: 'everynode_daemonset_rollout_last_progress_timestamp_seconds',
    help: 'When a node last came further in the rollout than it had been before, or came back from an outage, in Unix time.',
    read: ({ track }, now) => [{ value: seconds(track.moved(now)) }],
  },
  {
    name: 'everynode_daemonset_rollout_expected_end_timestamp_seconds',
    help: 'When the rollout ends if it keeps its pace, in Unix time; absent before the first node is through and after the last.',
    read: ({ track }, now) => {
      const end = track.expectedEnd(now);
      return end === undefined ? [] : [{ value: seconds(end) }];
    },
  },
  {
    name: 'everynode_daemonset_rollout_done_nodes',
    help: 'Eligible nodes whose only pod is an available one of the present revision.',
    read: ({ fleet }) => [{ value: doneNodes(fleet) }],
  },
  {
    name: 'everynode_daemonset_rollout_wave',
    help: 'Which batch of maxUnavailable or maxSurge nodes the rollout is at, from 1; absent with OnDelete and while there is no rollout.',
    read: ({ fleet, track }) => waveValues(fleet, track, ({ wave }) => wave),
  },
  {
    name: 'everynode_daemonset_rollout_waves',
    help: 'How many batches of maxUnavailable or maxSurge nodes the rollout has; absent with OnDelete and while there is no rollout.',
    read: ({ fleet, track }) => waveValues(fleet, track, ({ waves }) => waves),
  },
  {
    name: 'everynode_daemonset_rollout_blocking_nodes',
    help: 'Eligible nodes that hold the rollout up, by cause; absent while there is no rollout.',
    read: ({ glance, track }) => (track.running ? byLabel('cause', glance.causes) : []),
  },
];

/** All of them, for all DaemonSets. */
export function daemonSetFamilies(watched: readonly Watched[], now: Instant): Family[] {
  return FAMILIES.map(({ name, help, read }) => ({
    name,
    help,
    type: 'gauge',
    samples: watched.flatMap((one): Sample[] => {
      const values = read(one, now);
      if (values.length === 0) return [];
      const own = identity(one.fleet.daemonSet);
      return values.map(({ labels = [], value }) => ({ labels: [...own, ...labels], value }));
    }),
  }));
}

function byLabel(label: string, counts: ReadonlyMap<string, number>): Values {
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => ({ labels: [[label, name]], value }));
}

function revisionPods(present: string, counts: ReadonlyMap<string, number>): Values {
  const others = [...counts].filter(([hash]) => hash !== present).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const rest = others.slice(OLD_REVISIONS).reduce((sum, [, count]) => sum + count, 0);
  const of = (revision: string, value: number, current: boolean) => ({
    labels: [['revision', revision] as const, ['current', String(current)] as const],
    value,
  });
  return [
    of(present, counts.get(present) ?? 0, true),
    ...others.slice(0, OLD_REVISIONS).map(([hash, count]) => of(hash, count, false)),
    ...(rest > 0 ? [of('other', rest, false)] : []),
  ];
}

interface Waves {
  readonly wave: number;
  readonly waves: number;
}

function waveValues(fleet: Fleet, track: RolloutTrack, pick: (waves: Waves) => number): Values {
  const { desired } = fleet.index.tallies;
  if (!track.running || !isRolling(fleet.daemonSet) || desired === 0) return [];
  const { maxSurge, maxUnavailable } = budgetOf(fleet.daemonSet, desired);
  const size = Math.max(1, maxSurge || maxUnavailable);
  const waves = Math.ceil(desired / size);
  return [{ value: pick({ waves, wave: Math.min(waves, Math.floor(doneNodes(fleet) / size) + 1) }) }];
}

function doneNodes(fleet: Fleet): number {
  return fleet.index.stages.count(['new-done'], ELIGIBLE);
}

function seconds(of: number): number {
  return of / 1000;
}
