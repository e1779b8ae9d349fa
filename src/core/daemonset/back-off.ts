/** How long a failed daemon pod is left alone before it is replaced: 1 s, doubling to 15 min (semantics of upstream's failedPodsBackoff). */
import type { Instant, Millis } from '../kube/time.ts';

const FIRST: Millis = 1_000;
const CAP: Millis = 15 * 60_000;

interface Wait {
  readonly delay: Millis;
  readonly since: Instant;
}

/**
 * One entry a node, for one DaemonSet and one generation: the owner clears it when the generation changes, so that a fix
 * is tried at once. An entry untouched for twice the cap starts again.
 */
export class BackOff {
  readonly #waits = new Map<string, Wait>();

  /** Until when the node's failed pod is to be left alone; `undefined` where it may be replaced now. */
  until(node: string, now: Instant): Instant | undefined {
    const wait = this.#waits.get(node);
    if (!wait || expired(wait, now)) return undefined;
    const end = wait.since + wait.delay;
    return end > now ? end : undefined;
  }

  /** Whether a failed pod of the node was replaced lately, in this generation. */
  isKnown(node: string, now: Instant): boolean {
    const wait = this.#waits.get(node);
    return wait !== undefined && !expired(wait, now);
  }

  /** A failed pod of the node is being replaced: the next one waits longer. */
  advance(node: string, now: Instant): void {
    const wait = this.#waits.get(node);
    const delay = !wait || expired(wait, now) ? FIRST : Math.min(wait.delay * 2, CAP);
    this.#waits.set(node, { delay, since: now });
  }

  /** Forgets a node that is gone. */
  forget(node: string): void {
    this.#waits.delete(node);
  }

  clear(): void {
    this.#waits.clear();
  }
}

function expired(wait: Wait, now: Instant): boolean {
  return now - wait.since > 2 * CAP;
}
