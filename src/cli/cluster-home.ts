/** Where a laptop cluster keeps its files. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CommandError, EXIT } from './exit-codes.ts';

export interface ClusterHome {
  readonly name: string;
  /** The folder of everything of this cluster. */
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
  const dir = dataDir ?? join(process.env.EVERYNODE_HOME ?? join(homedir(), '.everynode'), name);
  return { name, dir, kubeconfig: join(dir, 'kubeconfig') };
}
