/** Answers: encoding, headers, compression. */

import type { OutgoingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { ApiError } from '../../core/api/api-error.ts';
import { internal } from '../../core/api/rest/errors.ts';
import { goJson } from '../../core/api/validation/print-value.ts';
import type { Log } from '../../ports.ts';
import type { Exchange } from './exchange.ts';
import { type Form, JSON_FORM, negotiate } from './negotiate.ts';
import { writeYaml } from './yaml.ts';

const compress = promisify(gzip);

/** Answers longer than this are compressed where the client takes it (upstream's threshold), in bytes. */
const GZIP_FROM = 128 * 1024;
const NEWLINE = Buffer.from('\n');

/** Answers with a JSON value in `form`. */
export async function sendValue(exchange: Exchange, status: number, value: unknown, form: Form = JSON_FORM): Promise<void> {
  if (form.encoding === 'yaml') {
    await sendBytes(exchange, status, { type: 'application/yaml', chunks: [Buffer.from(writeYaml(value))] });
    return;
  }
  const indent = isPretty(exchange, form) ? 2 : undefined;
  await sendJson(exchange, status, [Buffer.from(goJson(value, indent))]);
}

/** Answers with JSON that is encoded already; a line break is added. */
export function sendJson(exchange: Exchange, status: number, chunks: readonly Buffer[]): Promise<void> {
  return sendBytes(exchange, status, { type: 'application/json', chunks: [...chunks, NEWLINE] });
}

/** Answers with a text. */
export function sendText(exchange: Exchange, status: number, text: string): Promise<void> {
  return sendBytes(exchange, status, { type: 'text/plain; charset=utf-8', chunks: [Buffer.from(text)] });
}

/** Bytes of a content type. */
export interface Payload {
  readonly type: string;
  readonly chunks: readonly Buffer[];
  readonly headers?: OutgoingHttpHeaders;
}

/** Answers with bytes, compressed where they are many and the client takes gzip. */
export async function sendBytes(exchange: Exchange, status: number, payload: Payload): Promise<void> {
  const { response } = exchange;
  if (response.headersSent || response.destroyed) return;
  const whole = payload.chunks.length === 1 ? payload.chunks[0]! : Buffer.concat(payload.chunks);
  const zipped = whole.length > GZIP_FROM && takesGzip(exchange);
  const body = zipped ? await compress(whole, { level: constants.Z_BEST_SPEED }) : whole;
  head(exchange, status, {
    'content-type': payload.type,
    'content-length': body.length,
    'cache-control': 'no-cache, private',
    ...(zipped ? { 'content-encoding': 'gzip', vary: 'Accept-Encoding' } : {}),
    ...payload.headers,
  });
  response.end(exchange.method === 'HEAD' ? undefined : body);
}

/** Writes status and headers, the collected warnings among them. */
export function head(exchange: Exchange, status: number, headers: OutgoingHttpHeaders): void {
  const { response, warnings } = exchange;
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value as string);
  if (warnings.length > 0) response.setHeader('warning', warnings.map(warningHeader));
  response.statusCode = status;
}

/** Answers with a refusal, in the form the request accepts; anything but an `ApiError` is a 500 and logged. */
export async function sendError(exchange: Exchange, error: unknown, log: Log): Promise<void> {
  if (exchange.response.destroyed) return;
  const refusal = error instanceof ApiError ? error : internalError(error, exchange, log);
  const retryAfter = refusal.status.details?.retryAfterSeconds;
  if (retryAfter !== undefined) exchange.response.setHeader('retry-after', String(retryAfter));
  await sendValue(exchange, refusal.code, refusal.status, errorForm(exchange));
}

function internalError(error: unknown, exchange: Exchange, log: Log): ApiError {
  const message = error instanceof Error ? error.message : String(error);
  log.error('a request failed', {
    method: exchange.method,
    path: exchange.path,
    error: error instanceof Error ? error.stack : message,
  });
  return internal(message);
}

function errorForm(exchange: Exchange): Form {
  try {
    return { ...negotiate(exchange.header('accept')), shape: 'Object' };
  } catch {
    return JSON_FORM;
  }
}

function isPretty(exchange: Exchange, form: Form): boolean {
  if (form.pretty) return true;
  const asked = exchange.query.get('pretty');
  if (asked !== undefined) return asked !== '0' && asked.toLowerCase() !== 'false';
  return /^(curl|Wget|Mozilla\/5\.0)/.test(exchange.header('user-agent') ?? '');
}

function takesGzip(exchange: Exchange): boolean {
  return /(^|[,\s])gzip\b/i.test(exchange.header('accept-encoding') ?? '');
}

/** `299 - "text"`, with what a header cannot hold taken out or escaped (upstream `net.NewWarningHeader`). */
function warningHeader(text: string): string {
  const clean = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replace(/[^\x20-\x7e\u0080-\u00ff]/g, ' ');
  return `299 - "${clean}"`;
}
