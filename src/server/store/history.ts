/** The window of past events, one a revision without a gap: what a watch resumes from and an older list is rebuilt with. */
import { ApiError } from '../../core/api/api-error.ts';
import type { Revision, StoreEvent } from '../../ports.ts';
import type { StoredEntry } from './entry.ts';

/** How much of the past is kept; beyond either bound the oldest events go. */
export interface Window {
  readonly events: number;
  readonly bytes: number;
}

/** 100,000 events or 64 MiB of objects, whichever is reached first. */
export const DEFAULT_WINDOW: Window = { events: 100_000, bytes: 64 * 1024 * 1024 };

/** An event of this store: its entries are the store's own. */
export interface PastEvent extends StoreEvent {
  readonly entry: StoredEntry;
  readonly previous?: StoredEntry;
}

/** Events `compacted + 1 … newest`, so that a revision's event is found by subtraction. */
export class History {
  readonly #window: Window;
  #events: PastEvent[] = [];
  #sizes: number[] = [];
  #head = 0;
  #bytes = 0;
  #compacted: Revision;

  constructor(window: Window, compacted: Revision) {
    this.#window = window;
    this.#compacted = compacted;
  }

  /** The newest revision whose event is gone. */
  get compacted(): Revision {
    return this.#compacted;
  }

  push(event: PastEvent): void {
    const size = event.entry.size;
    this.#events.push(event);
    this.#sizes.push(size);
    this.#bytes += size;
  }

  /** Forgets what is beyond the window and returns the revisions of the object states that nobody can ask for any more. */
  trim(): Revision[] {
    const obsolete: Revision[] = [];
    while (
      this.#head < this.#events.length &&
      (this.#events.length - this.#head > this.#window.events || this.#bytes > this.#window.bytes)
    ) {
      const event = this.#events[this.#head]!;
      this.#bytes -= this.#sizes[this.#head]!;
      this.#head++;
      this.#compacted = event.entry.revision;
      if (event.previous) obsolete.push(event.previous.revision);
      if (event.type === 'DELETED') obsolete.push(event.entry.revision);
    }
    if (this.#head > 1024 && this.#head * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#head);
      this.#sizes = this.#sizes.slice(this.#head);
      this.#head = 0;
    }
    return obsolete;
  }

  /** The events after `revision`, oldest first; `ApiError` 410 `Expired` (upstream's text) when some of them are gone. */
  after(revision: Revision): PastEvent[] {
    if (revision < this.#compacted) {
      throw new ApiError(410, 'Expired', `too old resource version: ${revision} (${this.#compacted})`);
    }
    return this.#events.slice(this.#head + (revision - this.#compacted));
  }
}
