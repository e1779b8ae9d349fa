/** `everynode reset`: removes a laptop cluster and everything in it. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { Store } from '../ports.ts';
import { clusterHome } from './cluster-home.ts';
import { CommandError, EXIT } from './exit-codes.ts';

export function addResetCommand(program: Command): void {
  program
    .command('reset')
    .description('remove a laptop cluster with all its data')
    .option('--name <name>', 'name of the cluster', 'default')
    .option('--data <dir>', 'data directory, where it was given to "up"')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      `
Examples:
  everynode reset                 asks, then removes the cluster "default"
  everynode reset --name ci -y    removes the cluster "ci" without asking`,
    )
    .action(async (options: { name: string; data?: string; yes?: true }) => {
      const { dir, name } = clusterHome(options.name, options.data);
      if (!existsSync(dir)) {
        process.stdout.write(`There is no cluster "${name}" (${dir}).\n`);
        return;
      }
      const { DATABASE_FILE, openSqliteStore } = await import('../server/store/sqlite.ts');
      if (!existsSync(join(dir, DATABASE_FILE))) {
        throw new CommandError(`${dir} holds no everynode cluster; nothing was removed`, EXIT.usage);
      }
      if (!options.yes && !(await agreed(`Remove the cluster "${name}" with all its data in ${dir}?`))) {
        throw new CommandError('nothing was removed');
      }
      await refuseWhileInUse(() => openSqliteStore(dir));
      rmSync(dir, { recursive: true, force: true });
      process.stdout.write(`Removed the cluster "${name}" (${dir}).\n`);
    });
}

async function agreed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new CommandError('reset asks before it removes anything: say --yes where nobody can answer', EXIT.usage);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

/** Opening takes the lock; a damaged database may be removed all the same. */
async function refuseWhileInUse(open: () => Promise<Store>): Promise<void> {
  try {
    await (await open()).close();
  } catch (error) {
    if ((error as { fault?: string }).fault === 'in-use') throw error;
  }
}
