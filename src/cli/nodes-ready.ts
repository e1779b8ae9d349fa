/** Waits until the nodes of a cluster report Ready, with a line that counts while that takes longer than a moment. */
import type { Node, Taint } from '../core/kube/objects.ts';
import { NODES } from '../core/kube/resource.ts';
import { POWER, SIMULATED } from '../core/node/node-object.ts';
import type { KubeApi, WatchEvent } from '../ports.ts';
import type { Screen } from './screen.ts';

const NOT_READY = 'node.kubernetes.io/not-ready';

export interface WaitOptions {
  readonly api: KubeApi;
  readonly screen: Screen;
  readonly signal: AbortSignal;
  /** Milliseconds after which the wait is given up. */
  readonly patience: number;
}

export interface NodesOptions extends WaitOptions {
  /** Whether controller `nodelifecycle` runs, which takes the taint of nodes that have become ready away. */
  readonly lifecycle: boolean;
}

export interface NodesReady {
  readonly total: number;
  /** The name of an untainted one, or of any. */
  readonly first: string | undefined;
  /** Every node that can become ready is. */
  readonly ready: boolean;
}

/** Counts all nodes; waits only for simulated ones that are not stopped. */
export async function nodesReady({ api, screen, signal, patience, lifecycle }: NodesOptions): Promise<NodesReady> {
  const list = await api.list<Node>(NODES);
  const total = list.items.length;
  const first = (list.items.find(({ spec }) => !spec?.taints?.some(isPermanent)) ?? list.items[0])?.metadata.name;
  const waiting = new Set<string>();
  for (const node of list.items) if (isWaitedFor(node, lifecycle)) waiting.add(node.metadata.name ?? '');
  if (waiting.size === 0) return { total, first, ready: true };
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      stop();
      signal.removeEventListener('abort', end);
      resolve({ total, first, ready: waiting.size === 0 });
    };
    const timer = setTimeout(end, patience);
    signal.addEventListener('abort', end);
    const events = (batch: readonly WatchEvent<Node>[]) => {
      for (const { type, object } of batch) {
        if (type === 'DELETED' || !isWaitedFor(object, lifecycle)) waiting.delete(object.metadata.name ?? '');
      }
      screen.progress(`  ${total - waiting.size} of ${total} nodes are ready`);
      if (waiting.size === 0) end();
    };
    const stop = api.watch<Node>(NODES, { resourceVersion: list.metadata.resourceVersion ?? '0' }, { events, closed: end });
  });
}

function isPermanent({ key }: Taint): boolean {
  return key !== NOT_READY;
}

function isWaitedFor({ metadata, spec, status }: Node, lifecycle: boolean): boolean {
  const annotations = metadata.annotations ?? {};
  if (annotations[SIMULATED] !== 'true' || annotations[POWER] === 'off') return false;
  if (lifecycle && spec?.taints?.some(({ key }) => key === NOT_READY)) return true;
  return status?.conditions?.find(({ type }) => type === 'Ready')?.status !== 'True';
}
