/** The embedded API server: wires store, kinds and access to HTTP and to callers in the same process. */
import type { Kind, UserInfo } from '../core/api/kind.ts';
import type { Clock, KubeApi, Log, Random, Store } from '../ports.ts';
import { ANONYMOUS, type Authenticate, type Authorize, checkAccess } from './access.ts';
import { OpenApi } from './discovery/openapi.ts';
import { Discovery } from './discovery/serve.ts';
import { versionInfo } from './discovery/version.ts';
import { type ConfirmGrant, withGrants } from './grants.ts';
import type { Services } from './http/answer.ts';
import { Exchange, type Request, type Response } from './http/exchange.ts';
import type { HealthCheck } from './http/health.ts';
import { type PathServices, servePath } from './http/paths.ts';
import { serveResource } from './http/resources.ts';
import { sendError } from './http/respond.ts';
import { HttpServer, type ListenOptions } from './http/server.ts';
import { OpenWatches } from './http/watch-stream.ts';
import { localApi } from './local-api.ts';
import { Metrics } from './metrics.ts';
import { Registry } from './registry.ts';
import { seed } from './seeds.ts';
import { BINDING, BINDINGS_KIND } from './subresources/binding.ts';
import type { Handler } from './subresources/call.ts';
import { EVICTION } from './subresources/eviction.ts';
import type { LogSource } from './subresources/log.ts';

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
  const { store, clock, random, log } = options;
  const { confirmGrant } = options;
  const kinds = confirmGrant ? options.kinds.map((kind) => withGrants(kind, confirmGrant)) : options.kinds;
  const registry = new Registry([...kinds, BINDINGS_KIND]);
  const open = new OpenWatches();
  const handlers = new Map<string, Handler>([
    ['pods/binding', BINDING],
    ['bindings', BINDING],
    ['pods/eviction', EVICTION],
    ...(options.handlers ?? []),
  ]);
  const isNew = store.revision === store.compacted;
  await seed({ store, registry, clock, random, log, oldest: 0 });
  const oldest = isNew ? store.revision : 0;
  const services: Services = { store, registry, clock, random, log, oldest, open, handlers, logs: options.logs };
  const metrics = new Metrics(() => open.size);
  const paths: PathServices = {
    discovery: new Discovery(registry),
    openApi: new OpenApi(registry),
    metrics,
    checks: [...STANDARD_CHECKS, ...(options.checks ?? [])],
    version: versionInfo(options.version ?? '0.1.0'),
  };
  const listening: HttpServer[] = [];
  const handle = async (request: Request, response: Response) => {
    const started = clock.now();
    // A client that goes away is no error of ours; what is being sent to it ends by itself.
    request.on('error', ignore);
    response.on('error', ignore);
    const exchange = exchangeOf(request, response);
    try {
      if (exchange instanceof Exchange) await answer(exchange, { services, paths, options });
    } catch (error) {
      if (exchange instanceof Exchange) await sendError(exchange, error, log).catch(() => response.destroy());
    }
    if (exchange instanceof Exchange) observe(metrics, exchange, clock.now() - started);
  };
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

interface Wiring {
  readonly services: Services;
  readonly paths: PathServices;
  readonly options: ApiServerOptions;
}

async function answer(exchange: Exchange, { services, paths, options }: Wiring): Promise<void> {
  exchange.response.setHeader('audit-id', services.random.uuid());
  exchange.user = (await options.authenticate(exchange.request)) ?? ANONYMOUS;
  const { info } = exchange;
  checkAccess(exchange.user, info, options.authorize);
  await (info.isResource ? serveResource(services, exchange, info) : servePath(paths, exchange));
}

function ignore(): void {}

/** A request whose path cannot be decoded is answered at once. */
function exchangeOf(request: Request, response: Response): Exchange | undefined {
  try {
    return new Exchange(request, response);
  } catch {
    response.statusCode = 400;
    response.end();
    return undefined;
  }
}

function observe(metrics: Metrics, { info, response }: Exchange, millis: number): void {
  if (info.verb === 'watch') return;
  const resource = info.isResource ? info.resource : '';
  metrics.observe({ verb: info.verb, resource, code: String(response.statusCode) }, millis / 1000);
}
