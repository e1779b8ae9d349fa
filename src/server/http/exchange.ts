/** One HTTP request and its answer, the same for HTTP/1.1 and HTTP/2. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { UserInfo } from '../../core/api/kind.ts';
import { managerFromUserAgent } from '../../core/api/managed-fields/managers.ts';
import { badRequest, tooLarge } from '../../core/api/rest/errors.ts';
import type { Query } from '../../core/api/rest/query.ts';
import { type RequestInfo, requestInfo } from './request-info.ts';

export type Request = IncomingMessage | Http2ServerRequest;
/** What both kinds of response offer alike. */
export type Response = Pick<ServerResponse, SharedMembers> & (ServerResponse | Http2ServerResponse);

type SharedMembers = 'setHeader' | 'write' | 'end' | 'destroy' | 'on' | 'statusCode' | 'headersSent' | 'writableLength';

/** Largest body read, in bytes (upstream `MaxRequestBodyBytes`). */
const BODY_LIMIT = 3 * 1024 * 1024;

/** A request with what its handling finds out about it. */
export class Exchange {
  readonly request: Request;
  readonly response: Response;
  readonly method: string;
  /** Decoded. */
  readonly path: string;
  readonly query: Query;
  readonly info: RequestInfo;
  readonly warnings: string[] = [];
  user: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

  /** Throws 400 for a path that is not decodable. */
  constructor(request: Request, response: Response) {
    this.request = request;
    this.response = response;
    this.method = request.method ?? 'GET';
    const url = request.url ?? '/';
    const at = url.indexOf('?');
    this.path = decodedPath(at < 0 ? url : url.slice(0, at));
    this.query = parsedQuery(at < 0 ? '' : url.slice(at + 1));
    this.info = requestInfo(this.method, this.path, this.query);
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  /** The content type without its parameters, in lower case; `''` where there is none. */
  get contentType(): string {
    const header = this.header('content-type') ?? '';
    const at = header.indexOf(';');
    return (at < 0 ? header : header.slice(0, at)).trim().toLowerCase();
  }

  /** Whose fields a write sets when it names no manager: the user agent up to its first `/`. */
  get agent(): string {
    return managerFromUserAgent(this.header('user-agent') ?? '');
  }

  /** Collects a `Warning:` header, each text once. */
  warn(text: string): void {
    if (!this.warnings.includes(text)) this.warnings.push(text);
  }

  /** Reads the body whole, as text. Throws 413. */
  async body(): Promise<string> {
    return (await this.bytes()).toString('utf8');
  }

  /** Reads the body whole. Throws 413. */
  async bytes(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > BODY_LIMIT) throw tooLarge(BODY_LIMIT);
      chunks.push(chunk);
    }
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  }
}

function decodedPath(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    throw badRequest(`invalid URL escape in ${JSON.stringify(path)}`);
  }
}

function parsedQuery(text: string): Query {
  if (text === '') return EMPTY_QUERY;
  const parameters = new URLSearchParams(text);
  return { get: (name) => parameters.get(name) ?? undefined, all: (name) => parameters.getAll(name) };
}

const EMPTY_QUERY: Query = { get: () => undefined, all: () => [] };
