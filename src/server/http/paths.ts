/** Requests for everything that is no resource: discovery, versions, health, OpenAPI, metrics. */

import type { OpenApi } from '../discovery/openapi.ts';
import type { Discovery } from '../discovery/serve.ts';
import type { Metrics } from '../metrics.ts';
import type { Exchange } from './exchange.ts';
import { type HealthCheck, serveHealth } from './health.ts';
import { PAGE_NOT_FOUND } from './resources.ts';
import { sendBytes, sendText, sendValue } from './respond.ts';

/** What answers the paths. */
export interface PathServices {
  readonly discovery: Discovery;
  readonly openApi: OpenApi;
  readonly metrics: Metrics;
  readonly checks: readonly HealthCheck[];
  /** The document of `/version`. */
  readonly version: object;
}

/** The paths `/` lists, besides those of the groups. */
const PATHS = ['/api', '/api/v1', '/apis', '/healthz', '/livez', '/metrics', '/openapi/v2', '/openapi/v3', '/readyz', '/version'];

/** Answers a request for a path. */
export async function servePath(services: PathServices, exchange: Exchange): Promise<void> {
  const { path } = exchange;
  if (await serveHealth(exchange, services.checks)) return;
  if (await services.discovery.serve(exchange)) return;
  if (await services.openApi.serve(exchange)) return;
  switch (path.length > 1 ? path.replace(/\/+$/, '') : path) {
    case '/':
      return sendValue(exchange, 200, { paths: [...PATHS, ...services.discovery.paths()].sort() });
    case '/version':
      return sendValue(exchange, 200, services.version);
    case '/metrics': {
      const { type, text } = await services.metrics.render();
      return sendBytes(exchange, 200, { type, chunks: [Buffer.from(text)] });
    }
    default:
      return sendText(exchange, 404, PAGE_NOT_FOUND);
  }
}
