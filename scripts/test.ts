/** `npm test`: types, format, layers, dead code, then the whole suite; ends with one line that counts everything. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CHECKS: readonly (readonly [name: string, command: string, args: readonly string[]])[] = [
  ['types', 'tsc', ['--noEmit']],
  ['format and lint', 'biome', ['check', '--error-on-warnings', '.']],
  ['layers', 'depcruise', ['src', '--config', '.dependency-cruiser.cjs']],
  ['dead code', 'knip', []],
];

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numFailedTestSuites: number;
}

/** `node_modules/.bin` first, so that every child runs on the Node the package brings. */
const env = { ...process.env, PATH: `${join(process.cwd(), 'node_modules/.bin')}:${process.env.PATH}` };

function run(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'inherit', env }).status === 0;
}

function suite(filters: readonly string[]): { passed: number; failed: number; skipped: number } {
  const scratch = mkdtempSync(join(tmpdir(), 'everynode-test-'));
  const file = join(scratch, 'report.json');
  const ok = run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...filters]);
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
    const broken = ok ? 0 : Math.max(report.numFailedTests, 1);
    return { passed: report.numPassedTests, failed: broken, skipped: report.numPendingTests + report.numTodoTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const filters = process.argv.slice(2);
const failedChecks: string[] = [];
for (const [name, command, args] of filters.length > 0 ? [] : CHECKS) {
  process.stdout.write(`\n== ${name}\n`);
  if (!run(command, args)) failedChecks.push(name);
}
process.stdout.write('\n== tests\n');
const counts = suite(filters);
if (failedChecks.length > 0) process.stdout.write(`\nfailed checks: ${failedChecks.join(', ')}\n`);
const checks = filters.length > 0 ? 0 : CHECKS.length;
const failed = counts.failed + failedChecks.length;
process.stdout.write(`\n${counts.passed + checks - failedChecks.length} passed, ${failed} failed, ${counts.skipped} skipped\n`);
process.exit(failed > 0 ? 1 : 0);
