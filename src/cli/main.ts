/** The command line's entry: runs one command, turns an error into one sentence and an exit code. */
import { CommanderError } from 'commander';
import { exitCodeOf, sentenceOf } from './error-sentence.ts';
import { EXIT } from './exit-codes.ts';
import { everynodeProgram } from './program.ts';

// Whoever reads our output may stop reading, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await everynodeProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else {
    process.stderr.write(`everynode: ${sentenceOf(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
