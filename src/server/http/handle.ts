/** The life of one request: who asks, may they, the answer or the refusal, the count of it. */
import { ANONYMOUS, type Authenticate, type Authorize, checkAccess } from '../access.ts';
import type { Services } from './answer.ts';
import { Exchange, type Request, type Response } from './exchange.ts';
import { type PathServices, servePath } from './paths.ts';
import { serveResource } from './resources.ts';
import { sendError } from './respond.ts';
import type { Handle } from './server.ts';

/** What requests are answered with. */
export interface Wiring {
  readonly services: Services;
  readonly paths: PathServices;
  readonly authenticate: Authenticate;
  readonly authorize: Authorize;
}

/** The handler the HTTP server calls. */
export function requestHandler(wiring: Wiring): Handle {
  return async (request, response) => {
    // A client that goes away is no error of ours; what is being sent to it ends by itself.
    request.on('error', ignore);
    response.on('error', ignore);
    const exchange = exchangeOf(request, response);
    if (!exchange) return;
    const { services, paths } = wiring;
    const started = services.clock.now();
    try {
      await answer(exchange, wiring);
    } catch (error) {
      await sendError(exchange, error, services.log).catch(() => response.destroy());
    }
    if (exchange.info.verb !== 'watch') paths.metrics.observe(labelsOf(exchange), (services.clock.now() - started) / 1000);
  };
}

async function answer(exchange: Exchange, { services, paths, authenticate, authorize }: Wiring): Promise<void> {
  exchange.response.setHeader('audit-id', services.random.uuid());
  exchange.user = (await authenticate(exchange.request)) ?? ANONYMOUS;
  const { info } = exchange;
  checkAccess(exchange.user, info, authorize);
  await (info.isResource ? serveResource(services, exchange, info) : servePath(paths, exchange));
}

/** A request whose path cannot be decoded is answered at once. */
function exchangeOf(request: Request, response: Response): Exchange | undefined {
  try {
    return new Exchange(request, response);
  } catch {
    response.statusCode = 400;
    response.end();
    return undefined;
  }
}

function labelsOf({ info, response }: Exchange): { verb: string; resource: string; code: string } {
  return { verb: info.verb, resource: info.isResource ? info.resource : '', code: String(response.statusCode) };
}

function ignore(): void {}
