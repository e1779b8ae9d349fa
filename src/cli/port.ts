/** The port of the API server: whether it is free, and what is said when it is not. */
import { createServer } from 'node:net';
import type { ApiServer } from '../server/api-server.ts';
import type { TlsOptions } from '../server/http/server.ts';
import { CommandError, EXIT } from './exit-codes.ts';

const HOST = '127.0.0.1';

/** Throws `CommandError` where the port cannot be listened on; asked before anything is made. */
export async function checkPort(port: number): Promise<void> {
  if (port === 0) return;
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject);
      probe.listen({ port, host: HOST, exclusive: true }, resolve);
    });
  } catch (error) {
    throw portError(error, port);
  }
  await new Promise((resolve) => probe.close(resolve));
}

/** Answers the port that is listened on, chosen by the system where 0 was asked for. Throws as `checkPort`. */
export async function listen(server: ApiServer, { port, tls }: { port: number; tls: TlsOptions }): Promise<number> {
  try {
    return (await server.listen({ port, tls })).port;
  } catch (error) {
    throw portError(error, port);
  }
}

function portError(error: unknown, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const say = (text: string) => new CommandError(`port ${port} ${text}`, EXIT.portTaken);
  if (code === 'EADDRINUSE')
    return say('is taken by another process: stop that one, or choose another with --port (0 takes a free one)');
  if (code === 'EACCES') return say('may not be used by this user: choose one above 1023 with --port');
  return error;
}
