/** The small HTTP server of the exporter: `/metrics` and `/healthz`, plain or TLS. */
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { CommandError, EXIT } from './exit-codes.ts';

export interface MetricsServerOptions {
  /** The address to listen on. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** PEM; absent means plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** What to say in place of metrics while there is only half a picture; `undefined` when all is well. */
  unready(): string | undefined;
  /** The text of a scrape with its media type. */
  render(): Promise<{ type: string; text: string }>;
}

export interface MetricsServer {
  /** Of `/metrics`. */
  readonly url: string;
  close(): Promise<void>;
}

interface Answer {
  readonly code: number;
  readonly text: string;
  readonly type?: string;
}

/** Throws `CommandError` where the port cannot be listened on or the certificate is none. */
export async function serveMetrics(options: MetricsServerOptions): Promise<MetricsServer> {
  const { host, port, tls } = options;
  const handle = (request: IncomingMessage, response: ServerResponse) => void respond(options, request, response);
  const server = tls ? secured(tls, handle) : createHttpServer(handle);
  await listen(server, { host, port });
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    url: `${tls ? 'https' : 'http'}://${shown}:${(server.address() as AddressInfo).port}/metrics`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function respond(options: MetricsServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { code, text, type = 'text/plain; charset=utf-8' } = await answer(options, request);
  response.writeHead(code, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(request.method === 'HEAD' ? undefined : text);
}

async function answer(options: MetricsServerOptions, { method, url = '' }: IncomingMessage): Promise<Answer> {
  const path = url.split('?', 1)[0];
  if (path !== '/metrics' && path !== '/healthz') return { code: 404, text: 'here are /metrics and /healthz\n' };
  if (method !== 'GET' && method !== 'HEAD') return { code: 405, text: 'only GET and HEAD\n' };
  const unready = options.unready();
  if (unready !== undefined) return { code: 503, text: `${unready}\n` };
  if (path === '/healthz') return { code: 200, text: 'ok\n' };
  try {
    return { code: 200, ...(await options.render()) };
  } catch (error) {
    return { code: 500, text: `${error instanceof Error ? error.message : String(error)}\n` };
  }
}

function secured(
  tls: { cert: string; key: string },
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  try {
    return createHttpsServer(tls, handle);
  } catch (error) {
    throw new CommandError(`the certificate and key of the metrics cannot be used: ${(error as Error).message}`, EXIT.usage);
  }
}

async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, exclusive: true }, resolve);
    });
  } catch (error) {
    throw listenError(error as NodeJS.ErrnoException, { host, port });
  }
}

function listenError(error: NodeJS.ErrnoException, { host, port }: { host: string; port: number }): Error {
  const say = (text: string, code: number = EXIT.portTaken) => new CommandError(`${host}:${port} for the metrics ${text}`, code);
  if (error.code === 'EADDRINUSE') return say('is taken by another process: choose another port (0 takes a free one)');
  if (error.code === 'EACCES') return say('may not be used by this user: choose a port above 1023');
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') return say('is no address of this machine', EXIT.usage);
  return error;
}
