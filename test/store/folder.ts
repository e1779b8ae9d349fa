/** A folder for one test file's data, gone when the file is done. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

let count = 0;

/** Returns a function that names a fresh path below the folder, which is not made. */
export function freshPaths(): () => string {
  const root = mkdtempSync(join(tmpdir(), 'everynode-store-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return () => join(root, `data-${++count}`);
}
