/** All nodes by their stage in the roll-out, each stage in the order in which candidates are taken: oldest pod first, then by node name. */
import { compareText, OrderedSet } from '../ordered-set.ts';
import type { Stage, StageKind, Standing, Trouble } from './stage.ts';

/** Eligible nodes, whatever their health. */
export const ELIGIBLE: readonly Standing[] = ['working', 'failing', 'silent', 'lost'];
/** Nodes that are not eligible but have a pod. */
export const NOT_ELIGIBLE: readonly Standing[] = ['outside', 'lost-outside'];
const EVERYWHERE: readonly Standing[] = [...ELIGIBLE, ...NOT_ELIGIBLE];

export class StageIndex {
  readonly #sets = new Map<string, OrderedSet<Stage>>();
  readonly #troubled = new Map<Trouble, OrderedSet<Stage>>();
  /** Down nodes with an old pod, by its revision hash. */
  readonly #downByHash = new Map<string, Set<Stage>>();
  #available = 0;

  /** Nodes whose representative pod is available, eligible or not. */
  get available(): number {
    return this.#available;
  }

  add(stage: Stage): void {
    this.#set(stage.kind, stage.standing).add(stage);
    if (stage.available) this.#available++;
    if (stage.trouble) this.troubled(stage.trouble).add(stage);
    if (isDownAndOld(stage)) {
      const there = this.#downByHash.get(stage.oldHash);
      if (there) there.add(stage);
      else this.#downByHash.set(stage.oldHash, new Set([stage]));
    }
  }

  /** Takes the very record out that was added. */
  delete(stage: Stage): void {
    this.#set(stage.kind, stage.standing).delete(stage);
    if (stage.available) this.#available--;
    if (stage.trouble) this.troubled(stage.trouble).delete(stage);
    if (isDownAndOld(stage)) this.#downByHash.get(stage.oldHash)?.delete(stage);
  }

  /** How many nodes stand at one of these stages. */
  count(kinds: readonly StageKind[], standings: readonly Standing[] = EVERYWHERE): number {
    let sum = 0;
    for (const kind of kinds) for (const standing of standings) sum += this.#sets.get(keyOf(kind, standing))?.size ?? 0;
    return sum;
  }

  /** The first `limit` nodes at a stage, in the order in which they are taken. */
  first(kind: StageKind, standings: readonly Standing[], limit: number): Stage[] {
    if (limit <= 0) return [];
    const found: Stage[] = [];
    let sources = 0;
    for (const standing of standings) {
      const set = this.#sets.get(keyOf(kind, standing));
      if (!set || set.size === 0) continue;
      sources++;
      found.push(...set.first(limit));
    }
    return sources < 2 ? found : found.sort(compareStages).slice(0, limit);
  }

  /** Nodes in trouble, in order. */
  troubled(trouble: Trouble): OrderedSet<Stage> {
    const there = this.#troubled.get(trouble);
    if (there) return there;
    const made = new OrderedSet<Stage>(compareStages);
    this.#troubled.set(trouble, made);
    return made;
  }

  /**
   * Down nodes whose outdated pod came with an earlier update that never covered the fleet: it is no older than the eldest
   * outdated pod of a working node, and of another revision. That update may have taken them down.
   */
  strickenEarlier(): Stage[] {
    const eldest = [...this.first('old-broken', ['working'], 1), ...this.first('old-available', ['working'], 1)].sort(
      compareStages,
    )[0];
    if (!eldest) return [];
    const found: Stage[] = [];
    for (const [hash, stages] of this.#downByHash) {
      if (hash === eldest.oldHash) continue;
      for (const stage of stages) if (stage.order >= eldest.order) found.push(stage);
    }
    return found.sort(compareStages);
  }

  #set(kind: StageKind, standing: Standing): OrderedSet<Stage> {
    const key = keyOf(kind, standing);
    const there = this.#sets.get(key);
    if (there) return there;
    const made = new OrderedSet<Stage>(compareStages);
    this.#sets.set(key, made);
    return made;
  }
}

function keyOf(kind: StageKind, standing: Standing): string {
  return `${kind} ${standing}`;
}

function isDownAndOld({ kind, standing }: Stage): boolean {
  return kind === 'old-broken' && (standing === 'failing' || standing === 'silent');
}

function compareStages(a: Stage, b: Stage): number {
  return a.order - b.order || compareText(a.node, b.node);
}
