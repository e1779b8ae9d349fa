/** Compares a text with a file beside the tests; `UPDATE_GOLDEN=1` rewrites the file instead. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

/** `name` is relative to `test/golden/transcripts`. */
export function expectGolden(name: string, text: string): void {
  const file = fileURLToPath(new URL(`./transcripts/${name}`, import.meta.url));
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return;
  }
  if (!existsSync(file))
    throw new Error(`there is no golden file ${name}: run the test once with UPDATE_GOLDEN=1 and read what it wrote`);
  expect(text).toBe(readFileSync(file, 'utf8'));
}
