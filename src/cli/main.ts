/** The command line: reads the arguments, runs one command, turns an error into one sentence and an exit code. */
import { Command, CommanderError } from 'commander';
import { addControllerCommand } from './controller.ts';
import { exitCodeOf, sentenceOf } from './error-sentence.ts';
import { EXIT } from './exit-codes.ts';
import { addKubeconfigCommand } from './kubeconfig.ts';
import { addNodeCommand } from './node.ts';
import { addResetCommand } from './reset.ts';
import { addUpCommand } from './up.ts';
import { version } from './version.ts';

const program = new Command('everynode')
  .description('A DaemonSet controller for any Kubernetes API, and a laptop cluster to run it on.')
  .version(version(), '-V, --version', 'print the version')
  .showHelpAfterError('(add --help for the options and examples)')
  .exitOverride()
  .addHelpText(
    'after',
    `
Examples:
  everynode up                                    start the laptop cluster with four nodes
  everynode up -f examples/node-exporter.yaml     the same, with a DaemonSet
  everynode node add worker-4 --arch arm64        one more node
  everynode controller --context prod             the controller alone, against another cluster

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 port taken, 4 data directory in use, 5 data from a newer version,
6 database damaged, 7 disk full or not writable, 8 cluster not reachable.`,
  );

addUpCommand(program);
addNodeCommand(program);
addKubeconfigCommand(program);
addResetCommand(program);
addControllerCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else {
    process.stderr.write(`everynode: ${sentenceOf(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
