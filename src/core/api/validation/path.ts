/** Paths to fields as refusals name them: built as links, written out only when something is wrong. */

/** One step from the root: `.name`, `[3]` or `[key]`. */
export class Path {
  readonly #parent: Path | undefined;
  readonly #step: string | number;
  readonly #bracketed: boolean;

  constructor(step: string | number, parent?: Path, bracketed = false) {
    this.#parent = parent;
    this.#step = step;
    this.#bracketed = bracketed;
  }

  /** The field of that name below this one. */
  child(name: string): Path {
    return new Path(name, this);
  }

  /** The item at that position. */
  index(position: number): Path {
    return new Path(position, this, true);
  }

  /** The entry of a map. */
  key(key: string): Path {
    return new Path(key, this, true);
  }

  toString(): string {
    const step = this.#bracketed ? `[${this.#step}]` : String(this.#step);
    if (!this.#parent) return step;
    return this.#bracketed ? this.#parent.toString() + step : `${this.#parent}.${step}`;
  }
}

/** Where all pod-like objects begin. */
export const METADATA = new Path('metadata');
export const SPEC = new Path('spec');
export const STATUS = new Path('status');
