/** One DaemonSet's present roll-out as it is seen from look to look: when it began, when it last moved, when it may end. */
import type { Instant } from '../kube/time.ts';
import { type Advancement, STEP } from './advancement.ts';

/** How often a node that comes back from an outage counts as movement: reboots do, a node that flaps without end does not. */
const RETURNS = 3;

interface Mark {
  /** The furthest step the node has reached. */
  best: number;
  /** It was down when it was last seen. */
  down: boolean;
  returns: number;
}

/** One eligible node as a look finds it. */
export interface Sighting {
  readonly node: string;
  readonly advancement: Advancement;
  readonly up: boolean;
}

/** What a look is told besides the nodes. */
export interface Look {
  readonly now: Instant;
  /** The hash of the present revision. */
  readonly hash: string;
  /** When that revision was recorded; 0 where that is not known. */
  readonly recorded: Instant;
  /** When a node last became available under it, by the pods; 0 where none has. */
  readonly latestDone: Instant;
  /** Outdated pods are replaced without somebody deleting them. */
  readonly rolling: boolean;
}

/**
 * Only the nodes that were eligible when the roll-out was first seen are its nodes; one that joins later gets its pod by
 * placement. Movement is a node reaching a step that it has not reached before, so that a pod which crashes and becomes
 * ready again and again does not count, or coming back from an outage.
 */
export class RolloutTrack {
  readonly #marks = new Map<string, Mark>();
  #hash: string | undefined;
  #looked: Instant = 0;
  #started: Instant = 0;
  #moved: Instant = 0;
  /** When a node last got through. */
  #stepped: Instant = 0;
  #through = 0;
  #left = 0;
  #running = false;

  /** Whether a node of it is not through; with `OnDelete`, whether one is on its way. */
  get running(): boolean {
    return this.#running;
  }

  get started(): Instant {
    return this.#started;
  }

  /** When it last moved, as far as that is known; while a pod that is ready waits for `minReadySeconds`, now. */
  moved(now: Instant): Instant {
    return Math.min(this.#moved, now);
  }

  /** At the pace so far; `undefined` where nothing has got through yet, or all has. */
  expectedEnd(now: Instant): Instant | undefined {
    if (!this.#running || this.#through === 0) return undefined;
    const pace = (this.#stepped - this.#started) / this.#through;
    return Math.max(now, this.#stepped + pace * this.#left);
  }

  look(look: Look, sightings: Iterable<Sighting>): void {
    if (this.#hash !== look.hash) this.#begin(look, sightings);
    else if (this.#marks.size > 0) this.#goOn(look, sightings);
    this.#looked = look.now;
  }

  #begin({ now, hash, recorded, latestDone, rolling }: Look, sightings: Iterable<Sighting>): void {
    const first = this.#hash === undefined;
    const fresh = recorded > 0 && (first || recorded >= this.#looked - 1000);
    this.#hash = hash;
    this.#started = fresh ? Math.min(recorded, now) : now;
    this.#moved = first ? Math.max(this.#started, Math.min(latestDone, now)) : this.#started;
    this.#stepped = this.#started;
    this.#through = 0;
    this.#marks.clear();
    const all = [...sightings];
    for (const { node, advancement, up } of all) this.#marks.set(node, { best: advancement.step, down: !up, returns: 0 });
    this.#sum(all, rolling);
  }

  #goOn({ now, rolling }: Look, sightings: Iterable<Sighting>): void {
    const all = [...sightings];
    for (const sighting of all) this.#note(sighting, now);
    this.#sum(all, rolling);
  }

  #note({ node, advancement, up }: Sighting, now: Instant): void {
    const mark = this.#marks.get(node);
    if (!mark) return;
    const returned = mark.down && up && mark.returns < RETURNS;
    if (returned) mark.returns++;
    mark.down = !up;
    const further = advancement.step > mark.best;
    if (!further && !returned) return;
    this.#moved = Math.max(this.#moved, now, (further && advancement.availableAt) || 0);
    if (!further) return;
    mark.best = advancement.step;
    if (mark.best < STEP.done) return;
    this.#stepped = now;
    this.#through++;
  }

  /** When every node is through the roll-out is over for good: what happens afterwards is none of it. */
  #sum(sightings: readonly Sighting[], rolling: boolean): void {
    let left = 0;
    let going = 0;
    for (const { node } of sightings) {
      const best = this.#marks.get(node)?.best ?? STEP.done;
      if (best === STEP.done) continue;
      left++;
      if (rolling || best > STEP.outdated) going++;
    }
    this.#left = left;
    this.#running = going > 0;
    if (left === 0) this.#marks.clear();
  }
}
