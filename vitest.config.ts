/** One suite: everything under `test/`. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Transcripts run dozens of real kubectl processes: on a crowded machine one may come too late for its moment. Only CI tries again.
    retry: process.env.CI ? 2 : 0,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
