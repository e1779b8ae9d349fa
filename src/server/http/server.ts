/** The HTTP server: sockets, TLS, the life of a request, and its end. */
import type { Server } from 'node:http';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Log } from '../../ports.ts';
import type { Request, Response } from './exchange.ts';

/** PEM texts, and the authority whose client certificates are accepted. */
export interface TlsOptions {
  readonly key: string;
  readonly cert: string;
  readonly ca?: string;
}

/** Where to listen. */
export interface ListenOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** The default is the loopback address. */
  readonly host?: string;
  /** Absent means plain HTTP. */
  readonly tls?: TlsOptions;
}

/** Answers one request; never throws. */
export type Handle = (request: Request, response: Response) => Promise<void>;

/** How long requests in flight are waited for when the server closes, in milliseconds. */
const DRAIN_MS = 2000;

/** A server that listens. */
export class HttpServer {
  readonly #server: Server | Http2SecureServer;
  readonly #sockets = new Set<Socket>();
  readonly #busy = new Set<Promise<void>>();

  private constructor(server: Server | Http2SecureServer, log: Log) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    server.on('tlsClientError', (error: Error) => log.debug('a TLS handshake failed', { error: error.message }));
    server.on('sessionError', (error: Error) => log.debug('an HTTP/2 session failed', { error: error.message }));
    server.on('clientError', (error: Error, socket: Socket) => {
      log.debug('a request could not be read', { error: error.message });
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    });
  }

  /** Starts listening. Rejects with the system's error where the address is taken or not allowed. */
  static async listen({ port, host = '127.0.0.1', tls }: ListenOptions, handle: Handle, log: Log): Promise<HttpServer> {
    const server = tls
      ? createSecureServer({
          allowHTTP1: true,
          key: tls.key,
          cert: tls.cert,
          ...(tls.ca === undefined ? {} : { ca: tls.ca, requestCert: true, rejectUnauthorized: false }),
          settings: { maxConcurrentStreams: 1000 },
        })
      : process.getBuiltinModule('node:http').createServer(); // An import of it loads fetch and WebSocket as well: 80 ms.
    const http = new HttpServer(server, log);
    server.on('request', (request: Request, response: Response) => http.#track(handle(request, response)));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    return http;
  }

  /** The port listened on. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Takes no more connections, lets requests in flight finish, then closes what is left. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, DRAIN_MS);
    });
    await Promise.race([Promise.allSettled([...this.#busy]), patience]);
    clearTimeout(timer);
    // Answers that were just ended get a moment to leave.
    await new Promise((resolve) => setImmediate(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #track(work: Promise<void>): void {
    this.#busy.add(work);
    void work.finally(() => this.#busy.delete(work));
  }
}
