/** The node entries of one fleet, and which of them have changed since they were last worked out. */
import type { Node } from '../kube/objects.ts';
import { emptyEntry, isIdle, type NodeEntry, sameForPlacement } from './node-entry.ts';
import { healthOf } from './node-health.ts';

export class NodeTable {
  readonly #entries = new Map<string, NodeEntry>();
  readonly #changed = new Set<NodeEntry>();

  /** The entry of that name, `undefined` where nothing is known of the node. */
  find(name: string): NodeEntry | undefined {
    return this.#entries.get(name);
  }

  /** The entry of that name, made where there is none. */
  entry(name: string): NodeEntry {
    const there = this.#entries.get(name);
    if (there) return there;
    const made = emptyEntry(name);
    this.#entries.set(name, made);
    return made;
  }

  /** Takes the node's new state; answers whether its verdict or its part in a roll-out may change. It is judged again only for the first. */
  setNode(node: Node): boolean {
    const entry = this.entry(node.metadata.name ?? '');
    const health = healthOf(node);
    const placed = entry.node !== undefined && sameForPlacement(entry.node, node);
    if (placed && health === entry.health) return false;
    entry.node = node;
    entry.health = health;
    if (!placed) entry.judgement = undefined;
    this.#changed.add(entry);
    return true;
  }

  /** The node is gone; its entry stays while pods are there. */
  removeNode(name: string): boolean {
    const entry = this.#entries.get(name);
    if (!entry?.node) return false;
    entry.node = undefined;
    entry.judgement = undefined;
    entry.health = 'up';
    this.#changed.add(entry);
    return true;
  }

  /** Marks a node as changed, where it is known. */
  touch(name: string | undefined): void {
    const entry = name === undefined ? undefined : this.#entries.get(name);
    if (entry) this.#changed.add(entry);
  }

  mark(entry: NodeEntry): void {
    this.#changed.add(entry);
  }

  /** Marks all: something changed on which every assessment depends. `rules`: the verdicts, too. */
  touchAll({ rules }: { rules: boolean }): void {
    for (const entry of this.#entries.values()) {
      if (rules) entry.judgement = undefined;
      this.#changed.add(entry);
    }
  }

  /** Hands every changed entry over once, and drops those that nothing keeps: for these the entry is `undefined`. */
  workOut(each: (name: string, entry: NodeEntry | undefined) => void): void {
    for (const entry of this.#changed) {
      const idle = isIdle(entry);
      if (idle) this.#entries.delete(entry.name);
      each(entry.name, idle ? undefined : entry);
    }
    this.#changed.clear();
  }
}
