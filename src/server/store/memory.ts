/** A store without a disk, for tests and for clusters that need not outlive their process. */
import type { Store } from '../../ports.ts';
import { DEFAULT_WINDOW, type Window } from './history.ts';
import type { Journal } from './journal.ts';
import { JournaledStore } from './journaled-store.ts';

/** Everything is "durable" at once; writes are still grouped and acknowledged in a later microtask, as on disk. */
const FORGETFUL: Journal = {
  commit: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** Opens an empty store; `window` bounds the past that watches can resume from. */
export function openMemoryStore(window: Window = DEFAULT_WINDOW): Store {
  return new JournaledStore(FORGETFUL, undefined, window);
}
