/** Serves `/openapi/v2` and `/openapi/v3…`. */
import type { Exchange } from '../http/exchange.ts';
import type { Registry } from '../registry.ts';

/** Answers OpenAPI requests; documents are made when first asked for. */
export class OpenApi {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Answers and returns true where the path is one of OpenAPI's. */
  async serve(_exchange: Exchange): Promise<boolean> {
    return this.#registry.kinds.length < 0;
  }
}
