/** One line for every change of a daemon pod: its name, node and status as `kubectl get pods` shows it. */
import type { Kind } from '../core/api/kind.ts';
import type { Pod } from '../core/kube/objects.ts';
import { isReady } from '../core/kube/pod-state.ts';
import type { WatchEvent } from '../ports.ts';
import type { Screen } from './screen.ts';

/** Lines shown one by one; beyond them a count moves on instead, so that a thousand nodes do not scroll by. */
const LINES = 100;

export interface PodLinesOptions {
  /** The kind of pods, for its Status column. */
  readonly kind: Kind;
  readonly screen: Screen;
  now(): number;
}

export class PodLines {
  readonly #owners: ReadonlySet<string>;
  readonly #options: PodLinesOptions;
  readonly #shown = new Map<string, string>();
  readonly #ready = new Set<string>();
  #lines = 0;

  /** `owners` are `namespace/name` of the DaemonSets whose pods are shown. */
  constructor(owners: ReadonlySet<string>, options: PodLinesOptions) {
    this.#owners = owners;
    this.#options = options;
  }

  show({ type, object: pod }: WatchEvent<Pod>): void {
    const owner = pod.metadata.ownerReferences?.find(({ controller, kind }) => controller && kind === 'DaemonSet');
    if (!owner || !this.#owners.has(`${pod.metadata.namespace}/${owner.name}`)) return;
    const uid = pod.metadata.uid ?? '';
    const text = this.#status(type, pod);
    if (this.#shown.get(uid) === text) return;
    if (type === 'DELETED') this.#shown.delete(uid);
    else this.#shown.set(uid, text);
    if (text === 'Ready') this.#ready.add(uid);
    else this.#ready.delete(uid);
    const { screen } = this.#options;
    if (++this.#lines > LINES) screen.progress(`  ${this.#ready.size} of ${this.#shown.size} pods are ready`);
    else {
      const { name = '' } = pod.metadata;
      screen.line(`  ${name.padEnd(40)} ${(pod.spec.nodeName ?? '-').padEnd(18)} ${screen.style(colourOf(text), text)}`);
    }
  }

  #status(type: WatchEvent['type'], pod: Pod): string {
    if (type === 'DELETED') return 'Deleted';
    if (isReady(pod)) return 'Ready';
    const { kind, now } = this.#options;
    return String(kind.columns.find((column) => column.name === 'Status')?.cell(pod, now()) ?? '');
  }
}

function colourOf(status: string): 'green' | 'yellow' | 'red' {
  if (status === 'Ready') return 'green';
  return /Err|BackOff|Failed|Evicted|OutOf|Crash/.test(status) ? 'red' : 'yellow';
}
