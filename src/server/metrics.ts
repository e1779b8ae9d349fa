/** The server's metrics, in Prometheus' text form. */
import type { Counter, Gauge, Histogram, Registry as PromRegistry } from 'prom-client';

interface Instruments {
  readonly registry: PromRegistry;
  readonly requests: Counter;
  readonly duration: Histogram;
  readonly watches: Gauge;
}

/** Counts requests; the library behind it is loaded when the metrics are first asked for. */
export class Metrics {
  /** Requests by verb, resource and code, until the instruments exist. */
  readonly #counts = new Map<string, { labels: Record<string, string>; count: number; seconds: number[] }>();
  readonly #watching: () => number;
  #instruments: Promise<Instruments> | undefined;

  /** `watching` gives the number of open watches. */
  constructor(watching: () => number) {
    this.#watching = watching;
  }

  /** Notes one answered request; `seconds` is how long it took. */
  observe(labels: { verb: string; resource: string; code: string }, seconds: number): void {
    const key = `${labels.verb} ${labels.resource} ${labels.code}`;
    const known = this.#counts.get(key) ?? { labels, count: 0, seconds: [] as number[] };
    known.count++;
    if (known.seconds.length < MAX_SAMPLES) known.seconds.push(seconds);
    this.#counts.set(key, known);
  }

  /** The text to answer `/metrics` with. */
  async render(): Promise<{ type: string; text: string }> {
    this.#instruments ??= makeInstruments();
    const { registry, requests, duration, watches } = await this.#instruments;
    for (const { labels, count, seconds } of this.#counts.values()) {
      requests.inc(labels, count);
      const { verb = '', resource = '' } = labels;
      for (const one of seconds) duration.observe({ verb, resource }, one);
    }
    this.#counts.clear();
    watches.set(this.#watching());
    return { type: registry.contentType, text: await registry.metrics() };
  }
}

/** Durations kept of one kind of request between two scrapes. */
const MAX_SAMPLES = 1000;

async function makeInstruments(): Promise<Instruments> {
  const { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } = await import('prom-client');
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    requests: new Counter({
      name: 'apiserver_request_total',
      help: 'Requests answered, by verb, resource and HTTP status.',
      labelNames: ['verb', 'resource', 'code'],
      registers,
    }),
    duration: new Histogram({
      name: 'apiserver_request_duration_seconds',
      help: 'How long requests took, watches left out.',
      labelNames: ['verb', 'resource'],
      registers,
    }),
    watches: new Gauge({ name: 'apiserver_longrunning_requests', help: 'Open watches.', registers }),
  };
}
