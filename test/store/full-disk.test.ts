/** A disk that is really full: a small tmpfs, where this user may mount one. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ApiError } from '../../src/core/api/api-error.ts';
import { openSqliteStore } from '../../src/server/store/sqlite.ts';
import { freshPaths } from './folder.ts';
import { put } from './suite.ts';

const mountPoint = freshPaths()();
mkdirSync(mountPoint, { recursive: true });
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', mountPoint]).status === 0;
afterAll(() => {
  if (mounted) spawnSync('umount', [mountPoint]);
});

describe.skipIf(!mounted)('on a full disk (needs the right to mount)', () => {
  const ballast = join(mountPoint, 'ballast');
  const padding = 'x'.repeat(20_000);

  test('writes are refused and nothing is lost; with room again they go on', async () => {
    const directory = join(mountPoint, 'data');
    const store = await openSqliteStore(directory);
    let kept = 0;
    let refused: ApiError | undefined;
    while (!refused && kept < 1000) {
      try {
        await put(store, `pods/n/${kept}`, { padding });
        kept++;
      } catch (error) {
        refused = error as ApiError;
      }
    }
    expect(refused).toMatchObject({ code: 500, reason: 'InternalError' });
    expect(refused?.message).toContain('is full: nothing was written; free some space and try again');
    expect(store.list('')).toHaveLength(kept);
    await expect(put(store, 'pods/n/still', { padding })).rejects.toThrow('is full');
    spawnSync('mount', ['-o', 'remount,size=12m', mountPoint]);
    await put(store, 'pods/n/after', { padding });
    await store.close();
    const again = await openSqliteStore(directory);
    expect(again.list('')).toHaveLength(kept + 1);
    await again.close();
    rmSync(directory, { recursive: true });
  });

  test('neither a new cluster nor a stopped one starts; both say why, and the old one is there once there is room', async () => {
    spawnSync('mount', ['-o', 'remount,size=3m', mountPoint]);
    const directory = join(mountPoint, 'old');
    const store = await openSqliteStore(directory);
    await put(store, 'pods/n/a');
    await store.close();
    try {
      writeFileSync(ballast, Buffer.alloc(4 * 1024 * 1024));
    } catch {
      // As intended: it fills what is left.
    }
    const full = /^DataDirectoryError: The disk that holds .* is full: free some space and start again; nothing was lost\.$/;
    for (const place of [directory, join(mountPoint, 'new')]) {
      expect(String(await openSqliteStore(place).catch((error: Error) => error))).toMatch(full);
    }
    rmSync(ballast);
    const again = await openSqliteStore(directory);
    expect(again.list('')).toHaveLength(1);
    await again.close();
  });
});
