/** An HTTP server that answers from a script and remembers what it was asked. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../src/ports.ts';

export interface Reply {
  code?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** Breaks the connection instead of answering. */
  reset?: true;
}

export interface Seen {
  line: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface ScriptedServer {
  url: string;
  seen: Seen[];
  close(): Promise<void>;
}

/** Replies come in order; the last one is repeated. A function takes the response over. */
export async function scriptedServer(replies: (Reply | ((response: ServerResponse) => void))[]): Promise<ScriptedServer> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const reply = replies[Math.min(seen.length, replies.length - 1)]!;
    seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body: Buffer.concat(pieces).toString() });
    if (typeof reply === 'function') return reply(response);
    if (reply.reset) return void request.socket.destroy();
    response.writeHead(reply.code ?? 200, { 'content-type': 'application/json', ...reply.headers });
    response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Every wait is over at once, and written down. */
export function impatientClock(): Clock & { waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    now: () => 0,
    at(at, fn) {
      waits.push(at);
      const timer = setImmediate(fn);
      return () => clearImmediate(timer);
    },
  };
}
