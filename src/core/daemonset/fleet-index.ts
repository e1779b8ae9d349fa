/** The nodes of a fleet by what they need: the sums and ordered sets from which a decision is read without looking at every node. */
import type { Assessment } from './assessment.ts';
import type { NodeEntry } from './node-entry.ts';
import { compareText, OrderedSet } from './ordered-set.ts';
import { StageIndex } from './rollout/stage-index.ts';
import { Tallies } from './tallies.ts';
import { WakeQueue } from './wake-queue.ts';

const byName = (a: NodeEntry, b: NodeEntry): number => compareText(a.name, b.name);

export class FleetIndex {
  readonly tallies = new Tallies();
  readonly stages = new StageIndex();
  readonly wakes = new WakeQueue();
  readonly #toCreate = new OrderedSet<NodeEntry>(byName);
  readonly #toRemove = new OrderedSet<NodeEntry>(byName);

  /** Replaces what the node contributed by what it contributes now; `undefined` where it is no more. */
  update(entry: NodeEntry, next: Assessment | undefined): void {
    const before = entry.assessment;
    if (before) this.#take(entry, before);
    entry.assessment = next;
    if (next) this.#add(entry, next);
    this.wakes.set(entry.name, next?.wakeAt);
  }

  /** The first nodes, by name, that need a pod; one more than `limit` tells that there are more. */
  toCreate(limit: number): NodeEntry[] {
    return this.#toCreate.first(limit);
  }

  /** The first nodes, by name, of which pods must be removed. */
  toRemove(limit: number): NodeEntry[] {
    return this.#toRemove.first(limit);
  }

  #add(entry: NodeEntry, { tally, placement, stage }: Assessment): void {
    this.tallies.count(tally, 1);
    if (placement.create) this.#toCreate.add(entry);
    if (placement.removals.length > 0) this.#toRemove.add(entry);
    if (stage) this.stages.add(stage);
  }

  #take(entry: NodeEntry, { tally, placement, stage }: Assessment): void {
    this.tallies.count(tally, -1);
    if (placement.create) this.#toCreate.delete(entry);
    if (placement.removals.length > 0) this.#toRemove.delete(entry);
    if (stage) this.stages.delete(stage);
  }
}
