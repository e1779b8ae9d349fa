/** The nodes of a fleet by what they need: the sums and ordered sets from which a decision is read without looking at every node. */
import type { Assessment } from './assessment.ts';
import { compareText, OrderedSet } from './ordered-set.ts';
import type { Placement } from './placement.ts';
import { StageIndex } from './rollout/stage-index.ts';
import { Tallies } from './tallies.ts';
import { WakeQueue } from './wake-queue.ts';

/** A node's name with what placement wants there. */
export interface Need {
  readonly node: string;
  readonly placement: Placement;
}

export class FleetIndex {
  readonly tallies = new Tallies();
  readonly stages = new StageIndex();
  readonly wakes = new WakeQueue();
  readonly #assessments = new Map<string, Assessment>();
  readonly #toCreate = new OrderedSet<string>(compareText);
  readonly #toRemove = new OrderedSet<string>(compareText);

  /** Replaces what the node contributed by what it contributes now; `undefined` where it is no more. */
  update(node: string, next: Assessment | undefined): void {
    const before = this.#assessments.get(node);
    if (before) this.#take(node, before);
    if (next) this.#add(node, next);
    else this.#assessments.delete(node);
    this.wakes.set(node, next?.wakeAt);
  }

  /** The first nodes, by name, that need a pod. */
  toCreate(limit: number): Need[] {
    return this.#needs(this.#toCreate.first(limit));
  }

  /** The first nodes, by name, of which pods must be removed. */
  toRemove(limit: number): Need[] {
    return this.#needs(this.#toRemove.first(limit));
  }

  #needs(nodes: readonly string[]): Need[] {
    return nodes.flatMap((node) => {
      const placement = this.#assessments.get(node)?.placement;
      return placement ? [{ node, placement }] : [];
    });
  }

  #add(node: string, next: Assessment): void {
    const { tally, placement, stage } = next;
    this.#assessments.set(node, next);
    this.tallies.count(tally, 1);
    if (placement.create) this.#toCreate.add(node);
    if (placement.removals.length > 0) this.#toRemove.add(node);
    if (stage) this.stages.add(stage);
  }

  #take(node: string, { tally, placement, stage }: Assessment): void {
    this.tallies.count(tally, -1);
    if (placement.create) this.#toCreate.delete(node);
    if (placement.removals.length > 0) this.#toRemove.delete(node);
    if (stage) this.stages.delete(stage);
  }
}
