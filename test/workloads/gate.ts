/** A way to the API that can be shut: what an outage is to everybody on the other side. */
import type { KubeApi, WatchSink } from '../../src/ports.ts';

export class Gate {
  #isShut = false;
  readonly #watches = new Set<{ cut(): void }>();

  /** From now on every request fails and every watch has ended. */
  shut(): void {
    this.#isShut = true;
    for (const watch of [...this.#watches]) watch.cut();
  }

  open(): void {
    this.#isShut = false;
  }

  wrap(api: KubeApi): KubeApi {
    const pass = <T>(request: () => Promise<T>): Promise<T> => (this.#isShut ? Promise.reject(refused()) : request());
    return {
      get: (...args) => pass(() => api.get(...args)),
      list: (...args) => pass(() => api.list(...args)),
      create: (...args) => pass(() => api.create(...args)),
      update: (...args) => pass(() => api.update(...args)),
      patch: (...args) => pass(() => api.patch(...args)),
      delete: (...args) => pass(() => api.delete(...args)),
      watch: (ref, options, sink) => {
        if (this.#isShut) {
          const timer = setImmediate(() => sink.closed(refused()));
          return () => clearImmediate(timer);
        }
        return this.#watch((passing) => api.watch(ref, options, passing), sink as WatchSink);
      },
    };
  }

  #watch(start: (sink: WatchSink) => () => void, sink: WatchSink): () => void {
    const end = () => {
      this.#watches.delete(entry);
      stop();
    };
    const entry = {
      cut: () => {
        end();
        sink.closed(refused());
      },
    };
    this.#watches.add(entry);
    const stop = start({
      events: (batch) => sink.events(batch),
      closed: (error) => {
        this.#watches.delete(entry);
        sink.closed(error);
      },
    });
    return end;
  }
}

function refused(): Error {
  return new Error('connect ECONNREFUSED 127.0.0.1:6443');
}
