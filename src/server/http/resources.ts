/** Routes a request for a resource to its handler, as upstream's installer lays the routes out. */
import type { PartialSubresource } from '../../core/api/kind.ts';
import { methodNotAllowed, noSuchResource } from '../../core/api/rest/errors.ts';
import { type Bound, bindRequest, type Services } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { handleGet, handleList } from './read-handlers.ts';
import type { ResourceRequest } from './request-info.ts';
import { sendText } from './respond.ts';
import { handleConnect, handlePost, handleScale, isConnect } from './subresource-handlers.ts';
import { handleCreate, handleDelete, handleDeleteCollection, handlePatch, handleUpdate } from './write-handlers.ts';

/** What Go's server says of a path nothing serves. */
export const PAGE_NOT_FOUND = '404 page not found\n';

/** Answers a resource request. Throws every refusal as an `ApiError`. */
export async function serveResource(services: Services, exchange: Exchange, info: ResourceRequest): Promise<void> {
  if (!services.registry.serves(info.group, info.version)) return sendText(exchange, 404, PAGE_NOT_FOUND);
  const bound = bindRequest(services, exchange, info);
  return info.subresource === '' ? serveMain(bound) : serveSubresource(bound);
}

async function serveMain(bound: Bound): Promise<void> {
  const { info, scope, services } = bound;
  const { verb } = info;
  if (verb === 'create' && info.collection) {
    const handler = services.handlers.get(scope.kind.plural);
    if (handler) return handlePost(bound, handler);
  }
  if (!(scope.kind.verbs as readonly string[]).includes(verb)) throw methodNotAllowed();
  const handler = info.collection ? COLLECTION[verb] : OBJECT[verb];
  if (!handler) throw methodNotAllowed();
  return handler(bound);
}

type VerbHandler = (bound: Bound, subresource?: PartialSubresource) => Promise<void>;

const COLLECTION: Readonly<Record<string, VerbHandler>> = {
  list: handleList,
  watch: handleList,
  create: handleCreate,
  deletecollection: handleDeleteCollection,
};

const OBJECT: Readonly<Record<string, VerbHandler>> = {
  get: handleGet,
  watch: handleList,
  update: handleUpdate,
  patch: handlePatch,
  delete: handleDelete,
};

async function serveSubresource(bound: Bound): Promise<void> {
  const { info, scope, services } = bound;
  const subresource = scope.kind.subresources.find((one) => one.name === info.subresource);
  if (!subresource) throw noSuchResource();
  if (!(subresource.verbs as readonly string[]).includes(info.verb)) throw methodNotAllowed();
  const handler = services.handlers.get(`${scope.kind.plural}/${subresource.name}`);
  if (handler && info.verb === 'create') return handlePost(bound, handler);
  if (subresource.name === 'scale') return handleScale(bound);
  if (isConnect(subresource)) return handleConnect(bound, subresource.name);
  const handle = OBJECT[info.verb];
  if (!handle) throw methodNotAllowed();
  return handle(bound, subresource);
}
