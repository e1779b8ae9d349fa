/** A `KubeApi` that a test steers call by call: every list waits for its answer, every watch is driven by hand. */
import { ApiError } from '../../src/core/api/api-error.ts';
import type { KubeList, KubeObject } from '../../src/core/kube/objects.ts';
import type { KubeApi, Log, WatchEvent, WatchSink } from '../../src/ports.ts';

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export interface ScriptedApi extends KubeApi {
  /** What was called: `list`, `watch <revision>`, `stop`. */
  calls: string[];
  /** Answers the oldest open list. */
  answer(revision: string, ...objects: KubeObject[]): void;
  refuse(error: Error): void;
  send(...events: [type: WatchEvent['type'], object: KubeObject][]): void;
  close(error?: Error): void;
}

const refused = () => Promise.reject(new ApiError(405, 'MethodNotAllowed', 'not in the script'));

export function scriptedApi(): ScriptedApi {
  const calls: string[] = [];
  const lists: PromiseWithResolvers<KubeList>[] = [];
  let sink: WatchSink | undefined;
  return {
    calls,
    get: refused,
    create: refused,
    update: refused,
    patch: refused,
    delete: refused,
    list<T extends KubeObject>() {
      calls.push('list');
      const list = Promise.withResolvers<KubeList>();
      lists.push(list);
      return list.promise as Promise<KubeList<T>>;
    },
    watch(_ref, { resourceVersion }, to) {
      calls.push(`watch ${resourceVersion}`);
      sink = to as unknown as WatchSink;
      return () => calls.push('stop');
    },
    answer: (resourceVersion, ...items) => lists.shift()?.resolve({ metadata: { resourceVersion }, items }),
    refuse: (error) => lists.shift()?.reject(error),
    send: (...events) => sink?.events(events.map(([type, object]) => ({ type, object }))),
    close: (error) => sink?.closed(error),
  };
}
