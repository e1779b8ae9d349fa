/** `KubeApi` over HTTP(S), for any Kubernetes API server: raw JSON, kept-alive connections, bounded retries. */
import { ApiError } from '../core/api/api-error.ts';
import type { KubeList, KubeObject } from '../core/kube/objects.ts';
import type { ObjectKey, ResourceRef } from '../core/kube/resource.ts';
import type {
  Clock,
  DeleteOptions,
  KubeApi,
  ListOptions,
  Patch,
  Random,
  WatchOptions,
  WatchSink,
  WriteOptions,
} from '../ports.ts';
import type { Connection } from './connection.ts';
import { collectionPath, objectPath, withQuery } from './resource-path.ts';
import { retryWait } from './retry.ts';
import { type Asked, readAnswer } from './server-answer.ts';
import { Transport, type WireRequest } from './transport.ts';
import { openWatch } from './watch-stream.ts';

/** client-go's page: small enough for any server, large enough that 5,000 nodes are ten round trips. */
const PAGE = 500;
const WATCH_SECONDS = 300;

export interface HttpsApiOptions {
  clock: Clock;
  random: Random;
  /** Sent as `User-Agent`; servers attribute managed fields and audit lines by it. */
  userAgent?: string;
}

/** Closing ends no watch and no request; it lets idle connections go. */
export interface HttpsApi extends KubeApi {
  close(): void;
}

/** Every refusal is an `ApiError`; no answer at all is a `ConnectionError`. */
export function httpsApi(connection: Connection, options: HttpsApiOptions): HttpsApi {
  const { clock, random } = options;
  const transport = new Transport(connection, { clock, userAgent: options.userAgent ?? 'everynode' });

  async function call<T>(request: WireRequest, asked: Asked): Promise<T> {
    for (let count = 1; ; count++) {
      try {
        return readAnswer(await transport.send(request), asked) as T;
      } catch (error) {
        const wait = retryWait(error, { method: request.method, count, luck: random.next() });
        if (wait === undefined) throw error;
        await new Promise<void>((resolve) => clock.at(clock.now() + wait, resolve));
      }
    }
  }

  const write = <T>(
    method: string,
    path: string,
    { body, contentType, asked }: { body: unknown; contentType?: string; asked: Asked },
  ) => call<T>({ method, path, body: JSON.stringify(body), contentType: contentType ?? 'application/json' }, asked);

  return {
    get: <T extends KubeObject>(ref: ResourceRef, key: ObjectKey) =>
      call<T>({ method: 'GET', path: objectPath(ref, key) }, asking('get', ref, key.name)),

    list: <T extends KubeObject>(ref: ResourceRef, list: ListOptions = {}) => {
      const page = (more: ListOptions) =>
        call<KubeList<T>>({ method: 'GET', path: listPath(ref, { ...list, ...more }) }, asking('get', ref));
      return list.limit !== undefined || list.continue !== undefined ? page({}) : listAll(page);
    },

    watch<T extends KubeObject>(ref: ResourceRef, watch: WatchOptions, sink: WatchSink<T>): () => void {
      const { namespace, ...selection } = watch;
      const timeoutSeconds = WATCH_SECONDS + Math.floor(random.next() * WATCH_SECONDS);
      const path = withQuery(collectionPath(ref, namespace), {
        watch: true,
        allowWatchBookmarks: true,
        timeoutSeconds,
        ...selection,
      });
      return openWatch(transport, { path, asked: asking('watch', ref) }, { sink: sink as unknown as WatchSink, clock });
    },

    create: <T extends KubeObject>(ref: ResourceRef, object: T, how: WriteOptions = {}) => {
      const { namespace, name } = object.metadata;
      const path = how.subresource
        ? objectPath(ref, { namespace, name: name ?? '' }, how.subresource)
        : collectionPath(ref, namespace);
      return write<T>('POST', withQuery(path, writeQuery(how)), { body: object, asked: asking('post', ref, name) });
    },

    update: <T extends KubeObject>(ref: ResourceRef, object: T, how: WriteOptions = {}) => {
      const { namespace, name = '' } = object.metadata;
      const path = withQuery(objectPath(ref, { namespace, name }, how.subresource), writeQuery(how));
      return write<T>('PUT', path, { body: object, asked: asking('put', ref, name) });
    },

    patch: <T extends KubeObject>(ref: ResourceRef, key: ObjectKey, patch: Patch, how: WriteOptions = {}) => {
      const path = withQuery(objectPath(ref, key, how.subresource), writeQuery(how));
      return write<T>('PATCH', path, { body: patch.body, contentType: patch.type, asked: asking('patch', ref, key.name) });
    },

    delete: (ref: ResourceRef, key: ObjectKey, how: DeleteOptions = {}) =>
      write<KubeObject>('DELETE', objectPath(ref, key), {
        body: { kind: 'DeleteOptions', apiVersion: 'v1', ...how },
        asked: asking('delete', ref, key.name),
      }),

    close: () => transport.close(),
  };
}

/**
 * All pages of a list as one. A page token that expired under way (410) means the snapshot is gone: then everything is asked
 * for at once, as client-go's pager does, because pages might never catch up with a busy collection.
 */
async function listAll<T extends KubeObject>(page: (more: ListOptions) => Promise<KubeList<T>>): Promise<KubeList<T>> {
  const first = await page({ limit: PAGE });
  const items = first.items ?? [];
  let { metadata } = first;
  try {
    while (metadata.continue) {
      const next = await page({ limit: PAGE, continue: metadata.continue });
      for (const item of next.items ?? []) items.push(item);
      metadata = next.metadata;
    }
  } catch (error) {
    if (error instanceof ApiError && error.code === 410) return page({});
    throw error;
  }
  return { ...first, metadata, items };
}

/** A continued list takes its revision from the token; sending both is refused. */
function listPath(ref: ResourceRef, { namespace, resourceVersion, ...query }: ListOptions): string {
  return withQuery(collectionPath(ref, namespace), { ...query, ...(query.continue ? {} : { resourceVersion }) });
}

function writeQuery(how: WriteOptions) {
  return { fieldManager: how.fieldManager, dryRun: how.dryRun ? 'All' : undefined };
}

function asking(verb: string, ref: ResourceRef, name?: string): Asked {
  const resource = ref.group === '' ? ref.resource : `${ref.resource}.${ref.group}`;
  return { verb, resource, ...(name ? { name } : {}) };
}
