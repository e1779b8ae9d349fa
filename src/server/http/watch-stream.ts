/** One watch over HTTP: the present state where it is asked for, then every event as it happens, until its time is over. */
import { ApiError } from '../../core/api/api-error.ts';
import { expired } from '../../core/api/rest/errors.ts';
import { parseResourceVersion, type ReadOptions } from '../../core/api/rest/list-options.ts';
import { compileSelection, type Selection } from '../../core/api/rest/selection.ts';
import { zeroObject } from '../../core/api/schema/decode.ts';
import type { KubeObject } from '../../core/kube/objects.ts';
import { apiVersionOf } from '../../core/kube/resource.ts';
import type { Revision, StoreEvent } from '../../ports.ts';
import { prefixOf, served } from '../registry.ts';
import type { Scope } from '../rest/scope.ts';
import { seenEvent } from '../watch-events.ts';
import type { Exchange, Response } from './exchange.ts';
import type { Form } from './negotiate.ts';
import type { OpenWatches } from './open-watches.ts';
import { head } from './respond.ts';
import { type Shaping, shapedObject } from './shapes.ts';
import { type Encode, encoder, plainLine } from './watch-lines.ts';

/** A watcher that lets more than this pile up is cut off and comes back from its last revision, in bytes. */
const BACKLOG_LIMIT = 32 * 1024 * 1024;
/** Bookmarks come about each minute: upstream's interval, varied by a tenth so that they do not come all at once. */
const BOOKMARK_MS = 60_000;
/** A watch without `timeoutSeconds` ends after a random time between this and twice it, in seconds (`--min-request-timeout`). */
const MIN_TIMEOUT_S = 1800;

/** One watch request: options are checked already. */
export interface WatchRequest {
  readonly exchange: Exchange;
  readonly scope: Scope;
  readonly options: ReadOptions;
  readonly form: Form;
  readonly open: OpenWatches;
}

/** Serves a watch until its time is over, the client leaves, or the server closes. Throws 400, 406, 500 before the first byte. */
export function serveWatch(request: WatchRequest): Promise<void> {
  return new Promise((resolve) => new Stream(request, resolve));
}

class Stream {
  readonly #request: WatchRequest;
  readonly #selection: Selection;
  readonly #encode: Encode;
  readonly #done: () => void;
  readonly #cleanups: (() => void)[] = [];
  #revision: Revision;
  /** What may pile up: the initial events, however many, and the limit on top. */
  #allowance = BACKLOG_LIMIT;
  #ended = false;

  constructor(request: WatchRequest, done: () => void) {
    this.#request = request;
    this.#done = done;
    const { exchange, scope, options } = request;
    this.#selection = compileSelection(scope.kind, options.labelSelector, options.fieldSelector);
    const asked = parseResourceVersion(options.resourceVersion);
    this.#encode = encoder(() => this.#shaping());
    const { store } = scope.parts;
    this.#revision = asked === 0 || options.sendInitialEvents === true ? store.revision : asked;
    head(exchange, 200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
    flushHead(exchange.response);
    this.#cleanups.push(request.open.add(() => this.#end()));
    exchange.response.on('close', () => this.#end());
    this.#schedule();
    if (wantsInitial(options, asked)) this.#initial();
    this.#follow();
  }

  /** The present state as ADDED events, and the bookmark that says that was all. */
  #initial(): void {
    const { scope, options } = this.#request;
    const { store } = scope.parts;
    const chunks: Buffer[] = [];
    for (const entry of store.list(prefixOf(scope.kind, scope.namespace))) {
      if (!this.#selection.matches(served(scope.kind, entry.value))) continue;
      this.#encode({ type: 'ADDED', state: entry }, chunks);
    }
    if (options.sendInitialEvents === true && options.allowWatchBookmarks) {
      chunks.push(this.#bookmark({ annotations: { 'k8s.io/initial-events-end': 'true' } }));
    }
    this.#allowance += chunks.reduce((bytes, chunk) => bytes + chunk.length, 0);
    this.#write(chunks);
  }

  #follow(): void {
    const { scope } = this.#request;
    const { oldest } = scope.parts;
    try {
      if (this.#revision < oldest) throw expired(`too old resource version: ${this.#revision} (${oldest})`);
      const stop = scope.parts.store.watch(prefixOf(scope.kind, scope.namespace), this.#revision, (batch, revision) => {
        this.#deliver(batch, revision);
      });
      this.#cleanups.push(stop);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#write([plainLine('ERROR', error.status)]);
      this.#end();
    }
  }

  #deliver(batch: readonly StoreEvent[], revision: Revision): void {
    this.#revision = revision;
    const chunks: Buffer[] = [];
    for (const event of batch) {
      const seen = seenEvent(this.#request.scope.kind, this.#selection, event);
      if (seen) this.#encode(seen, chunks);
    }
    this.#write(chunks);
  }

  #write(chunks: readonly Buffer[]): void {
    if (chunks.length === 0 || this.#ended) return;
    const { response } = this.#request.exchange;
    response.write(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    if (response.writableLength > this.#allowance) {
      this.#request.scope.parts.log.warn('a watcher is too slow and is cut off', { path: this.#request.exchange.path });
      response.destroy();
      this.#end();
    }
  }

  #schedule(): void {
    const { scope, options } = this.#request;
    const { clock, random } = scope.parts;
    const seconds = options.timeoutSeconds || MIN_TIMEOUT_S * (1 + random.next());
    this.#cleanups.push(clock.at(clock.now() + seconds * 1000, () => this.#end()));
    if (options.allowWatchBookmarks) this.#nextBookmark();
  }

  #nextBookmark(): void {
    const { clock, random, store } = this.#request.scope.parts;
    const cancel = clock.at(clock.now() + BOOKMARK_MS * (0.9 + 0.2 * random.next()), () => {
      // Everything up to the store's revision has been delivered: a commit reaches its watchers in the turn it becomes readable.
      this.#revision = Math.max(this.#revision, store.revision);
      this.#write([this.#bookmark({})]);
      if (!this.#ended) this.#nextBookmark();
    });
    this.#cleanups.push(cancel);
  }

  #bookmark(metadata: object): Buffer {
    const { kind } = this.#request.scope;
    const object: KubeObject = {
      kind: kind.kind,
      apiVersion: apiVersionOf(kind),
      ...zeroObject(kind.schema),
      metadata: { resourceVersion: String(this.#revision), ...metadata },
    };
    return plainLine('BOOKMARK', shapedObject(this.#shaping(), object));
  }

  #shaping(): Shaping {
    const { exchange, scope, form } = this.#request;
    return { exchange, kind: scope.kind, form, now: scope.parts.clock.now() };
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const cleanup of this.#cleanups) cleanup();
    this.#request.exchange.response.end();
    this.#done();
  }
}

/** Lets the client know at once that the watch stands. */
function flushHead(response: Response): void {
  if ('flushHeaders' in response) response.flushHeaders();
  else response.writeHead(response.statusCode);
}

function wantsInitial(options: ReadOptions, asked: Revision): boolean {
  return options.sendInitialEvents ?? asked === 0;
}
