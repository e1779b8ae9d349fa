/** Serves `/openapi/v2` and `/openapi/v3…`, the documents made when first asked for. */
import { createHash } from 'node:crypto';
import {
  OPENAPI_V2_PROTOBUF_ACCEPT,
  OPENAPI_V2_PROTOBUF_TYPE,
  type OpenApiDocuments,
  openApiDocuments,
} from '../../core/api/openapi/documents.ts';
import type { Exchange } from '../http/exchange.ts';
import { sendBytes } from '../http/respond.ts';
import type { Registry } from '../registry.ts';

interface Document {
  readonly type: string;
  readonly bytes: Buffer;
  readonly etag: string;
}

/** Answers OpenAPI requests. */
export class OpenApi {
  readonly #registry: Registry;
  readonly #made = new Map<string, Document>();
  #documents: OpenApiDocuments | undefined;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Answers and returns true where the path is one of OpenAPI's. */
  async serve(exchange: Exchange): Promise<boolean> {
    const path = exchange.path.replace(/\/+$/, '');
    const document = this.#document(path, exchange.header('accept') ?? '');
    if (!document) return false;
    const { type, bytes, etag } = document;
    const known = exchange.header('if-none-match') === etag;
    const chunks = known ? [] : [bytes];
    await sendBytes(exchange, known ? 304 : 200, { type, chunks, headers: { etag, vary: 'Accept' } });
    return true;
  }

  #document(path: string, accept: string): Document | undefined {
    if (path === '/openapi/v2') return this.#v2(accept);
    if (path === '/openapi/v3') return this.#json(path, () => this.#all.v3Index());
    if (!path.startsWith('/openapi/v3/')) return undefined;
    const root = path.slice('/openapi/v3/'.length);
    return this.#json(path, () => this.#all.v3(root));
  }

  /** kubectl before 1.27 asks for protobuf only, in two spellings. */
  #v2(accept: string): Document | undefined {
    const wantsProtobuf = accept.startsWith(OPENAPI_V2_PROTOBUF_ACCEPT) || accept.startsWith(OPENAPI_V2_PROTOBUF_TYPE);
    if (!wantsProtobuf) return this.#json('v2', () => this.#all.v2());
    return this.#keep('v2 protobuf', OPENAPI_V2_PROTOBUF_TYPE, () => Buffer.from(this.#all.v2Protobuf()));
  }

  #json(key: string, make: () => string | undefined): Document | undefined {
    return this.#keep(key, 'application/json', () => {
      const text = make();
      return text === undefined ? undefined : Buffer.from(text);
    });
  }

  #keep(key: string, type: string, make: () => Buffer | undefined): Document | undefined {
    const known = this.#made.get(key);
    if (known) return known;
    const bytes = make();
    if (!bytes) return undefined;
    const document = { type, bytes, etag: `"${createHash('sha512').update(bytes).digest('hex').toUpperCase()}"` };
    this.#made.set(key, document);
    return document;
  }

  get #all(): OpenApiDocuments {
    this.#documents ??= openApiDocuments(this.#registry.kinds);
    return this.#documents;
  }
}
