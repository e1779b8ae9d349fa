/** Serves the discovery paths. Documents are made once and answered with an ETag. */
import { createHash } from 'node:crypto';
import type { Exchange } from '../http/exchange.ts';
import { acceptClauses, type Clause, negotiate } from '../http/negotiate.ts';
import { sendBytes, sendValue } from '../http/respond.ts';
import type { Registry } from '../registry.ts';
import { type DiscoveryVersion, groupDiscoveryList } from './aggregated.ts';
import { apiGroup, apiGroupList, apiResourceList, apiVersions, groupNames, versionsOf } from './resource-lists.ts';

/** Answers discovery requests. */
export class Discovery {
  readonly #registry: Registry;
  readonly #aggregated = new Map<string, { bytes: Buffer; etag: string }>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** The paths of all groups and versions besides the core one. */
  paths(): string[] {
    return groupNames(this.#registry).flatMap((group) => [
      `/apis/${group}`,
      ...versionsOf(this.#registry, group).map((version) => `/apis/${group}/${version}`),
    ]);
  }

  /** Answers and returns true where `path` is one of discovery's. Throws 406. */
  async serve(exchange: Exchange): Promise<boolean> {
    const parts = exchange.path.replace(/^\/+|\/+$/g, '').split('/');
    if (parts[0] !== 'api' && parts[0] !== 'apis') return false;
    if (parts.length === 1) {
      await this.#root(exchange, parts[0] === 'api');
      return true;
    }
    const document = this.#document(parts);
    if (!document) return false;
    await sendValue(exchange, 200, document, negotiate(exchange.header('accept')));
    return true;
  }

  #document(parts: readonly string[]): object | undefined {
    const [prefix, first = '', second = ''] = parts;
    if (prefix === 'api') return parts.length === 2 ? this.#resources('', first) : undefined;
    if (parts.length === 2) return apiGroup(this.#registry, first);
    return parts.length === 3 ? this.#resources(first, second) : undefined;
  }

  #resources(group: string, version: string): object | undefined {
    const kinds = this.#registry.inVersion(group, version);
    return kinds.length > 0 ? apiResourceList(kinds) : undefined;
  }

  async #root(exchange: Exchange, core: boolean): Promise<void> {
    const version = aggregatedVersion(exchange.header('accept'));
    if (version) {
      await this.#sendAggregated(exchange, core, version);
      return;
    }
    const form = negotiate(exchange.header('accept'));
    const document = core ? apiVersions(exchange.header('host') ?? '') : apiGroupList(this.#registry);
    await sendValue(exchange, 200, document, form);
  }

  async #sendAggregated(exchange: Exchange, core: boolean, version: DiscoveryVersion): Promise<void> {
    const { bytes, etag } = this.#aggregate(core, version);
    const headers = { etag, vary: 'Accept' };
    const type = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
    const known = exchange.header('if-none-match') === etag;
    await sendBytes(exchange, known ? 304 : 200, { type, chunks: known ? [] : [bytes], headers });
  }

  #aggregate(core: boolean, version: DiscoveryVersion): { bytes: Buffer; etag: string } {
    const key = `${core} ${version}`;
    const known = this.#aggregated.get(key);
    if (known) return known;
    const bytes = Buffer.from(JSON.stringify(groupDiscoveryList(this.#registry, core, version)));
    const made = { bytes, etag: `"${createHash('sha512').update(bytes).digest('hex').toUpperCase()}"` };
    this.#aggregated.set(key, made);
    return made;
  }
}

/** The version of the aggregated form that the header prefers, `undefined` where it prefers the plain form. */
function aggregatedVersion(accept: string | undefined): DiscoveryVersion | undefined {
  const [best] = acceptClauses(accept ?? '').filter((clause) => clause.type === 'application/json' || clause.type === '*/*');
  return best && versionIn(best);
}

function versionIn({ type, parameters }: Clause): DiscoveryVersion | undefined {
  if (type !== 'application/json' || parameters.get('as') !== 'APIGroupDiscoveryList') return undefined;
  if (parameters.get('g') !== 'apidiscovery.k8s.io') return undefined;
  const version = parameters.get('v');
  return version === 'v2' || version === 'v2beta1' ? version : undefined;
}
