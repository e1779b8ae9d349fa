/** A request bound to a kind: what every verb's handler works with. */
import { deprecationWarning } from '../../core/api/rest/deprecations.ts';
import { noSuchResource } from '../../core/api/rest/errors.ts';
import { queryBoolean } from '../../core/api/rest/query.ts';
import type { LogSource } from '../../ports.ts';
import type { Parts, Scope } from '../rest/scope.ts';
import type { Handler } from '../subresources/call.ts';
import type { Exchange } from './exchange.ts';
import { negotiate } from './negotiate.ts';
import type { OpenWatches } from './open-watches.ts';
import type { ResourceRequest } from './request-info.ts';
import type { Shaping } from './shapes.ts';

/** The parts of the server that answer resource requests. */
export interface Services extends Parts {
  readonly open: OpenWatches;
  /** Handlers of POST by `plural` or `plural/subresource`. */
  readonly handlers: ReadonlyMap<string, Handler>;
  readonly logs: LogSource | undefined;
}

/** One request for a known kind. */
export interface Bound {
  readonly services: Services;
  readonly exchange: Exchange;
  readonly info: ResourceRequest;
  readonly scope: Scope;
}

/** Binds a request to its kind. Throws 404 where the kind is unknown or the path does not suit its scope. */
export function bindRequest(services: Services, exchange: Exchange, info: ResourceRequest): Bound {
  const kind = services.registry.find(info);
  if (!kind) throw noSuchResource();
  const isNamespaces = info.group === '' && info.resource === 'namespaces';
  if (!kind.namespaced && info.namespace !== '' && !isNamespaces) throw noSuchResource();
  if (kind.namespaced && info.namespace === '' && !info.collection) throw noSuchResource();
  if (info.rest.length > 0 && info.subresource !== 'proxy') throw noSuchResource();
  const namespace = kind.namespaced && info.namespace !== '' ? info.namespace : undefined;
  const warning = deprecationWarning(kind);
  if (warning) exchange.warn(warning);
  const { user, agent } = exchange;
  const scope: Scope = { parts: services, kind, namespace, user, agent, warn: (text) => exchange.warn(text) };
  return { services, exchange, info, scope };
}

/** The shape the request accepts. Throws 406. */
export function shapingOf({ services, exchange, scope, info }: Bound): Shaping {
  const streaming = info.verb === 'watch' || (info.verb === 'list' && (queryBoolean(exchange.query, 'watch') ?? false));
  return {
    exchange,
    kind: scope.kind,
    form: negotiate(exchange.header('accept'), streaming),
    now: services.clock.now(),
  };
}
