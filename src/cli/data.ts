/** The store and the files of a cluster that is about to run: in its data directory, or in memory and a folder that goes with it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Store } from '../ports.ts';
import type { ClusterHome } from './cluster-home.ts';

export interface ClusterData {
  readonly store: Store;
  /** Where certificates and tokens lie; absolute. */
  readonly dir: string;
  /** Where the kubeconfig is written; absolute. */
  readonly kubeconfig: string;
  /** Closes the store and removes what was only for this run. */
  close(): Promise<void>;
}

export interface DataOptions {
  readonly memory?: true;
  /** `--kubeconfig`. */
  readonly kubeconfig?: string;
}

/** Throws `DataDirectoryError`. */
export async function openData(options: DataOptions, home: ClusterHome): Promise<ClusterData> {
  const given = options.kubeconfig === undefined ? undefined : resolve(options.kubeconfig);
  if (!options.memory) {
    const { openSqliteStore } = await import('../server/store/sqlite.ts');
    const store = await openSqliteStore(home.dir);
    return { store, dir: home.dir, kubeconfig: given ?? home.kubeconfig, close: () => store.close() };
  }
  const { openMemoryStore } = await import('../server/store/memory.ts');
  const dir = mkdtempSync(join(tmpdir(), 'everynode-'));
  const store = openMemoryStore();
  return {
    store,
    dir,
    kubeconfig: given ?? join(dir, 'kubeconfig'),
    async close() {
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
