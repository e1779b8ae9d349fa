/** The whole command line: every command with its options, help and examples. */
import { Command } from 'commander';
import { addControllerCommand } from './controller.ts';
import { addKubeconfigCommand } from './kubeconfig.ts';
import { addMetricsCommand } from './metrics.ts';
import { addNodeCommand } from './node.ts';
import { addResetCommand } from './reset.ts';
import { addUpCommand } from './up.ts';
import { version } from './version.ts';

/** A fresh command tree that runs nothing before it is asked to parse; it throws `CommanderError` where it would exit. */
export function everynodeProgram(): Command {
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
  addMetricsCommand(program);
  return program;
}
