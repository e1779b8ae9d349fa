/** Which nodes hold a roll-out up, and in a few words why. */
import type { Fleet } from '../fleet.ts';
import { countedPods, type NodeEntry, type PodEntry } from '../node-entry.ts';
import { isLeaving } from '../placement.ts';
import type { Stage } from './stage.ts';

/** How many nodes a message names; the others are counted. */
const NAMED = 3;

/** `n1 (pod agent-n1 is not ready), n2 (…) and 4 more`, empty where there is none. `stages`: the first few, in order; `total` counts all. */
export function nameNodes(fleet: Fleet, stages: readonly Stage[], total: number): string {
  const named = stages.slice(0, NAMED).map((stage) => `${stage.node} (${whyBlocked(fleet, stage)})`);
  const rest = total - named.length;
  return `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** How many stages `nameNodes` looks at. */
export const NODES_TO_NAME = NAMED;

/** What the node waits for. Without times, so that the text changes only with the facts. */
function whyBlocked(fleet: Fleet, stage: Stage): string {
  const entry = fleet.entry(stage.node);
  if (!entry) return 'the node is gone';
  const pods = countedPods(entry);
  const waiting = podState(fleet, { entry, pods, stage });
  if (entry.health === 'silent') return `the node is unreachable, ${waiting}`;
  return entry.health === 'failing' ? `the node is not ready, ${waiting}` : waiting;
}

interface Seen {
  readonly entry: NodeEntry;
  readonly pods: readonly PodEntry[];
  readonly stage: Stage;
}

function podState(fleet: Fleet, { entry, pods, stage }: Seen): string {
  const leaving = pods.find(isLeaving);
  if (stage.kind === 'empty' && leaving) return `pod ${leaving.facts.ref.name} is terminating`;
  if (stage.kind === 'empty')
    return entry.createHeldUntil === undefined ? 'its pod is to be created' : 'the name of its pod is taken';
  const failed = pods.find(({ facts }) => facts.phase === 'Failed');
  if (failed) return `pod ${failed.facts.ref.name} failed and is replaced after a back-off`;
  if (stage.kind === 'unclean') return 'it has pods too many';
  const fresh = pods.find((pod) => !isLeaving(pod) && pod.facts.hash === fleet.history.hash);
  if (stage.trouble === 'host-port' && fresh) {
    return `pod ${fresh.facts.ref.name} waits for host port ${fleet.hostPorts.join(', ')} of pod ${stage.old?.name ?? ''}`;
  }
  if (stage.kind === 'both-done') return `pod ${stage.old?.name ?? ''} is to be removed`;
  const outdated = !fresh && stage.kind.startsWith('old');
  const pod = fresh ?? pods[0];
  if (!pod) return 'it has no pod';
  return `${outdated ? 'outdated pod' : 'pod'} ${pod.facts.ref.name} ${readiness(pod, stage)}`;
}

function readiness({ facts }: PodEntry, { kind }: Stage): string {
  if (kind === 'old-available') return 'waits for its turn';
  if (facts.ready) return 'is ready, but not for minReadySeconds yet';
  return facts.bound ? 'is not ready' : 'is not scheduled';
}
