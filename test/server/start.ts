/** A server in this process on a memory store, for tests: two tokens, plain HTTP or TLS, nothing running beside it. */
import { randomUUID } from 'node:crypto';
import type { UserInfo } from '../../src/core/api/kind.ts';
import { KINDS } from '../../src/core/api/kinds/all.ts';
import type { Clock, Log, Store } from '../../src/ports.ts';
import { type ApiServer, type ApiServerOptions, createApiServer } from '../../src/server/api-server.ts';
import { createAccessControl } from '../../src/server/auth/access-control.ts';
import { SigningKey } from '../../src/server/auth/signing-key.ts';
import type { TlsOptions } from '../../src/server/http/server.ts';
import { openMemoryStore } from '../../src/server/store/memory.ts';

export const ADMIN: UserInfo = { name: 'admin', groups: ['system:masters', 'system:authenticated'] };

/** A running server and how to reach it. */
export interface Running {
  readonly server: ApiServer;
  readonly store: Store;
  readonly port: number;
}

const TOKENS = [
  { token: 'admin', user: { name: 'admin', uid: '1', groups: ['system:masters'] } },
  { token: 'viewer', user: { name: 'viewer', uid: '2', groups: [] } },
];

/** The real clock. */
export const WALL_CLOCK: Clock = {
  now: () => Date.now(),
  at(at, fn) {
    const timer = setTimeout(fn, Math.max(0, at - Date.now()));
    return () => clearTimeout(timer);
  },
};

const silent = () => undefined;
export const NO_LOG: Log = { debug: silent, info: silent, warn: silent, error: silent };

/** Starts a server; whatever `options` name replaces the defaults. */
export async function start(options: Partial<ApiServerOptions> & { tls?: TlsOptions } = {}): Promise<Running> {
  const { tls, ...rest } = options;
  const store = rest.store ?? openMemoryStore();
  const clock = rest.clock ?? WALL_CLOCK;
  const access = createAccessControl({ store, kinds: KINDS, clock, tokens: TOKENS, signingKey: SigningKey.open(undefined) });
  const random = { next: Math.random, uuid: randomUUID };
  const server = await createApiServer({ kinds: KINDS, random, log: NO_LOG, ...access, ...rest, clock, store });
  const { port } = await server.listen({ port: 0, ...(tls ? { tls } : {}) });
  return { server, store, port };
}
