/** What `up` says on the terminal: colours and a moving line only there, nothing but the ready line with `--output json`. */
import { styleText } from 'node:util';

type Style = 'dim' | 'green' | 'yellow' | 'red';

export interface Screen {
  line(text: string): void;
  /** How far a longer step is: one line that is written over on a terminal, one a second elsewhere, none while it is quick. */
  progress(text: string): void;
  /** A sentence for stderr that is no failure. */
  note(text: string): void;
  style(style: Style, text: string): string;
}

/** The parts of a stream that a screen needs. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

export interface ScreenOptions {
  readonly out?: Output;
  readonly err?: Output;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds of a clock that never goes back. */
  now?(): number;
}

/** Milliseconds between two words of progress, by whether they can be written over. */
const EVERY = { terminal: 100, elsewhere: 1000 };

/** `quiet` sends lines and progress nowhere. `NO_COLOR` and a stream that is no terminal mean no colours. */
export function terminalScreen(quiet: boolean, options: ScreenOptions = {}): Screen {
  const { out = process.stdout, err = process.stderr, env = process.env, now = () => performance.now() } = options;
  const terminal = out.isTTY === true;
  const colours = terminal && !env.NO_COLOR && env.TERM !== 'dumb';
  let last = now();
  let moving = false;
  const clear = () => {
    if (moving) out.write('\r\x1b[K');
    moving = false;
  };
  return {
    line(text) {
      last = now();
      if (quiet) return;
      clear();
      out.write(`${text}\n`);
    },
    progress(text) {
      if (quiet || now() - last < (terminal ? EVERY.terminal : EVERY.elsewhere)) return;
      last = now();
      clear();
      out.write(terminal ? text : `${text}\n`);
      moving = terminal;
    },
    note(text) {
      clear();
      err.write(`${text}\n`);
    },
    style: (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text),
  };
}
