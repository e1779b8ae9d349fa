/** How long new nodes wait for their daemons, and which DaemonSet was the last to be ready. */
import type { Fleet } from '../daemonset/fleet.ts';
import type { NodeEntry } from '../daemonset/node-entry.ts';
import type { Node } from '../kube/objects.ts';
import { type Instant, type Millis, parseTime } from '../kube/time.ts';
import type { Sample } from './family.ts';
import { Histogram, JOIN_BUCKETS } from './histogram.ts';
import { identity } from './kube-state-metrics.ts';

/** A node of this age for which no DaemonSet has a pod is no longer looked at. */
const NOBODY_COMES: Millis = 600_000;

interface Dated {
  readonly fleet: Fleet;
  /** When the DaemonSet was created. */
  readonly created: Instant;
}

/** A node that needs no look any more. */
interface Settled {
  readonly uid: string;
  readonly settled: true;
}

interface Joining {
  readonly uid: string;
  readonly created: Instant;
  /** UIDs of the DaemonSets whose pod has been ready. */
  readonly arrived: Set<string>;
  last: { readonly fleet: Fleet; readonly at: Instant } | undefined;
}

/**
 * Counts nodes created since `since`, once each and DaemonSet, and only DaemonSets no younger than the node. Of a pod that
 * was ready before the exporter looked again, the last time it became ready counts.
 */
export class NodeJoins {
  readonly #since: Instant;
  /** By node name. */
  #nodes = new Map<string, Settled | Joining>();
  readonly #each = new Map<string, { readonly fleet: Fleet; readonly waits: Histogram }>();
  readonly #all = new Histogram(JOIN_BUCKETS);
  readonly #lasts = new Map<string, { readonly fleet: Fleet; count: number }>();

  /** Times of creation are whole seconds. */
  constructor(since: Instant) {
    this.#since = Math.floor(since / 1000) * 1000;
  }

  /** The fleets must have been advanced. Costs one step a node, and one a DaemonSet for each node that waits. */
  look(nodes: Iterable<Node>, fleets: readonly Fleet[], now: Instant): void {
    const next = new Map<string, Settled | Joining>();
    const dated = fleets.map((fleet) => ({ fleet, created: parseTime(fleet.daemonSet.metadata.creationTimestamp) ?? 0 }));
    for (const { metadata } of nodes) {
      const { name = '', uid = '' } = metadata;
      const before = this.#nodes.get(name);
      const known = before?.uid === uid ? before : this.#joining(uid, parseTime(metadata.creationTimestamp) ?? 0);
      const over = 'settled' in known || this.#visit({ name, node: known, fleets: dated, now });
      next.set(name, over ? { uid, settled: true } : known);
    }
    this.#nodes = next;
    const alive = new Set(fleets.map(({ uid }) => uid));
    for (const kept of [this.#each, this.#lasts]) for (const uid of kept.keys()) if (!alive.has(uid)) kept.delete(uid);
  }

  /** Samples of the histogram by DaemonSet. */
  get eachReady(): Sample[] {
    return [...this.#each.values()].flatMap(({ fleet, waits }) => waits.samples(identity(fleet.daemonSet)));
  }

  /** Samples of the histogram of whole nodes. */
  get allReady(): Sample[] {
    return this.#all.samples([]);
  }

  /** How many nodes each DaemonSet was the last to arrive on. */
  get lasts(): Sample[] {
    return [...this.#lasts.values()].map(({ fleet, count }) => ({ labels: identity(fleet.daemonSet), value: count }));
  }

  #joining(uid: string, created: Instant): Joining | Settled {
    return created < this.#since ? { uid, settled: true } : { uid, created, arrived: new Set(), last: undefined };
  }

  /** Answers whether the node is complete. */
  #visit(of: { name: string; node: Joining; fleets: readonly Dated[]; now: Instant }): boolean {
    const { name, node, fleets, now } = of;
    let waiting = false;
    for (const { fleet, created } of fleets) {
      if (created > node.created || node.arrived.has(fleet.uid)) continue;
      const entry = fleet.entry(name);
      if (!entry?.judgement?.run) continue;
      const at = readySince(entry);
      if (at === undefined) waiting = true;
      else this.#arrive(node, fleet, at);
    }
    if (waiting) return false;
    if (!node.last) return now - node.created > NOBODY_COMES;
    this.#complete(node.last, node.created);
    return true;
  }

  #arrive(node: Joining, fleet: Fleet, at: Instant): void {
    node.arrived.add(fleet.uid);
    const there = this.#each.get(fleet.uid) ?? { fleet, waits: new Histogram(JOIN_BUCKETS) };
    this.#each.set(fleet.uid, there);
    there.waits.observe(secondsBetween(node.created, at));
    if (!node.last || at > node.last.at) node.last = { fleet, at };
  }

  #complete({ fleet, at }: { fleet: Fleet; at: Instant }, created: Instant): void {
    this.#all.observe(secondsBetween(created, at));
    const there = this.#lasts.get(fleet.uid) ?? { fleet, count: 0 };
    this.#lasts.set(fleet.uid, there);
    there.count++;
  }
}

/** When the first of the pods that are ready became so. */
function readySince(entry: NodeEntry): Instant | undefined {
  let first: Instant | undefined;
  for (const { facts } of entry.pods.values()) {
    if (facts.ready && facts.readySince !== undefined && (first === undefined || facts.readySince < first)) {
      first = facts.readySince;
    }
  }
  return first;
}

function secondsBetween(from: Instant, to: Instant): number {
  return Math.max(0, to - from) / 1000;
}
