/** Shows a line for every change of the daemon pods until all of them are ready, then the table of `kubectl get ds`. */
import type { Kind } from '../core/api/kind.ts';
import type { DaemonSet, Pod } from '../core/kube/objects.ts';
import { isReady } from '../core/kube/pod-state.ts';
import { DAEMONSETS, PODS } from '../core/kube/resource.ts';
import type { KubeApi, WatchEvent } from '../ports.ts';
import type { Applied } from './apply-manifests.ts';
import type { Screen } from './screen.ts';
import { textTable } from './text-table.ts';

export interface FollowOptions {
  readonly api: KubeApi;
  readonly screen: Screen;
  readonly podKind: Kind;
  readonly daemonSetKind: Kind;
  readonly signal: AbortSignal;
  now(): number;
  /** Milliseconds after which a slow start is said and left alone. */
  readonly patience: number;
}

/** Resolves when every DaemonSet among `applied` has all its pods ready, or patience or signal end it. */
export async function followDaemonSets(applied: readonly Applied[], options: FollowOptions): Promise<void> {
  const watched = applied.filter(({ ref }) => ref.resource === DAEMONSETS.resource && ref.group === DAEMONSETS.group);
  if (watched.length === 0) return;
  const names = new Set(watched.map(({ object }) => key(object as DaemonSet)));
  const began = options.now();
  const settled = await untilReady(names, options);
  const table = await readTable(watched, options);
  options.screen.line('');
  options.screen.line(table);
  if (!settled)
    options.screen.note(`Not everything is ready after ${seconds(options.now() - began)}; it goes on. See: kubectl get pods -A`);
  else options.screen.line(options.screen.style('dim', `ready after ${seconds(options.now() - began)}`));
}

function untilReady(names: ReadonlySet<string>, options: FollowOptions): Promise<boolean> {
  const { api, screen, signal } = options;
  const waiting = new Set(names);
  return new Promise((resolve) => {
    const stops: (() => void)[] = [];
    const end = (ready: boolean) => {
      clearTimeout(timer);
      for (const stop of stops) stop();
      resolve(ready);
    };
    const timer = setTimeout(() => end(false), options.patience);
    signal.addEventListener('abort', () => end(false), { once: true });
    const shown = new Map<string, string>();
    const pod = ({ type, object }: WatchEvent<Pod>) => {
      const owner = object.metadata.ownerReferences?.find((reference) => reference.controller && reference.kind === 'DaemonSet');
      if (!owner || !names.has(`${object.metadata.namespace}/${owner.name}`)) return;
      const line = podLine(type, object, options);
      if (line === undefined || shown.get(object.metadata.uid ?? '') === line) return;
      shown.set(object.metadata.uid ?? '', line);
      screen.line(line);
    };
    const daemonSet = ({ object }: WatchEvent<DaemonSet>) => {
      if (isComplete(object)) waiting.delete(key(object));
      else if (names.has(key(object))) waiting.add(key(object));
      if (waiting.size === 0) end(true);
    };
    const sink = <T extends DaemonSet | Pod>(hear: (event: WatchEvent<T>) => void) => ({
      events: (batch: readonly WatchEvent<T>[]) => batch.forEach(hear),
      closed: () => {},
    });
    void (async () => {
      for (const object of (await api.list<Pod>(PODS)).items) pod({ type: 'ADDED', object });
      const list = await api.list<DaemonSet>(DAEMONSETS);
      const resourceVersion = list.metadata.resourceVersion ?? '0';
      stops.push(
        api.watch<Pod>(PODS, { resourceVersion }, sink(pod)),
        api.watch<DaemonSet>(DAEMONSETS, { resourceVersion }, sink(daemonSet)),
      );
      for (const object of list.items) daemonSet({ type: 'ADDED', object });
    })();
  });
}

function isComplete({ metadata, status }: DaemonSet): boolean {
  if (!status || (status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return false;
  return (
    status.numberReady === status.desiredNumberScheduled && (status.updatedNumberScheduled ?? 0) === status.desiredNumberScheduled
  );
}

function podLine(type: WatchEvent['type'], pod: Pod, { screen, podKind, now }: FollowOptions): string | undefined {
  const status = String(podKind.columns.find((column) => column.name === 'Status')?.cell(pod, now()) ?? '');
  const text = type === 'DELETED' ? 'Deleted' : isReady(pod) ? 'Ready' : status;
  const colour = text === 'Ready' ? 'green' : /Err|BackOff|Failed|Evicted|OutOf|Crash/.test(text) ? 'red' : 'yellow';
  return `  ${(pod.metadata.name ?? '').padEnd(40)} ${(pod.spec.nodeName ?? '-').padEnd(18)} ${screen.style(colour, text)}`;
}

async function readTable(watched: readonly Applied[], { api, daemonSetKind, now }: FollowOptions): Promise<string> {
  const columns = daemonSetKind.columns.filter((column) => column.priority === 0);
  const rows: unknown[][] = [];
  for (const { object } of watched) {
    const { namespace, name = '' } = object.metadata;
    const fresh = await api.get<DaemonSet>(DAEMONSETS, { namespace, name });
    rows.push([namespace, ...columns.map((column) => column.cell(fresh, now()))]);
  }
  return textTable({ columns: ['Namespace', ...columns.map((column) => column.name)], rows });
}

function key({ metadata }: DaemonSet): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
