/** `pods/log`: the question put to whoever keeps the logs, and its answer on the wire. */

import type { Cause } from '../../core/api/api-error.ts';
import { badRequest } from '../../core/api/rest/errors.ts';
import { queryBoolean, queryInteger, queryText } from '../../core/api/rest/query.ts';
import { invalid, invalidValue } from '../../core/api/validation/field-error.ts';
import type { LogRequest, LogSource } from '../../ports.ts';
import type { Exchange } from '../http/exchange.ts';
import { head, sendText } from '../http/respond.ts';
import { readEntry } from '../rest/list.ts';
import type { Scope } from '../rest/scope.ts';

/** Serves GET of a pod's log. Throws 400, 404, 422. */
export async function serveLog(exchange: Exchange, place: { scope: Scope; name: string }, logs: LogSource): Promise<void> {
  const { scope, name } = place;
  const request = logRequest(exchange, scope.namespace ?? '', name);
  const entry = readEntry(scope, name);
  const spec = entry.value.spec as { nodeName?: string } | undefined;
  if (!spec?.nodeName) {
    head(exchange, 204, {});
    exchange.response.end();
    return;
  }
  const { status, body } = await logs(request);
  if (typeof body === 'string') return sendText(exchange, status, body);
  await stream(exchange, status, body);
}

function logRequest({ query }: Exchange, namespace: string, pod: string): LogRequest {
  const container = queryText(query, 'container');
  const tailLines = queryInteger(query, 'tailLines');
  const limitBytes = queryInteger(query, 'limitBytes');
  const sinceSeconds = queryInteger(query, 'sinceSeconds');
  const sinceTime = queryText(query, 'sinceTime');
  const causes: Cause[] = [];
  if (tailLines !== undefined && tailLines < 0) {
    causes.push(invalidValue('tailLines', tailLines, 'must be greater than or equal to 0'));
  }
  if (limitBytes !== undefined && limitBytes < 1) causes.push(invalidValue('limitBytes', limitBytes, 'must be greater than 0'));
  if (sinceSeconds !== undefined && sinceSeconds < 1) {
    causes.push(invalidValue('sinceSeconds', sinceSeconds, 'must be greater than 0'));
  }
  if (causes.length > 0) throw invalid({ group: '', kind: 'PodLogOptions' }, pod, causes);
  if (sinceSeconds !== undefined && sinceTime !== undefined)
    throw badRequest('only one of sinceTime or sinceSeconds may be provided');
  return {
    namespace,
    pod,
    previous: queryBoolean(query, 'previous') ?? false,
    follow: queryBoolean(query, 'follow') ?? false,
    timestamps: queryBoolean(query, 'timestamps') ?? false,
    ...(container === undefined ? {} : { container }),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(sinceSeconds === undefined ? {} : { sinceSeconds }),
    ...(sinceTime === undefined ? {} : { sinceTime }),
  };
}

async function stream(exchange: Exchange, status: number, body: AsyncIterable<string>): Promise<void> {
  const { response } = exchange;
  head(exchange, status, { 'content-type': 'text/plain' });
  let gone = false;
  response.on('close', () => {
    gone = true;
  });
  for await (const text of body) {
    if (gone) break;
    response.write(text);
  }
  response.end();
}
