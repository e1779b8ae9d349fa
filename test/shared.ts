/** Where the shared test data lies (`../shared` beside the checkout); tests that need it skip when it is absent. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder, or `undefined` on a checkout that stands alone. */
export function sharedDir(): string | undefined {
  const dir = process.env.EVERYNODE_SHARED ?? resolve(fileURLToPath(new URL('.', import.meta.url)), '../../shared');
  return existsSync(dir) ? dir : undefined;
}
