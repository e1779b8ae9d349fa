/** Bound pods by the name of their node, kept by the shared pod watch. */
import type { Pod } from '../core/kube/objects.ts';
import { keyOf, type Mirror } from './mirror.ts';

const NONE: ReadonlyMap<string, Pod> = new Map();

export class PodsByNode {
  readonly #nodes = new Map<string, Map<string, Pod>>();

  constructor(pods: Mirror<Pod>) {
    pods.listen({
      changed: (pod) => {
        const { nodeName } = pod.spec;
        if (!nodeName) return;
        const there = this.#nodes.get(nodeName);
        if (there) there.set(keyOf(pod), pod);
        else this.#nodes.set(nodeName, new Map([[keyOf(pod), pod]]));
      },
      removed: (pod) => {
        const there = this.#nodes.get(pod.spec.nodeName ?? '');
        there?.delete(keyOf(pod));
        if (there?.size === 0) this.#nodes.delete(pod.spec.nodeName ?? '');
      },
    });
  }

  of(node: string): readonly Pod[] {
    return [...(this.#nodes.get(node) ?? NONE).values()];
  }
}
