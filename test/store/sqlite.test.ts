/** The SQLite store keeps the store's contract. */
import type { Store } from '../../src/ports.ts';
import type { Window } from '../../src/server/store/history.ts';
import { openSqliteStore } from '../../src/server/store/sqlite.ts';
import { freshPaths } from './folder.ts';
import { storeSuite } from './suite.ts';

const fresh = freshPaths();
const places = new WeakMap<Store, string>();

async function openAt(path: string, window?: Window) {
  const store = await openSqliteStore(path, window);
  places.set(store, path);
  return store;
}

storeSuite({
  name: 'SQLite',
  open: (window) => openAt(fresh(), window),
  reopen: async (store, window) => {
    await store.close();
    return openAt(places.get(store)!, window);
  },
});
