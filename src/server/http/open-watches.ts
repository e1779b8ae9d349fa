/** The watches that are open, so that a closing server can end them. */

/** The watches that are open, to be ended when the server closes. */
export class OpenWatches {
  readonly #ends = new Set<() => void>();

  /** Remembers how to end a watch; the returned function forgets it. */
  add(end: () => void): () => void {
    this.#ends.add(end);
    return () => this.#ends.delete(end);
  }

  /** How many are open. */
  get size(): number {
    return this.#ends.size;
  }

  endAll(): void {
    for (const end of [...this.#ends]) end();
  }
}
