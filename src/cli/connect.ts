/** A `KubeApi` to a cluster that a kubeconfig names. */
import { existsSync } from 'node:fs';
import type { KubeApi } from '../ports.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { systemClock, systemRandom } from './system.ts';

export interface ConnectOptions {
  /** `--kubeconfig`; absent means kubectl's own rules. */
  file?: string | undefined;
  context?: string | undefined;
  /** What to try when the file is missing. */
  hint?: string;
}

/** Loads the client only now: it is heavy. Throws `CommandError`, `KubeconfigError`. */
export async function connect({ file, context, hint }: ConnectOptions): Promise<KubeApi & { close(): void }> {
  if (file !== undefined && !existsSync(file)) {
    throw new CommandError(`kubeconfig ${file}: no such file${hint ? `; ${hint}` : ''}`, EXIT.unreachable);
  }
  const [{ loadConnection }, { httpsApi }] = await Promise.all([
    import('../client/kubeconfig.ts'),
    import('../client/https-api.ts'),
  ]);
  const connection = await loadConnection({ file, context, env: process.env });
  return httpsApi(connection, { clock: systemClock, random: systemRandom, userAgent: 'everynode' });
}
