/** Where a laptop cluster keeps its files. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { CommandError, EXIT } from './exit-codes.ts';

export interface ClusterHome {
  readonly name: string;
  /** The folder of everything of this cluster; absolute. */
  readonly dir: string;
  readonly kubeconfig: string;
}

const NAME = /^[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?$/;

/** `--data DIR`, else `$EVERYNODE_HOME/<name>`, else `~/.everynode/<name>`. Throws `CommandError` for a name that is none. */
export function clusterHome(name: string, dataDir?: string): ClusterHome {
  if (!NAME.test(name)) {
    throw new CommandError(
      `cluster name ${JSON.stringify(name)} is not valid: use lower case letters, digits and '-', at most 42, such as "dev"`,
      EXIT.usage,
    );
  }
  const dir = resolve(dataDir ?? join(process.env.EVERYNODE_HOME || join(homedir(), '.everynode'), name));
  return { name, dir, kubeconfig: join(dir, 'kubeconfig') };
}

/** The options by which other commands find a cluster that `up` started with these, each with a space before it. */
export function clusterFlags(up: { name: string; data?: string; memory?: true }, kubeconfig: string): string {
  if (up.memory) return ` --kubeconfig ${kubeconfig}`;
  if (up.data !== undefined) return ` --data ${up.data}`;
  return up.name === 'default' ? '' : ` --name ${up.name}`;
}
