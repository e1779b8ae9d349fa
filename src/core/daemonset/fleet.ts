/** One DaemonSet's view of the cluster, kept up to date event by event; a decision is read off it without a pass over all nodes. */
import type { Labels } from '../kube/labels.ts';
import type { ControllerRevision, DaemonSet, Node, Pod } from '../kube/objects.ts';
import { compileSelector } from '../kube/selector.ts';
import type { Instant } from '../kube/time.ts';
import type { Settings } from '../profile.ts';
import { assess } from './assessment.ts';
import { BackOff } from './back-off.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Claimant } from './claims.ts';
import type { Verdict } from './decision.ts';
import { compileRules, judge, type Rules } from './eligibility.ts';
import { Expectations } from './expectations.ts';
import { FleetIndex } from './fleet-index.ts';
import { History, type HistoryPlan } from './history.ts';
import { emptyEntry, isIdle, type NodeEntry, type PodEntry, sameForPlacement } from './node-entry.ts';
import { type PodMaker, podMaker } from './pod.ts';
import { numericVersion, type PodFacts, readPod, sameFacts } from './pod-facts.ts';
import { nodePodName } from './pod-name.ts';
import { PodRegistry } from './pod-registry.ts';
import { allowsSurge } from './rollout/budget.ts';
import { templateKey } from './template-equality.ts';

/** How long a node waits after the API said that the pod's name is taken. */
const NAME_HOLD = 1_000;

/**
 * Invariants: `setX` and `removeX` answer whether a decision may come out differently now. Events only mark nodes as
 * changed; `advance` works the changed ones out, each once, however many events there were. All orders are defined.
 */
export class Fleet {
  readonly settings: Settings;
  readonly pods = new PodRegistry();
  readonly expectations = new Expectations();
  readonly index = new FleetIndex();
  readonly #nodes = new Map<string, NodeEntry>();
  readonly #changed = new Set<NodeEntry>();
  readonly #history = new History();
  readonly #backOff = new BackOff();
  readonly #selects: (labels: Labels | undefined) => boolean;
  #daemonSet: DaemonSet;
  #rules: Rules;
  #key: string;
  #plan: HistoryPlan | undefined;
  #maker: PodMaker | undefined;
  /** The hash by which the indexes were worked out. */
  #hash: string | undefined;
  #now: Instant = Number.NEGATIVE_INFINITY;

  /** A fleet lives as long as the DaemonSet's UID and selector: other ones need a new fleet. */
  constructor(daemonSet: DaemonSet, settings: Settings) {
    this.settings = settings;
    this.#daemonSet = daemonSet;
    this.#rules = compileRules(daemonSet, settings);
    this.#key = templateKey(daemonSet.spec.template);
    this.#selects = compileSelector(daemonSet.spec.selector);
  }

  get daemonSet(): DaemonSet {
    return this.#daemonSet;
  }

  get uid(): string {
    return this.#daemonSet.metadata.uid ?? '';
  }

  /** Whether the selector matches; orphans that match are this fleet's to adopt. */
  selects(labels: Labels | undefined): boolean {
    return this.#selects(labels);
  }

  /** The plan for the revisions, as of the last `advance`. */
  get history(): HistoryPlan {
    this.#plan ??= this.#history.plan(this.#daemonSet, this.#key);
    return this.#plan;
  }

  setDaemonSet(daemonSet: DaemonSet): boolean {
    const before = this.#daemonSet;
    if (isOlder(daemonSet, before)) return false;
    this.#daemonSet = daemonSet;
    this.#plan = undefined;
    this.#maker = undefined;
    if (sameSpec(daemonSet, before)) return true;
    this.#rules = compileRules(daemonSet, this.settings);
    this.#key = templateKey(daemonSet.spec.template);
    this.#backOff.clear();
    for (const entry of this.#nodes.values()) {
      entry.judgement = undefined;
      this.#changed.add(entry);
    }
    return true;
  }

  setNode(node: Node): boolean {
    const entry = this.#entry(node.metadata.name ?? '');
    if (entry.node && sameForPlacement(entry.node, node)) return false;
    entry.node = node;
    entry.judgement = undefined;
    this.#changed.add(entry);
    return true;
  }

  removeNode(name: string): boolean {
    const entry = this.#nodes.get(name);
    if (!entry?.node) return false;
    entry.node = undefined;
    entry.judgement = undefined;
    this.#backOff.forget(name);
    this.#changed.add(entry);
    return true;
  }

