/** Everything the exporter says of a cluster, from the roster and from what it has seen so far. */
import type { Fleet } from '../daemonset/fleet.ts';
import type { Roster } from '../daemonset/roster.ts';
import type { Instant } from '../kube/time.ts';
import { daemonSetFamilies, type Watched } from './daemonset-families.ts';
import type { Family } from './family.ts';
import { type Glance, glance } from './glance.ts';
import { kubeDaemonSetFamilies } from './kube-state-metrics.ts';
import type { Allowlists } from './label-names.ts';
import { NodeJoins } from './node-joins.ts';
import { RolloutTrack } from './rollout-track.ts';

export interface ClusterMetricsOptions {
  /** The exporter's own: `collect` advances its fleets. */
  readonly roster: Roster;
  readonly allow: Allowlists;
  /** Nodes created from then on count in the histograms of joining nodes. */
  readonly since: Instant;
}

interface Memory {
  readonly fleet: Fleet;
  readonly track: RolloutTrack;
  glance: Glance | undefined;
}

/** A scrape costs one step a node and pod of every DaemonSet that has changed since the last, and one step a sample. */
export class ClusterMetrics {
  readonly #roster: Roster;
  readonly #allow: Allowlists;
  readonly #joins: NodeJoins;
  /** By the key of the DaemonSet. */
  readonly #memories = new Map<string, Memory>();
  readonly #changed = new Set<string>();

  constructor({ roster, allow, since }: ClusterMetricsOptions) {
    this.#roster = roster;
    this.#allow = allow;
    this.#joins = new NodeJoins(since);
  }

  /** The roster has heard something about these DaemonSets. */
  changed(keys: readonly string[]): void {
    for (const key of keys) this.#changed.add(key);
  }

  /** Does a scrape's work for one DaemonSet beforehand: the first look at it costs the most. */
  lookAt(key: string, now: Instant): void {
    const fleet = this.#roster.fleet(key);
    if (!fleet) return;
    this.#watched(key, fleet, now);
    this.#changed.delete(key);
  }

  /** The families in a fixed order, DaemonSets in the order of their keys. */
  collect(now: Instant): Family[] {
    const watched = this.#look(now);
    const fleets = watched.map(({ fleet }) => fleet);
    this.#joins.look(this.#roster.nodes(), fleets, now);
    return [
      ...kubeDaemonSetFamilies(
        fleets.map(({ daemonSet }) => daemonSet),
        this.#allow,
      ),
      ...daemonSetFamilies(watched, now),
      {
        name: 'everynode_daemonset_node_ready_seconds',
        help: 'Time from the creation of a node until the pod of the DaemonSet is ready there.',
        type: 'histogram',
        samples: this.#joins.eachReady,
      },
      {
        name: 'everynode_node_daemons_ready_seconds',
        help: 'Time from the creation of a node until the pods of all DaemonSets that want it are ready.',
        type: 'histogram',
        samples: this.#joins.allReady,
      },
      {
        name: 'everynode_daemonset_last_ready_nodes_total',
        help: 'New nodes on which the DaemonSet was the last one to be ready.',
        type: 'counter',
        samples: this.#joins.lasts,
      },
    ];
  }

  #look(now: Instant): Watched[] {
    const keys = this.#roster.keys().sort();
    if (this.#memories.size > 0) this.#forget(new Set(keys));
    const watched = keys.flatMap((key) => {
      const fleet = this.#roster.fleet(key);
      return fleet ? [this.#watched(key, fleet, now)] : [];
    });
    this.#changed.clear();
    return watched;
  }

  #watched(key: string, fleet: Fleet, now: Instant): Watched {
    const known = this.#memories.get(key);
    const memory: Memory = known?.fleet === fleet ? known : { fleet, track: new RolloutTrack(), glance: undefined };
    this.#memories.set(key, memory);
    const due = fleet.nextWake();
    if (!memory.glance || this.#changed.has(key) || (due !== undefined && due <= now)) {
      memory.glance = glance(fleet, this.#roster.nodes(), { now, track: memory.track });
    }
    return { fleet, glance: memory.glance, track: memory.track };
  }

  #forget(alive: ReadonlySet<string>): void {
    for (const key of this.#memories.keys()) if (!alive.has(key)) this.#memories.delete(key);
  }
}
