/** The pods of one fleet by UID, with what is asked of them as a whole: names in use, revisions alive, adoptions and releases due. */
import type { PodEntry } from './node-entry.ts';
import type { PodFacts } from './pod-facts.ts';

export class PodRegistry {
  readonly #pods = new Map<string, PodEntry>();
  readonly #names = new Map<string, number>();
  readonly #hashes = new Map<string, number>();
  readonly #adopting = new Map<string, PodEntry>();
  readonly #releasing = new Map<string, PodEntry>();

  get size(): number {
    return this.#pods.size;
  }

  get(uid: string): PodEntry | undefined {
    return this.#pods.get(uid);
  }

  all(): IterableIterator<PodEntry> {
    return this.#pods.values();
  }

  /** Orphans that match, in the order of their names. */
  adopting(): PodEntry[] {
    return byName(this.#adopting);
  }

  /** Pods of ours that match no longer, in the order of their names. */
  releasing(): PodEntry[] {
    return byName(this.#releasing);
  }

  /** Whether a pod of that name exists, whatever its state. */
  nameTaken(name: string): boolean {
    return this.#names.has(name);
  }

  /** Whether a claimed pod carries that hash. */
  hashAlive(hash: string): boolean {
    return this.#hashes.has(hash);
  }

  /** Adds a pod or replaces its facts. */
  put(facts: PodFacts): PodEntry {
    const { uid } = facts.ref;
    const there = this.#pods.get(uid);
    if (there) {
      this.#count(there, -1);
      there.facts = facts;
    }
    const entry = there ?? { facts, deleteAsked: false };
    this.#pods.set(uid, entry);
    this.#count(entry, 1);
    return entry;
  }

  remove(uid: string): PodEntry | undefined {
    const entry = this.#pods.get(uid);
    if (!entry) return undefined;
    this.#count(entry, -1);
    this.#pods.delete(uid);
    return entry;
  }

  #count(entry: PodEntry, sign: 1 | -1): void {
    const { ref, claim, hash } = entry.facts;
    tick(this.#names, ref.name, sign);
    if (claim !== 'releasing') tick(this.#hashes, hash, sign);
    if (claim === 'adopting') mark(this.#adopting, entry, sign);
    if (claim === 'releasing') mark(this.#releasing, entry, sign);
  }
}

function tick(counts: Map<string, number>, key: string, sign: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + sign;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

function mark(marked: Map<string, PodEntry>, entry: PodEntry, sign: 1 | -1): void {
  if (sign > 0) marked.set(entry.facts.ref.uid, entry);
  else marked.delete(entry.facts.ref.uid);
}

function byName(entries: ReadonlyMap<string, PodEntry>): PodEntry[] {
  const order = (a: PodEntry, b: PodEntry): number =>
    a.facts.ref.name < b.facts.ref.name ? -1 : a.facts.ref.name > b.facts.ref.name ? 1 : 0;
  return [...entries.values()].sort(order);
}
