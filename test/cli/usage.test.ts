/** What the command line refuses before anything is loaded or touched: the sentence and the exit code. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { exitCodeOf, sentenceOf } from '../../src/cli/error-sentence.ts';
import { everynodeProgram } from '../../src/cli/program.ts';

const dir = mkdtempSync(join(tmpdir(), 'everynode-usage-'));
beforeAll(() => void vi.stubEnv('EVERYNODE_HOME', dir));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true });
});

/** Runs a command that must fail; answers what it says and its exit code. */
async function check(args: readonly string[], code: number, says: RegExp): Promise<void> {
  let written = '';
  const listening = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
  const failure: unknown = await everynodeProgram()
    .parseAsync(args, { from: 'user' })
    .catch((error: unknown) => error)
    .finally(() => listening.mockRestore());
  if (failure instanceof CommanderError) {
    expect([code, written]).toEqual([2, expect.stringMatching(says)]);
    return;
  }
  expect([exitCodeOf(failure), sentenceOf(failure)]).toEqual([code, expect.stringMatching(says)]);
}

function file(name: string, text: string): string {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
}

describe('usage', () => {
  const cases: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
    [[], 2, /^Usage: everynode \[options\] \[command\]/],
    [['up', '--bogus'], 2, /unknown option '--bogus'\n\(add --help for the options and examples\)/],
    [['bogus'], 2, /unknown command 'bogus'/],
    [['up', '--port', '99999'], 2, /whole number from 0 to 65535/],
    [['up', '--nodes', '-1'], 2, /whole number from 0 to 20000/],
    [['up', '--profile', 'x'], 2, /must be one of: handbook, kubernetes/],
    [['up', '--output', 'yaml'], 2, /must be one of: json/],
    [['up', '--name', 'A B'], 2, /^cluster name "A B" is not valid/],
    [['up', '--nodes', '1', '--config', 'x'], 2, /give one of them$/],
    [['up', '--config', 'missing.yaml'], 2, /^missing\.yaml: cannot be read: ENOENT$/],
    [['up', '-f', 'missing.yaml'], 2, /^missing\.yaml: no such file$/],
    [['up', '-f', file('bad.yaml', 'kind: [\n')], 2, /bad\.yaml:2: \S/],
    [['reset', '-y', '--data', dir], 2, /holds no everynode cluster; nothing was removed$/],
    [['node', 'add', 'x', '--labels', 'a'], 2, /^--labels: label "a" has no value: write a=value$/],
    [['node', 'add', 'x', '--taints', 'a=b'], 2, /^--taints: taint "a=b" needs an effect/],
    [['node', 'add', 'x', '--os', 'plan9'], 2, /^--os: "plan9" is not known: write linux or windows$/],
    [['node', 'add', 'x', '--memory', '-1Gi'], 2, /^--memory: "-1Gi" is no amount: write 16Gi$/],
    [['node', 'add', 'x'], 8, /^kubeconfig \S+: no such file; is the cluster in \S+ up\? Start it with "everynode up"$/],
    [['node', 'add'], 2, /missing required argument 'names'/],
    [['kubeconfig', '--name', 'nobody'], 1, /there is no such cluster yet; start it with "everynode up"$/],
    [['controller', '--kubeconfig', 'missing'], 8, /^kubeconfig missing: no such file/],
  ];
  for (const [args, code, says] of cases)
    it(`everynode ${args.join(' ').replaceAll(dir, '<dir>')}`, () => check(args, code, says));

  it('everynode reset with nobody to ask', async () => {
    mkdirSync(join(dir, 'default'));
    writeFileSync(join(dir, 'default', 'everynode.db'), '');
    await check(['reset'], 2, /^reset asks before it removes anything: say --yes where nobody can answer$/);
  });
});
