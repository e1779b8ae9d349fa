/** When a failed request is worth sending again, and how long to wait first. */
import { ApiError } from '../core/api/api-error.ts';
import type { Millis } from '../core/kube/time.ts';
import { ConnectionError } from './connection-error.ts';

/** client-go gives up after ten answers that ask for patience; a broken connection is not worth as many. */
const PATIENCE = 10;
const RECONNECTS = 4;
const FIRST_WAIT: Millis = 100;
const LONGEST_WAIT: Millis = 30_000;

export interface Attempt {
  readonly method: string;
  /** How often it was sent already, 1 after the first failure. */
  readonly count: number;
  /** Uniform in [0, 1): spreads callers that failed together. */
  readonly luck: number;
}

/**
 * Milliseconds to wait before sending again, `undefined` where the failure is final. A server that answers 429 or 5xx with
 * `Retry-After` has not acted on the request (upstream `client-go/rest/with_retry.go`). A connection that broke may have
 * carried the request: only reads are repeated then, and what was certainly never sent.
 */
export function retryWait(failure: unknown, attempt: Attempt): Millis | undefined {
  if (failure instanceof ApiError) {
    const asked = failure.status.details?.retryAfterSeconds;
    const patient = (failure.code === 429 || failure.code >= 500) && asked !== undefined;
    if (!patient || attempt.count >= PATIENCE) return undefined;
    return Math.min(LONGEST_WAIT, asked * 1000 + attempt.luck * FIRST_WAIT);
  }
  if (failure instanceof ConnectionError && attempt.count < RECONNECTS && (attempt.method === 'GET' || failure.unsent)) {
    return FIRST_WAIT * 2 ** (attempt.count - 1) * (1 + attempt.luck);
  }
  return undefined;
}
