/** Shows a line for every change of the daemon pods until all of them are ready, then the table of `kubectl get ds`. */
import type { Kind } from '../core/api/kind.ts';
import { compileRules, judge } from '../core/daemonset/eligibility.ts';
import type { DaemonSet, Node, Pod } from '../core/kube/objects.ts';
import { DAEMONSETS, NODES, PODS } from '../core/kube/resource.ts';
import type { Settings } from '../core/profile.ts';
import type { WatchEvent } from '../ports.ts';
import type { Applied } from './apply-manifests.ts';
import type { WaitOptions } from './nodes-ready.ts';
import { PodLines } from './pod-lines.ts';
import { textTable } from './text-table.ts';

export interface FollowOptions extends WaitOptions {
  readonly kinds: readonly Kind[];
  /** The profile's: they say which nodes a DaemonSet wants. */
  readonly settings: Settings;
  now(): number;
}

/** Resolves with whether every DaemonSet among `applied` has all its pods ready; patience or the signal may end it before. */
export async function followDaemonSets(applied: readonly Applied[], options: FollowOptions): Promise<boolean> {
  const watched = applied.filter(({ ref }) => ref.resource === DAEMONSETS.resource && ref.group === DAEMONSETS.group);
  if (watched.length === 0) return true;
  const { screen, signal, now } = options;
  const began = now();
  const settled = await untilReady(new Set(watched.map(({ object }) => key(object as DaemonSet))), options);
  if (signal.aborted) return false;
  screen.line('');
  screen.line(await readTable(watched, options));
  const passed = `${((now() - began) / 1000).toFixed(1)} s`;
  if (settled) screen.line(screen.style('dim', `ready after ${passed}`));
  else screen.note(`Not everything is ready after ${passed}; it goes on. See: kubectl get pods -A`);
  return settled;
}

async function untilReady(names: ReadonlySet<string>, options: FollowOptions): Promise<boolean> {
  const { api, screen, signal, kinds, now, patience } = options;
  const lines = new PodLines(names, { kind: kindOf(kinds, PODS.resource), screen, now });
  const waiting = new Set(names);
  const pods = await api.list<Pod>(PODS);
  const daemonSets = await api.list<DaemonSet>(DAEMONSETS);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const note = ({ type, object }: WatchEvent<DaemonSet>) => {
    if (!names.has(key(object))) return;
    if (type === 'DELETED' || isComplete(object)) waiting.delete(key(object));
    else waiting.add(key(object));
    if (waiting.size === 0)
      void wantsNoMore(names, options).then(
        (done) => done && resolve(true),
        () => resolve(false),
      );
  };
  for (const object of pods.items) lines.show({ type: 'ADDED', object });
  for (const object of daemonSets.items) note({ type: 'ADDED', object });
  const closed = () => resolve(false);
  const stops = [
    api.watch<Pod>(PODS, since(pods), { events: each((event) => lines.show(event)), closed }),
    api.watch<DaemonSet>(DAEMONSETS, since(daemonSets), { events: each(note), closed }),
  ];
  const timer = setTimeout(closed, patience);
  signal.addEventListener('abort', closed);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', closed);
    for (const stop of stops) stop();
  }
}

function each<T>(hear: (event: T) => void): (batch: readonly T[]) => void {
  return (batch) => {
    for (const event of batch) hear(event);
  };
}

function since({ metadata }: { metadata: { resourceVersion?: string } }): { resourceVersion: string } {
  return { resourceVersion: metadata.resourceVersion ?? '0' };
}

/** Whether the controller has seen what there is: a status from before the nodes became eligible counts none of them. */
async function wantsNoMore(names: ReadonlySet<string>, { api, settings, now }: FollowOptions): Promise<boolean> {
  const nodes = (await api.list<Node>(NODES)).items;
  const daemonSets = (await api.list<DaemonSet>(DAEMONSETS)).items.filter((one) => names.has(key(one)));
  return daemonSets.every((daemonSet) => {
    const rules = compileRules(daemonSet, settings);
    const wanted = nodes.filter((node) => judge(rules, node, now()).run).length;
    return isComplete(daemonSet) && (daemonSet.status?.desiredNumberScheduled ?? 0) >= wanted;
  });
}

/** All pods ready, and of the newest revision unless only deletion updates them (`OnDelete`). */
function isComplete({ metadata, spec, status }: DaemonSet): boolean {
  if (!status || (status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return false;
  const wanted = status.desiredNumberScheduled;
  if (status.numberReady < wanted) return false;
  return spec.updateStrategy?.type === 'OnDelete' || (status.updatedNumberScheduled ?? 0) >= wanted;
}

async function readTable(watched: readonly Applied[], { api, kinds, now }: FollowOptions): Promise<string> {
  const columns = kindOf(kinds, DAEMONSETS.resource).columns.filter((column) => column.priority === 0);
  const fresh = (await api.list<DaemonSet>(DAEMONSETS)).items;
  const rows = watched.flatMap(({ object }) => {
    const found = fresh.find((one) => key(one) === key(object as DaemonSet));
    return found ? [[found.metadata.namespace, ...columns.map((column) => column.cell(found, now()))]] : [];
  });
  return textTable({ columns: ['Namespace', ...columns.map((column) => column.name)], rows });
}

function kindOf(kinds: readonly Kind[], plural: string): Kind {
  const found = kinds.find((one) => one.plural === plural);
  if (!found) throw new Error(`no kind serves ${plural}`);
  return found;
}

function key({ metadata }: DaemonSet): string {
  return `${metadata.namespace}/${metadata.name}`;
}
