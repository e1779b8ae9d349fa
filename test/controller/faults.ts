/** A `KubeApi` before which faults can be put, and which counts the writes that go through it. */
import type { KubeObject } from '../../src/core/kube/objects.ts';
import type { ResourceRef } from '../../src/core/kube/resource.ts';
import type { KubeApi, WatchSink } from '../../src/ports.ts';

export interface Call {
  verb: 'get' | 'list' | 'create' | 'update' | 'patch' | 'delete';
  resource: string;
  name: string;
  subresource?: string | undefined;
}

export interface Faults {
  /** Throws, or waits for ever, to keep a call from happening. Hears of every call in order. */
  before?: ((call: Call) => void | Promise<void>) | undefined;
  /** Like `before`, but the call has been carried out and only its answer is lost. */
  after?: ((call: Call) => void | Promise<void>) | undefined;
  /** Watches hear nothing; what happens meanwhile is lost to them. */
  deaf?: boolean;
}

export interface FaultyApi extends KubeApi {
  faults: Faults;
  /** Every call that changes something, as `verb resource[/subresource] name`; events and leases left out. */
  writes: string[];
  /** Ends all watches with this error. */
  breakWatches(error?: Error): void;
}

const QUIET = new Set(['events', 'leases']);

export function faulty(api: KubeApi): FaultyApi {
  const open = new Set<{ sink: WatchSink; stop(): void }>();
  const writes: string[] = [];
  const faults: Faults = {};
  const through = async <T>(call: Call, send: () => Promise<T>): Promise<T> => {
    if (!QUIET.has(call.resource) && call.verb !== 'get' && call.verb !== 'list') {
      writes.push(`${call.verb} ${call.resource}${call.subresource ? `/${call.subresource}` : ''} ${call.name}`);
    }
    await faults.before?.(call);
    const answer = await send();
    await faults.after?.(call);
    return answer;
  };
  const nameOf = (object: KubeObject) => object.metadata.name ?? object.metadata.generateName ?? '';
  const call = (verb: Call['verb'], { resource }: ResourceRef, name = '', subresource?: string): Call => ({
    verb,
    resource,
    name,
    subresource,
  });
  return {
    faults,
    writes,
    get: (ref, key) => through(call('get', ref, key.name), () => api.get(ref, key)),
    list: (ref, options) => through(call('list', ref), () => api.list(ref, options)),
    create: (ref, object, how) =>
      through(call('create', ref, nameOf(object), how?.subresource), () => api.create(ref, object, how)),
    update: (ref, object, how) =>
      through(call('update', ref, nameOf(object), how?.subresource), () => api.update(ref, object, how)),
    patch: (ref, key, patch, how) =>
      through(call('patch', ref, key.name, how?.subresource), () => api.patch(ref, key, patch, how)),
    delete: (ref, key, how) => through(call('delete', ref, key.name), () => api.delete(ref, key, how)),
    watch(ref, options, sink) {
      const stop = api.watch(ref, options, {
        events: (batch) => {
          if (!faults.deaf) sink.events(batch as never);
        },
        closed: (error) => {
          open.delete(entry);
          sink.closed(error);
        },
      });
      const entry = { sink: sink as unknown as WatchSink, stop };
      open.add(entry);
      return () => {
        open.delete(entry);
        stop();
      };
    },
    breakWatches(error) {
      for (const { sink, stop } of [...open]) {
        stop();
        sink.closed(error);
      }
      open.clear();
    },
  };
}
