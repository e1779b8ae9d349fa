/** One stored object: parsed where it was written, bytes where it was read from disk; the other form is made once, when first asked for. */
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
    this.#bytes ??= Buffer.from(JSON.stringify(this.#value), 'utf8');
    return this.#bytes;
  }

  /** Bytes this entry holds, an assumption while it is not serialised. */
  get size(): number {
    return this.#bytes?.length ?? ASSUMED_BYTES;
  }
}
