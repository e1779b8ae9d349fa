/** The embedded API server: wires store, kinds and access to HTTP and to callers in the same process. */
import type { Kind, UserInfo } from '../core/api/kind.ts';
import type { Clock, KubeApi, Log, LogSource, Random, Store } from '../ports.ts';
import type { Authenticate, Authorize } from './access.ts';
import { OpenApi } from './discovery/openapi.ts';
import { Discovery } from './discovery/serve.ts';
import { versionInfo } from './discovery/version.ts';
import { type ConfirmGrant, withGrants } from './grants.ts';
import type { Services } from './http/answer.ts';
import { requestHandler } from './http/handle.ts';
import type { HealthCheck } from './http/health.ts';
import { OpenWatches } from './http/open-watches.ts';
import { HttpServer, type ListenOptions } from './http/server.ts';
import { localApi } from './local-api.ts';
import { Metrics } from './metrics.ts';
import { Registry } from './registry.ts';
import { seed } from './seeds.ts';
import { BINDING, BINDINGS_KIND } from './subresources/binding.ts';
import type { Handler } from './subresources/call.ts';
import { EVICTION } from './subresources/eviction.ts';

/** What a server is made of. */
export interface ApiServerOptions {
  readonly store: Store;
  readonly kinds: readonly Kind[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly authenticate: Authenticate;
  readonly authorize: Authorize;
  /** Handlers of POST to virtual kinds and subresources, by `plural` or `plural/subresource`. */
  readonly handlers?: ReadonlyMap<string, Handler>;
  /** Asked before a role or a binding is written; throws 403 where it would give rights the writer lacks. */
  readonly confirmGrant?: ConfirmGrant;
  /** Where `pods/log` comes from; without it there are no logs. */
  readonly logs?: LogSource;
  /** Checks besides the store's, shown by `/readyz?verbose`. */
  readonly checks?: readonly HealthCheck[];
  /** everynode's version, a part of what `/version` says. */
  readonly version?: string;
}

/** A running server. */
export interface ApiServer {
  /** The API without HTTP, on behalf of `user`; `agent` is whose fields its writes set. */
  local(user: UserInfo, agent?: string): KubeApi;
  /** Starts serving HTTP. May be called more than once, for several addresses. */
  listen(options: ListenOptions): Promise<{ port: number }>;
  /** Ends watches, lets requests in flight finish, stops listening. The store stays open: it belongs to whoever opened it. */
  close(): Promise<void>;
}

/** Makes a server on an open store, and the objects every cluster has. */
export async function createApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const services = await servicesOf(options);
  const { registry, open, log } = services;
  const handle = requestHandler({
    services,
    authenticate: options.authenticate,
    authorize: options.authorize,
    paths: {
      discovery: new Discovery(registry),
      openApi: new OpenApi(registry),
      metrics: new Metrics(() => open.size),
      checks: [...STANDARD_CHECKS, ...(options.checks ?? [])],
      version: versionInfo(options.version ?? '0.1.0'),
    },
  });
  const listening: HttpServer[] = [];
  return {
    local: (user, agent = 'everynode') => localApi(services, { user, agent }),
    async listen(where) {
      const server = await HttpServer.listen(where, handle, log);
      listening.push(server);
      return { port: server.port };
    },
    async close() {
      open.endAll();
      await Promise.all(listening.splice(0).map((server) => server.close()));
    },
  };
}

const STANDARD_CHECKS: readonly HealthCheck[] = [
  { name: 'ping', ok: () => true },
  { name: 'log', ok: () => true },
  { name: 'etcd', ok: () => true },
];

/** A store nobody has written to yet is a new cluster: its past begins when its first objects are there. */
async function servicesOf(options: ApiServerOptions): Promise<Services> {
  const { store, clock, random, log, confirmGrant, logs } = options;
  const kinds = confirmGrant ? options.kinds.map((kind) => withGrants(kind, confirmGrant)) : options.kinds;
  const registry = new Registry([...kinds, BINDINGS_KIND]);
  const handlers = new Map<string, Handler>([
    ['pods/binding', BINDING],
    ['bindings', BINDING],
    ['pods/eviction', EVICTION],
    ...(options.handlers ?? []),
  ]);
  const isNew = store.revision === store.compacted;
  await seed({ store, registry, clock, random, log, oldest: 0 });
  const oldest = isNew ? store.revision : 0;
  return { store, registry, clock, random, log, oldest, open: new OpenWatches(), handlers, logs };
}
