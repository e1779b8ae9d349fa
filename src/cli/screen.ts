/** What `up` says on the terminal: colours only there, nothing but the ready line with `--output json`. */
import { styleText } from 'node:util';

type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan';

export interface Screen {
  line(text: string): void;
  /** A sentence for stderr that is no failure. */
  note(text: string): void;
  style(style: Style, text: string): string;
}

/** `quiet` sends lines nowhere. `NO_COLOR` and a stream that is no terminal mean no colours. */
export function terminalScreen(quiet: boolean): Screen {
  const colours = process.stdout.isTTY === true && !process.env.NO_COLOR;
  return {
    line(text) {
      if (!quiet) process.stdout.write(`${text}\n`);
    },
    note(text) {
      process.stderr.write(`${text}\n`);
    },
    style: (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text),
  };
}
