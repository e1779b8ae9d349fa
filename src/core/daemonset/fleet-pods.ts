/** The pods of one fleet: what the watch shows, what was asked of the API, and how the two meet. */
import type { Instant, Millis } from '../kube/time.ts';
import type { BackOff } from './back-off.ts';
import { Expectations } from './expectations.ts';
import type { PodEntry } from './node-entry.ts';
import type { NodeTable } from './node-table.ts';
import { type PodFacts, sameFacts } from './pod-facts.ts';
import { PodRegistry } from './pod-registry.ts';

/** How long a node waits after the API said that the pod's name is taken: the watch may yet show by what. */
const NAME_HOLD: Millis = 1_000;

export class FleetPods {
  readonly registry = new PodRegistry();
  readonly expectations = new Expectations();
  readonly #nodes: NodeTable;
  readonly #backOff: BackOff;

  constructor(nodes: NodeTable, backOff: BackOff) {
    this.#nodes = nodes;
    this.#backOff = backOff;
  }

  /** A state of a pod. `seen` by the watch, or else taken from the answer to a create. */
  put(facts: PodFacts, seen: boolean): boolean {
    const { uid } = facts.ref;
    if (this.expectations.isGone(uid)) return false;
    const before = this.registry.get(uid)?.facts;
    if (before && isStale(facts, before)) return false;
    if (seen) this.expectations.confirmed(uid);
    if (facts.claim === 'none') return this.#drop(uid);
    const entry = this.registry.put(facts);
    if (before && sameFacts(before, facts)) return false;
    if (facts.deleting && entry.deleteAsked) {
      entry.deleteAsked = false;
      this.expectations.deleteSeen(uid);
    }
    if (before && before.node !== facts.node) this.#leave(uid, before.node);
    this.#settle(entry);
    if (!before && facts.claim === 'owned' && facts.node) this.#arrived(facts.node);
    return true;
  }

  /** The pod has ended. */
  remove(uid: string): boolean {
    this.expectations.podGone(uid);
    return this.#drop(uid);
  }

  expectCreate(node: string, now: Instant): void {
    const entry = this.#nodes.entry(node);
    entry.createAsked = true;
    entry.createHeldUntil = undefined;
    this.expectations.create(node, now);
    this.#nodes.mark(entry);
  }

  created(facts: PodFacts, now: Instant): void {
    const { uid } = facts.ref;
    if (!this.expectations.isGone(uid) && !this.registry.get(uid)) {
      this.expectations.unconfirmed(uid, now);
      this.put(facts, false);
    }
    this.#createSeen(facts.node ?? '');
    this.expectations.answered();
  }

  createFailed(node: string, now: Instant, nameTaken: boolean): void {
    const entry = this.#nodes.entry(node);
    this.#createSeen(node);
    if (nameTaken) {
      entry.namesRefused++;
      entry.createHeldUntil = now + NAME_HOLD;
    }
    this.expectations.answered();
  }

  expectDelete(uid: string, now: Instant): void {
    const pod = this.registry.get(uid);
    if (!pod || pod.facts.deleting) return;
    pod.deleteAsked = true;
    this.expectations.delete(uid, now);
    if (pod.facts.phase === 'Failed' && pod.facts.node) this.#backOff.advance(pod.facts.node, now);
    this.#nodes.touch(pod.facts.node);
  }

  deleteFailed(uid: string): void {
    this.expectations.deleteSeen(uid);
    const pod = this.registry.get(uid);
    if (!pod) return;
    pod.deleteAsked = false;
    this.#nodes.touch(pod.facts.node);
  }

  /** Stops believing what has not come in time. */
  expire(now: Instant): void {
    const { nodes, deletes, unconfirmed } = this.expectations.expire(now);
    for (const node of nodes) this.#createSeen(node);
    for (const uid of deletes) this.deleteFailed(uid);
    for (const uid of unconfirmed) this.#drop(uid);
  }

  #drop(uid: string): boolean {
    const entry = this.registry.remove(uid);
    if (!entry) return false;
    this.expectations.deleteSeen(uid);
    this.#leave(uid, entry.facts.node);
    return true;
  }

  /** Puts the pod into its node's entry, or takes it out where it is to be released. */
  #settle(pod: PodEntry): void {
    const { node, claim, ref } = pod.facts;
    if (node === undefined) return;
    const entry = this.#nodes.entry(node);
    if (claim === 'releasing') entry.pods.delete(ref.uid);
    else entry.pods.set(ref.uid, pod);
    this.#nodes.mark(entry);
  }

  #leave(uid: string, node: string | undefined): void {
    if (node === undefined) return;
    this.#nodes.find(node)?.pods.delete(uid);
    this.#nodes.touch(node);
  }

  /** A new pod of ours: what was asked for has come. */
  #arrived(node: string): void {
    this.#createSeen(node);
    this.#nodes.entry(node).namesRefused = 0;
  }

  #createSeen(node: string): void {
    this.expectations.createSeen(node);
    const entry = this.#nodes.find(node);
    if (!entry) return;
    entry.createAsked = false;
    this.#nodes.mark(entry);
  }
}

/** Whether `next` is an older state than `before`; unknown versions are taken in the order they come. */
function isStale(next: PodFacts, before: PodFacts): boolean {
  return next.version !== undefined && before.version !== undefined && next.version < before.version;
}