  /** A pod's state as the watch (or the answer to a patch) shows it. Older states than the one known are ignored. */
  setPod(pod: Pod): boolean {
    return this.#put(readPod(pod, this.#claimant()), true);
  }

  /** The watch showed the pod's end, or a delete was answered with 404. */
  removePod(uid: string): boolean {
    this.expectations.podGone(uid);
    return this.#drop(uid);
  }

  setRevision(revision: ControllerRevision): boolean {
    if (!this.#history.set(revision, this.#claimant())) return false;
    this.#plan = undefined;
    return true;
  }

  removeRevision(uid: string): boolean {
    if (!this.#history.remove(uid)) return false;
    this.#plan = undefined;
    return true;
  }

  /** A create of a revision met another one of that name that `setRevision` would not take as ours with the same template. */
  revisionNameTaken(name: string): void {
    this.#history.nameTaken(name);
    this.#plan = undefined;
  }

  /** Call just before the pod for `node` is posted; `created` or `createFailed` must follow. */
  expectCreate(node: string, now: Instant): void {
    const entry = this.#entry(node);
    entry.createAsked = true;
    entry.createHeldUntil = undefined;
    this.expectations.create(node, now);
    this.#changed.add(entry);
  }

  /** The API's answer to a create. A pod that the watch has shown already, alive or ended, is left as it is. */
  created(pod: Pod, now: Instant): void {
    const facts = readPod(pod, this.#claimant());
    const { uid } = facts.ref;
    if (!this.expectations.isGone(uid) && !this.pods.get(uid)) {
      this.expectations.unconfirmed(uid, now);
      this.#put(facts, false);
    }
    this.#createSeen(facts.node ?? '');
    this.expectations.answered();
  }

  /** The create for `node` failed. `nameTaken` (409) makes the next attempt use another name, a second later. */
  createFailed(node: string, now: Instant, { nameTaken = false } = {}): void {
    const entry = this.#entry(node);
    this.#createSeen(node);
    if (nameTaken) {
      entry.namesRefused++;
      entry.createHeldUntil = now + NAME_HOLD;
    }
    this.expectations.answered();
  }

  /** Call just before the pod is deleted. Deleting a failed pod lengthens the node's back-off. */
  expectDelete(uid: string, now: Instant): void {
    const pod = this.pods.get(uid);
    if (!pod || pod.facts.deleting) return;
    pod.deleteAsked = true;
    this.expectations.delete(uid, now);
    if (pod.facts.phase === 'Failed' && pod.facts.node) this.#backOff.advance(pod.facts.node, now);
    this.#touch(pod.facts.node);
  }

  /** The delete failed otherwise than with 404 (which is `removePod`). */
  deleteFailed(uid: string): void {
    this.expectations.deleteSeen(uid);
    const pod = this.pods.get(uid);
    if (!pod) return;
    pod.deleteAsked = false;
    this.#touch(pod.facts.node);
  }

  /** Brings every index up to `now`; costs what has changed since. Time that runs backwards is ignored. */
  advance(now: Instant): void {
    this.#now = Math.max(this.#now, now);
    this.#expire();
    const { hash } = this.history;
    const context = {
      hash,
      minReadySeconds: this.#daemonSet.spec.minReadySeconds ?? 0,
      surge: allowsSurge(this.#daemonSet),
      backOff: this.#backOff,
      now: this.#now,
    };
    if (this.#hash !== hash) {
      this.#hash = hash;
      this.#maker = undefined;
      for (const entry of this.#nodes.values()) this.#changed.add(entry);
    }
    for (const name of this.index.wakes.due(this.#now)) this.#touch(name);
    for (const entry of this.#changed) {
      if (isIdle(entry)) {
        this.index.update(entry, undefined);
        this.#nodes.delete(entry.name);
        continue;
      }
      this.#judge(entry);
      this.index.update(entry, assess(entry, context));
    }
    this.#changed.clear();
  }

  /** The verdict on a node as of the last `advance`; `undefined` where there is no such node. */
  verdict(node: string): Verdict | undefined {
    return this.#nodes.get(node)?.judgement;
  }

  /** When something changes by the passing of time alone. */
  nextWake(): Instant | undefined {
    const a = this.index.wakes.next();
    const b = this.expectations.next();
    return a === undefined || (b !== undefined && b < a) ? b : a;
  }

  /** The complete pod to post for a node. */
  podFor(node: string): Pod {
    const { hash } = this.history;
    this.#maker ??= podMaker(this.#daemonSet, hash, this.settings);
    if (this.settings.podNames === 'random') return this.#maker(node, undefined);
    const daemonSet = this.#daemonSet.metadata.name ?? '';
    const refused = this.#nodes.get(node)?.namesRefused ?? 0;
    return this.#maker(node, nodePodName({ daemonSet, node, hash, refused, taken: (name) => this.pods.nameTaken(name) }));
  }

  #claimant(): Claimant {
    const deleting = Boolean(this.#daemonSet.metadata.deletionTimestamp);
    return { uid: this.uid, deleting, selects: this.#selects };
  }

  #put(facts: PodFacts, seen: boolean): boolean {
    const { uid } = facts.ref;
    if (this.expectations.isGone(uid)) return false;
    const there = this.pods.get(uid);
    const before = there?.facts;
    if (before && isStale(facts, before)) return false;
    if (seen) this.expectations.confirmed(uid);
    if (facts.claim === 'none') return this.#drop(uid);
    if (before && sameFacts(before, facts)) {
      this.pods.put(facts);
      return false;
    }
    const entry = this.pods.put(facts);
    if (facts.deleting && entry.deleteAsked) {
      entry.deleteAsked = false;
      this.expectations.deleteSeen(uid);
    }
    if (before && before.node !== facts.node) this.#leave(uid, before.node);
    this.#settle(entry);
    if (!before && facts.claim === 'owned' && facts.node) {
      this.#createSeen(facts.node);
      this.#entry(facts.node).namesRefused = 0;
    }
    return true;
  }

  #drop(uid: string): boolean {
    const entry = this.pods.remove(uid);
    if (!entry) return false;
    this.expectations.deleteSeen(uid);
    this.#leave(uid, entry.facts.node);
    return true;
  }

  /** Puts the pod into its node's entry, or takes it out where it is to be released. */
  #settle(entry: PodEntry): void {
    const { node, claim, ref } = entry.facts;
    if (node === undefined) return;
    const there = this.#entry(node);
    if (claim === 'releasing') there.pods.delete(ref.uid);
    else there.pods.set(ref.uid, entry);
    this.#changed.add(there);
  }

  #leave(uid: string, node: string | undefined): void {
    if (node === undefined) return;
    this.#nodes.get(node)?.pods.delete(uid);
    this.#touch(node);
  }

  #createSeen(node: string): void {
    this.expectations.createSeen(node);
    const entry = this.#nodes.get(node);
    if (!entry) return;
    entry.createAsked = false;
    this.#changed.add(entry);
  }

  #expire(): void {
    const { nodes, deletes, unconfirmed } = this.expectations.expire(this.#now);
    for (const node of nodes) this.#createSeen(node);
    for (const uid of deletes) this.deleteFailed(uid);
    for (const uid of unconfirmed) this.#drop(uid);
  }

  #judge(entry: NodeEntry): void {
    if (!entry.node) return;
    const due = entry.judgement?.changesAt;
    if (entry.judgement && (due === undefined || due > this.#now)) return;
    entry.judgement = judge(this.#rules, entry.node, this.#now);
  }

  #touch(node: string | undefined): void {
    const entry = node === undefined ? undefined : this.#nodes.get(node);
    if (entry) this.#changed.add(entry);
  }

  #entry(name: string): NodeEntry {
    const there = this.#nodes.get(name);
    if (there) return there;
    const made = emptyEntry(name);
    this.#nodes.set(name, made);
    return made;
  }
}

/** Whether `next` is an older state than `before`; unknown versions are taken in the order they come. */
function isOlder(next: DaemonSet, before: DaemonSet): boolean {
  const a = numericVersion(next.metadata.resourceVersion);
  const b = numericVersion(before.metadata.resourceVersion);
  return a !== undefined && b !== undefined && a < b;
}

function isStale(next: PodFacts, before: PodFacts): boolean {
  return next.version !== undefined && before.version !== undefined && next.version < before.version;
}

/** The API raises the generation with every change of the spec; without one the specs themselves are compared. */
function sameSpec(a: DaemonSet, b: DaemonSet): boolean {
  if (a.spec === b.spec) return true;
  if (a.metadata.generation !== undefined && b.metadata.generation !== undefined) {
    return a.metadata.generation === b.metadata.generation;
  }
  return canonicalJson(a.spec) === canonicalJson(b.spec);
}
