/** Counts by place, a place being a node label and one of its values. */
import type { Node } from '../../kube/objects.ts';

export class PlaceCounts {
  readonly #byKey = new Map<string, Map<string, number>>();

  get isEmpty(): boolean {
    return this.#byKey.size === 0;
  }

  /** Adds at the node's place, if it has the label. */
  add(key: string, node: Node, by: number): void {
    const value = node.metadata.labels?.[key];
    if (value === undefined) return;
    let byValue = this.#byKey.get(key);
    if (!byValue) {
      byValue = new Map();
      this.#byKey.set(key, byValue);
    }
    const count = (byValue.get(value) ?? 0) + by;
    if (count !== 0) byValue.set(value, count);
    else byValue.delete(value);
    if (byValue.size === 0) this.#byKey.delete(key);
  }

  /** The count at the node's place; 0 where the node lacks the label. */
  at(key: string, node: Node): number {
    const value = node.metadata.labels?.[key];
    return value === undefined ? 0 : (this.#byKey.get(key)?.get(value) ?? 0);
  }

  /** Whether one of the node's places has a count above zero. */
  isAnyAt(node: Node): boolean {
    for (const key of this.#byKey.keys()) if (this.at(key, node) > 0) return true;
    return false;
  }

  /** The sum over all of the node's places. */
  sumAt(node: Node): number {
    let sum = 0;
    for (const key of this.#byKey.keys()) sum += this.at(key, node);
    return sum;
  }
}
