/** A request that got no answer. */

/** Codes of failures before the first byte of a request left. */
const BEFORE_SENDING = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Its message names the request, the server and the cause, e.g. `GET https://h:6443/api: connect ECONNREFUSED`. */
export class ConnectionError extends Error {
  /** The request certainly never reached the server, so sending it again cannot do a thing twice. */
  readonly unsent: boolean;

  constructor(what: string, cause: Error) {
    super(`${what}: ${cause.message || (cause as NodeJS.ErrnoException).code || cause.name}`, { cause });
    this.name = 'ConnectionError';
    this.unsent = BEFORE_SENDING.has((cause as NodeJS.ErrnoException).code ?? '');
  }
}
