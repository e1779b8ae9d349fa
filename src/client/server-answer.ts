/** From what a server answered to an object, or to the `ApiError` it means. */
import { ApiError, type Status } from '../core/api/api-error.ts';
import type { KubeObject } from '../core/kube/objects.ts';

export interface Answer {
  readonly code: number;
  readonly text: string;
  /** Seconds of the `Retry-After` header. */
  readonly retryAfter?: number;
}

/** Whose answer it is: for the message of an answer that says nothing itself. */
export interface Asked {
  readonly verb: string;
  readonly resource: string;
  readonly name?: string;
}

/** Reason and message by HTTP code for answers that are no `Status` (upstream `apierrors.NewGenericServerResponse`). */
const GENERIC: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  400: ['BadRequest', 'the server rejected our request for an unknown reason'],
  401: ['Unauthorized', 'the server has asked for the client to provide credentials'],
  403: ['Forbidden', 'the server does not allow access to the requested resource'],
  404: ['NotFound', 'the server could not find the requested resource'],
  405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
  406: ['NotAcceptable', 'the server was unable to respond with a content type that the client supports'],
  409: ['Conflict', 'the server reported a conflict'],
  413: ['RequestEntityTooLarge', 'the server rejected our request because it was too large'],
  415: ['UnsupportedMediaType', 'the server was unable to process the content type the client sent'],
  422: ['Invalid', 'the server rejected our request due to an error in our request'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: ['Timeout', 'the server was unable to return a response in the time allotted, but may still be processing the request'],
};

/** The object of a successful answer. Throws an `ApiError` for every other, one that is no JSON included. */
export function readAnswer(answer: Answer, asked: Asked): KubeObject {
  const body = parse(answer.text);
  if (answer.code < 400) {
    if (body) return body;
    throw new ApiError(
      500,
      'InternalError',
      `an answer that is no JSON object came with code ${answer.code}: ${excerpt(answer.text)}${suffix(asked)}`,
    );
  }
  if (body && isStatus(body)) return fail(errorOfStatus(body, answer));
  return fail(genericError(answer, asked));
}

/** The error a `Status` object stands for; of a watch's ERROR event too. */
export function errorOfStatus(status: Status, answer?: Answer): ApiError {
  const details = status.details ?? {};
  const wait = details.retryAfterSeconds ?? answer?.retryAfter;
  return new ApiError(status.code ?? answer?.code ?? 500, status.reason ?? '', status.message ?? 'unknown', {
    ...details,
    ...(wait !== undefined ? { retryAfterSeconds: wait } : {}),
  });
}

/** Whether a decoded body is a `metav1.Status`. */
export function isStatus(body: unknown): body is Status {
  return typeof body === 'object' && body !== null && (body as { kind?: unknown }).kind === 'Status';
}

function genericError(answer: Answer, asked: Asked): ApiError {
  const known = GENERIC[answer.code];
  const reason = known?.[0] ?? (answer.code >= 500 ? 'InternalError' : 'Unknown');
  const text = excerpt(answer.text);
  const message =
    known?.[1] ??
    (answer.code >= 500
      ? `an error on the server (${JSON.stringify(text || 'unknown')}) has prevented the request from succeeding`
      : `the server responded with the status code ${answer.code} but did not return more information`);
  const wait = answer.retryAfter !== undefined ? { retryAfterSeconds: answer.retryAfter } : {};
  return new ApiError(answer.code, reason, `${message}${suffix(asked)}`, {
    ...(asked.name ? { name: asked.name } : {}),
    ...wait,
  });
}

function suffix({ verb, resource, name }: Asked): string {
  return ` (${verb} ${resource}${name ? ` ${name}` : ''})`;
}

function parse(text: string): KubeObject | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as KubeObject) : undefined;
  } catch {
    return undefined;
  }
}

function excerpt(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

function fail(error: ApiError): never {
  throw error;
}
