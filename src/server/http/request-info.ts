/** What a request is about, read from method and path as upstream's `RequestInfoFactory` does. */

import { parseFieldSelector } from '../../core/api/rest/field-selector.ts';
import type { Query } from '../../core/api/rest/query.ts';
import { queryBoolean } from '../../core/api/rest/query.ts';

/** A request for something below `/api/v1` or `/apis/<group>/<version>`. */
export interface ResourceRequest {
  readonly isResource: true;
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  /** `''` where the path names none. */
  readonly namespace: string;
  /** `''` for collections; for a list that a field selector narrows to one name, that name. */
  readonly name: string;
  /** The path names no object: `name`, if any, comes from a field selector. */
  readonly collection: boolean;
  /** Segments behind the subresource. */
  readonly rest: readonly string[];
}

/** A request for any other path. */
export interface PathRequest {
  readonly isResource: false;
  readonly verb: string;
  readonly path: string;
}

export type RequestInfo = ResourceRequest | PathRequest;

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

/** Reads the request; `path` is decoded and has no query. */
export function requestInfo(method: string, path: string, query: Query): RequestInfo {
  const parts = path.replace(/^\/+|\/+$/g, '').split('/');
  const other: PathRequest = { isResource: false, verb: method.toLowerCase(), path };
  const prefix = parts[0];
  if (prefix !== 'api' && prefix !== 'apis') return other;
  const groupParts = prefix === 'api' ? 1 : 2;
  if (parts.length < groupParts + 2) return other;
  const group = prefix === 'api' ? '' : parts[1]!;
  return resourceRequest(method, query, { group, version: parts[groupParts]!, parts: parts.slice(groupParts + 1) });
}

interface Place {
  readonly group: string;
  readonly version: string;
  readonly parts: readonly string[];
}

function resourceRequest(method: string, query: Query, place: Place): ResourceRequest {
  let parts = place.parts;
  let verb = VERBS[method] ?? '';
  if (parts[0] === 'watch' && parts.length > 1) {
    verb = 'watch';
    parts = parts.slice(1);
  }
  let namespace = '';
  if (parts[0] === 'namespaces' && parts.length > 1) {
    namespace = parts[1]!;
    if (parts.length > 2 && !NAMESPACE_SUBRESOURCES.has(parts[2]!)) parts = parts.slice(2);
  }
  const [resource = '', named = '', subresource = '', ...rest] = parts;
  const collection = named === '';
  const wanted = collection ? selectedName(query) : named;
  return {
    isResource: true,
    verb: collection ? collectionVerb(verb, query) : verb,
    group: place.group,
    version: place.version,
    resource,
    subresource,
    namespace,
    name: collection && verb !== 'get' && verb !== 'watch' && verb !== 'delete' ? '' : wanted,
    collection,
    rest,
  };
}

function collectionVerb(verb: string, query: Query): string {
  if (verb === 'get') return queryBoolean(query, 'watch') ? 'watch' : 'list';
  return verb === 'delete' ? 'deletecollection' : verb;
}

/** The name a `metadata.name=` field selector narrows a collection to. */
function selectedName(query: Query): string {
  const selector = query.get('fieldSelector');
  if (!selector?.includes('metadata.name')) return '';
  try {
    return parseFieldSelector(selector).find((term) => term.field === 'metadata.name' && term.equal)?.value ?? '';
  } catch {
    return '';
  }
}
