/** All nodes by their stage in the roll-out, each stage in the order in which candidates are taken: oldest pod first, then by node name. */
import { compareText, OrderedSet } from '../ordered-set.ts';
import type { Stage, StageKind } from './stage.ts';

/** Eligible and not eligible nodes are kept apart. */
export class StageIndex {
  readonly #sets = new Map<string, OrderedSet<Stage>>();
  #available = 0;

  /** Nodes whose representative pod is available, eligible or not. */
  get available(): number {
    return this.#available;
  }

  add(stage: Stage): void {
    this.#set(stage.kind, stage.run).add(stage);
    if (stage.available) this.#available++;
  }

  delete(stage: Stage): void {
    this.#set(stage.kind, stage.run).delete(stage);
    if (stage.available) this.#available--;
  }

  /** How many nodes stand at one of these stages; `run` limits it to eligible (true) or other (false) nodes. */
  count(kinds: readonly StageKind[], run?: boolean): number {
    let sum = 0;
    for (const kind of kinds) {
      if (run !== false) sum += this.#set(kind, true).size;
      if (run !== true) sum += this.#set(kind, false).size;
    }
    return sum;
  }

  /** The first `limit` nodes at a stage, in the order in which they are taken. */
  first(kind: StageKind, run: boolean, limit: number): Stage[] {
    return limit > 0 ? this.#set(kind, run).first(limit) : [];
  }

  clear(): void {
    this.#sets.clear();
    this.#available = 0;
  }

  #set(kind: StageKind, run: boolean): OrderedSet<Stage> {
    const key = run ? kind : `${kind}, not eligible`;
    const there = this.#sets.get(key);
    if (there) return there;
    const made = new OrderedSet<Stage>(compareStages);
    this.#sets.set(key, made);
    return made;
  }
}

function compareStages(a: Stage, b: Stage): number {
  return a.created - b.created || compareText(a.node, b.node);
}
