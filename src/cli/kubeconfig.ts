/** `everynode kubeconfig`: prints a cluster's kubeconfig, or merges it into the one kubectl uses. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { clusterHome } from './cluster-home.ts';
import { CommandError } from './exit-codes.ts';
import { mergeKubeconfig } from './kubeconfig-file.ts';

export function addKubeconfigCommand(program: Command): void {
  program
    .command('kubeconfig')
    .description("print a laptop cluster's kubeconfig, or merge it into kubectl's")
    .option('--name <name>', 'name of the cluster', 'default')
    .option('--data <dir>', 'data directory, where it was given to "up"')
    .option('--merge', 'add the cluster to $KUBECONFIG (its first file) or ~/.kube/config and make it the current context')
    .addHelpText(
      'after',
      `
Examples:
  everynode kubeconfig > dev.kubeconfig          write it to a file
  everynode kubeconfig --merge                   let plain kubectl talk to the cluster
  everynode kubeconfig --name ci --merge         the same for the cluster "ci"`,
    )
    .action((options: { name: string; data?: string; merge?: true }) => {
      const home = clusterHome(options.name, options.data);
      if (!options.merge) {
        process.stdout.write(read(home.kubeconfig));
        return;
      }
      const into = process.env.KUBECONFIG?.split(':').find((file) => file !== '') ?? join(homedir(), '.kube', 'config');
      const context = mergeKubeconfig(home.kubeconfig, into);
      process.stdout.write(`Merged into ${into}; the current context is now "${context}".\n`);
    });
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new CommandError(`${file}: there is no such cluster yet; start it with "everynode up"`);
  }
}
