/** One stored object: parsed where it was written, bytes where it was read from disk; the other form is made when it is first asked for. */
import { goJson } from '../../core/api/validation/print-value.ts';
import type { KubeObject } from '../../core/kube/objects.ts';
import type { Entry, Revision } from '../../ports.ts';

/** What the history counts for an object nobody has serialised yet. */
const ASSUMED_BYTES = 1024;

/** An `Entry` whose value and bytes are made lazily, each at most once. */
export class StoredEntry implements Entry {
  readonly key: string;
  readonly revision: Revision;
  #value: KubeObject | undefined;
  #bytes: Buffer | undefined;
  /** Length of the serialised form, once it is known. */
  #length: number | undefined;

  private constructor(key: string, revision: Revision) {
    this.key = key;
    this.revision = revision;
  }

  /**
   * Takes `object` over, stamped with `metadata.resourceVersion` and frozen shallowly. An object that lacks the stamp is copied
   * first (two levels), so that the state it was made from stays as it was.
   */
  static of(key: string, revision: Revision, object: KubeObject): StoredEntry {
    const entry = new StoredEntry(key, revision);
    const stamp = String(revision);
    const stamped =
      object.metadata.resourceVersion === stamp
        ? object
        : { ...object, metadata: { ...object.metadata, resourceVersion: stamp } };
    Object.freeze(stamped.metadata);
    entry.#value = Object.freeze(stamped);
    return entry;
  }

  /** An entry as it lies on disk; `bytes` must be the JSON of an object stamped with `revision`. */
  static fromBytes(key: string, revision: Revision, bytes: Buffer): StoredEntry {
    const entry = new StoredEntry(key, revision);
    entry.#bytes = bytes;
    return entry;
  }

  get value(): KubeObject {
    if (this.#value === undefined) {
      const parsed = JSON.parse(this.#bytes!.toString('utf8')) as KubeObject;
      Object.freeze(parsed.metadata);
      this.#value = Object.freeze(parsed);
    }
    return this.#value;
  }

  get bytes(): Buffer {
    this.#bytes ??= Buffer.from(goJson(this.#value), 'utf8');
    return this.#bytes;
  }

  /**
   * Writes the serialised form at `at` and returns its length, `-1` where `target` is too short. Nothing of it is kept: who reads over
   * HTTP asks for `bytes`, and of most objects nobody ever does.
   */
  serialiseInto(target: Buffer, at: number): number {
    if (this.#bytes) {
      if (at + this.#bytes.length > target.length) return -1;
      this.#bytes.copy(target, at);
      return this.#bytes.length;
    }
    const text = goJson(this.#value);
    // Three bytes are the most that one UTF-16 unit can take.
    if (at + text.length * 3 > target.length && at + Buffer.byteLength(text) > target.length) return -1;
    this.#length = target.write(text, at);
    return this.#length;
  }

  /** Lets go of the serialised form where the object itself is held: this state is the past. */
  slim(): void {
    if (this.#value === undefined || !this.#bytes) return;
    this.#length = this.#bytes.length;
    this.#bytes = undefined;
  }

  /** Bytes of the serialised form, an assumption while it was never made. */
  get size(): number {
    return this.#bytes?.length ?? this.#length ?? ASSUMED_BYTES;
  }
}
