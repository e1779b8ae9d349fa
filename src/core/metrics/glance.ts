/** What one pass over a fleet's nodes and pods finds for the metrics; kept until the fleet changes. */
import type { Fleet } from '../daemonset/fleet.ts';
import { isRolling } from '../daemonset/rollout/budget.ts';
import { ELIGIBLE } from '../daemonset/rollout/stage-index.ts';
import type { Node } from '../kube/objects.ts';
import type { Instant } from '../kube/time.ts';
import { advancementOf, type Cause } from './advancement.ts';
import type { Look, RolloutTrack, Sighting } from './rollout-track.ts';

export interface Glance {
  /** Nodes that get no pod, each under the first rule that spoke. */
  readonly ineligible: ReadonlyMap<string, number>;
  /** Pods by the hash of their revision. */
  readonly revisions: ReadonlyMap<string, number>;
  /** Eligible nodes that wait, by what for. */
  readonly causes: ReadonlyMap<Cause, number>;
  /** When the eldest pod that is not ready, nor at its end, was created. */
  readonly oldestUnready: Instant | undefined;
}

/** Brings the fleet up to `now` and the track along with it. Costs one step a node and pod of the fleet. */
export function glance(fleet: Fleet, nodes: Iterable<Node>, { now, track }: { now: Instant; track: RolloutTrack }): Glance {
  fleet.advance(now);
  const ineligible = new Map<string, number>();
  const causes = new Map<Cause, number>();
  const sightings: Sighting[] = [];
  const context = contextOf(fleet, now);
  for (const { metadata } of nodes) {
    const entry = fleet.entry(metadata.name ?? '');
    if (!entry?.judgement) continue;
    if (!entry.judgement.run) {
      tick(ineligible, entry.judgement.because[0]?.code ?? 'Unknown');
      continue;
    }
    const advancement = advancementOf(entry, context);
    if (advancement.cause) tick(causes, advancement.cause);
    sightings.push({ node: entry.name, advancement, up: entry.health === 'up' });
  }
  track.look(lookAt(fleet, now), sightings);
  return { ineligible, causes, ...podsOf(fleet) };
}

function contextOf(fleet: Fleet, now: Instant) {
  const minReadySeconds = fleet.daemonSet.spec.minReadySeconds ?? 0;
  return { hash: fleet.history.hash, minReadySeconds, hostPorts: fleet.hostPorts.length > 0, now };
}

function lookAt(fleet: Fleet, now: Instant): Look {
  const { stages } = fleet.index;
  const latest = ELIGIBLE.flatMap((standing) => stages.first('new-done', [standing], 1)).map(({ order }) => -order);
  return {
    now,
    hash: fleet.history.hash,
    recorded: fleet.history.since,
    latestDone: Math.max(0, ...latest),
    rolling: isRolling(fleet.daemonSet),
  };
}

function podsOf(fleet: Fleet): Pick<Glance, 'revisions' | 'oldestUnready'> {
  const revisions = new Map<string, number>();
  let oldestUnready: Instant | undefined;
  for (const { facts } of fleet.pods.all()) {
    if (facts.claim === 'releasing') continue;
    tick(revisions, facts.hash);
    const waits = !facts.ready && !facts.deleting && facts.phase === 'active';
    if (waits && (oldestUnready === undefined || facts.created < oldestUnready)) oldestUnready = facts.created;
  }
  return { revisions, oldestUnready };
}

function tick<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
