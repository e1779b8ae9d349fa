/** Every kind of error: its one sentence and its exit code. */
import { describe, expect, it } from 'vitest';
import { exitCodeOf, sentenceOf } from '../../src/cli/error-sentence.ts';
import { CommandError, EXIT } from '../../src/cli/exit-codes.ts';
import { ApiError } from '../../src/core/api/api-error.ts';
import { DataDirectoryError } from '../../src/server/store/faults.ts';

function check(error: unknown, code: number, says: RegExp): void {
  expect([exitCodeOf(error), sentenceOf(error, false)]).toEqual([code, expect.stringMatching(says)]);
}

const system = (code: string, path?: string) => Object.assign(new Error(`${code}: oh dear, open '${path}'`), { code, path });
const named = (name: string) => Object.assign(new Error('no answer'), { name });
const full = new ApiError(500, 'InternalError', 'Internal error occurred: full', {
  causes: [{ reason: 'StorageFull', message: 'full', field: '' }],
});

describe('errors', () => {
  const cases: readonly (readonly [name: string, error: unknown, code: number, says: RegExp])[] = [
    ['of a command', new CommandError('no'), EXIT.failed, /^no$/],
    ['of use', new CommandError('no', EXIT.usage), EXIT.usage, /^no$/],
    ['data in use', new DataDirectoryError('in-use', '/d'), EXIT.inUse, /^The data directory \/d is in use/],
    ['newer data', new DataDirectoryError('newer-format', '/d'), EXIT.newerFormat, /newer version/],
    ['damaged data', new DataDirectoryError('corrupt', '/d'), EXIT.damaged, /is damaged/],
    ['foreign data', new DataDirectoryError('foreign', '/d'), EXIT.damaged, /another program/],
    ['a full disk at the start', new DataDirectoryError('disk-full', '/d'), EXIT.noSpace, /is full/],
    ['a full disk later', full, EXIT.noSpace, /full/],
    ['a full disk for a file', system('ENOSPC', '/d/kubeconfig'), EXIT.noSpace, /^\/d\/kubeconfig: the disk is full/],
    ['a file that may not be written', system('EACCES', '/d/x'), EXIT.noSpace, /^\/d\/x: is not accessible/],
    ['a refusal', new ApiError(403, 'Forbidden', 'nodes is forbidden'), EXIT.unreachable, /^nodes is forbidden$/],
    ['no connection', named('ConnectionError'), EXIT.unreachable, /^no answer$/],
    ['a bad kubeconfig', named('KubeconfigError'), EXIT.unreachable, /^no answer$/],
    ['a defect', new TypeError('x is undefined'), EXIT.failed, /^x is undefined \(an error nobody expected; .*\)$/],
  ];
  for (const [name, error, code, says] of cases) it(name, () => check(error, code, says));

  it('show where a defect comes from when asked', () => {
    expect(sentenceOf(new TypeError('x'), true)).toMatch(/^\s+at /m);
  });
});
