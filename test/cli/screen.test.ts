/** What reaches the terminal: colours and moving lines only where somebody sees them, progress only where it takes long. */
import { describe, expect, it } from 'vitest';
import { type Screen, terminalScreen } from '../../src/cli/screen.ts';

interface Case {
  readonly quiet?: boolean;
  readonly isTTY?: boolean;
  readonly env?: Record<string, string>;
  readonly act: (screen: Screen, pass: (ms: number) => void) => void;
  readonly out: string;
}

function check({ quiet = false, isTTY = false, env = {}, act, out }: Case): void {
  let text = '';
  let at = 0;
  const sink = { write: (part: string) => (text += part), isTTY };
  const screen = terminalScreen(quiet, { out: sink, err: sink, env, now: () => at });
  act(screen, (ms) => {
    at += ms;
  });
  expect(text).toBe(out);
}

describe('the screen', () => {
  const green = (screen: Screen) => screen.line(screen.style('green', 'Ready'));
  const count = (screen: Screen, pass: (ms: number) => void) => {
    screen.progress('1 of 3');
    pass(1500);
    screen.progress('2 of 3');
    screen.progress('3 of 3');
    screen.line('done');
  };
  const cases: Record<string, Case> = {
    'colours on a terminal': { isTTY: true, act: green, out: '\x1b[32mReady\x1b[39m\n' },
    'no colours with NO_COLOR': { isTTY: true, env: { NO_COLOR: '1' }, act: green, out: 'Ready\n' },
    'no colours in a file': { act: green, out: 'Ready\n' },
    'progress is written over on a terminal': { isTTY: true, act: count, out: '2 of 3\r\x1b[Kdone\n' },
    'progress is a line a second elsewhere': { act: count, out: '2 of 3\ndone\n' },
    'quiet says nothing but notes': {
      quiet: true,
      act(screen, pass) {
        count(screen, pass);
        screen.note('slow');
      },
      out: 'slow\n',
    },
  };
  for (const [name, one] of Object.entries(cases)) it(name, () => check(one));
});
