/** One DaemonSet's view of the cluster, kept up to date event by event; a decision is read off it without a pass over all nodes. */
import type { Labels } from '../kube/labels.ts';
import type { ControllerRevision, DaemonSet, Node, Pod } from '../kube/objects.ts';
import { compileSelector } from '../kube/selector.ts';
import type { Instant } from '../kube/time.ts';
import type { Settings } from '../profile.ts';
import { assess } from './assessment.ts';
import { BackOff } from './back-off.ts';
import type { Claimant } from './claims.ts';
import type { Verdict } from './decision.ts';
import { judge } from './eligibility.ts';
import type { Expectations } from './expectations.ts';
import { FleetIndex } from './fleet-index.ts';
import { FleetPods } from './fleet-pods.ts';
import { History, type HistoryPlan } from './history.ts';
import type { NodeEntry } from './node-entry.ts';
import { NodeTable } from './node-table.ts';
import { type PodMaker, podMaker } from './pod.ts';
import { readPod } from './pod-facts.ts';
import { nodePodName } from './pod-name.ts';
import type { PodRegistry } from './pod-registry.ts';
import { isOlder, type Reading, read, sameSpec } from './reading.ts';
import { allowsSurge } from './rollout/budget.ts';
import { budgetMode, type ChosenBudget } from './rollout/budget-mode.ts';

/**
 * Invariants: `setX` and `removeX` answer whether a decision may come out differently now. Events only mark nodes as
 * changed; `advance` works the changed ones out, each once, however many events there were. All orders are defined.
 */
export class Fleet {
  readonly settings: Settings;
  readonly index = new FleetIndex();
  readonly #nodes = new NodeTable();
  readonly #backOff = new BackOff();
  readonly #pods = new FleetPods(this.#nodes, this.#backOff);
  readonly #history = new History();
  readonly #selects: (labels: Labels | undefined) => boolean;
  #daemonSet: DaemonSet;
  #reading: Reading;
  #budget: ChosenBudget;
  #plan: HistoryPlan | undefined;
  #maker: PodMaker | undefined;
  /** The hash and the meaning of the budget by which the index was worked out. */
  #hash: string | undefined;
  #mode: ChosenBudget['mode'] | undefined;
  #now: Instant = Number.NEGATIVE_INFINITY;

  /** A fleet lives as long as the DaemonSet's UID and selector: other ones need a new fleet. */
  constructor(daemonSet: DaemonSet, settings: Settings) {
    this.settings = settings;
    this.#daemonSet = daemonSet;
    this.#reading = read(daemonSet, settings);
    this.#budget = budgetMode(daemonSet, settings);
    this.#selects = compileSelector(daemonSet.spec.selector);
  }

  get daemonSet(): DaemonSet {
    return this.#daemonSet;
  }

  get uid(): string {
    return this.#daemonSet.metadata.uid ?? '';
  }

  /** What the budget of an update means. */
  get budget(): ChosenBudget {
    return this.#budget;
  }

  /** The ports of the host that the template takes. */
  get hostPorts(): readonly number[] {
    return this.#reading.hostPorts;
  }

  /** What is known of a node as of the last `advance`; not to be changed. */
  entry(node: string): NodeEntry | undefined {
    return this.#nodes.find(node);
  }

  /** The pods it knows. */
  get pods(): PodRegistry {
    return this.#pods.registry;
  }

  /** What was asked for and is not seen yet. */
  get expectations(): Expectations {
    return this.#pods.expectations;
  }

  /** The plan for the revisions, by all that is known now. */
  get history(): HistoryPlan {
    this.#plan ??= this.#history.plan(this.#daemonSet, this.#reading.key);
    return this.#plan;
  }

  /** Whether the selector matches; orphans that match are this fleet's to adopt. */
  selects(labels: Labels | undefined): boolean {
    return this.#selects(labels);
  }

  setDaemonSet(daemonSet: DaemonSet): boolean {
    const before = this.#daemonSet;
    if (isOlder(daemonSet, before)) return false;
    this.#daemonSet = daemonSet;
    this.#plan = undefined;
    this.#maker = undefined;
    this.#budget = budgetMode(daemonSet, this.settings);
    if (sameSpec(daemonSet, before)) return true;
    this.#reading = read(daemonSet, this.settings);
    this.#backOff.clear();
    this.#nodes.touchAll({ rules: true });
    return true;
  }

  setNode(node: Node): boolean {
    return this.#nodes.setNode(node);
  }

  removeNode(name: string): boolean {
    this.#backOff.forget(name);
    return this.#nodes.removeNode(name);
  }

  /** A pod's state as the watch (or the answer to a patch) shows it. Older states than the one known are ignored. */
  setPod(pod: Pod): boolean {
    return this.#pods.put(readPod(pod, this.#claimant()), true);
  }

  /** The watch showed the pod's end, or a delete was answered with 404. */
  removePod(uid: string): boolean {
    return this.#pods.remove(uid);
  }

  setRevision(revision: ControllerRevision): boolean {
    const changed = this.#history.set(revision, this.#claimant());
    if (changed) this.#plan = undefined;
    return changed;
  }

  removeRevision(uid: string): boolean {
    const changed = this.#history.remove(uid);
    if (changed) this.#plan = undefined;
    return changed;
  }

  /** A create of a revision met another one of that name that is not ours or records another template. */
  revisionNameTaken(name: string): void {
    this.#history.nameTaken(name);
    this.#plan = undefined;
  }

  /** Call just before the pod for `node` is posted; `created` or `createFailed` must follow. */
  expectCreate(node: string, now: Instant): void {
    this.#pods.expectCreate(node, now);
  }

  /** The API's answer to a create. A pod that the watch has shown already, alive or ended, is left as it is. */
  created(pod: Pod, now: Instant): void {
    this.#pods.created(readPod(pod, this.#claimant()), now);
  }

  /** The create for `node` failed. `nameTaken` (409) makes the next attempt use another name, a second later. */
  createFailed(node: string, now: Instant, { nameTaken = false } = {}): void {
    this.#pods.createFailed(node, now, nameTaken);
  }

  /** Call just before the pod is deleted. Deleting a failed pod lengthens the node's back-off. */
  expectDelete(uid: string, now: Instant): void {
    this.#pods.expectDelete(uid, now);
  }

  /** The delete failed otherwise than with 404 (which is `removePod`). */
  deleteFailed(uid: string): void {
    this.#pods.deleteFailed(uid);
  }

  /** Brings the index up to `now`; costs what has changed since. Time that runs backwards is ignored. */
  advance(now: Instant): void {
    this.#now = Math.max(this.#now, now);
    this.#pods.expire(this.#now);
    const { hash } = this.history;
    const { mode } = this.#budget;
    if (this.#hash !== hash || this.#mode !== mode) {
      this.#hash = hash;
      this.#mode = mode;
      this.#maker = undefined;
      this.#nodes.touchAll({ rules: false });
    }
    for (const name of this.index.wakes.due(this.#now)) this.#nodes.touch(name);
    const context = {
      hash,
      minReadySeconds: this.#daemonSet.spec.minReadySeconds ?? 0,
      surge: allowsSurge(this.#daemonSet),
      careful: mode === 'hard',
      hostPorts: this.#reading.hostPorts.length > 0,
      backOff: this.#backOff,
      now: this.#now,
    };
    this.#nodes.workOut((name, entry) => {
      if (entry) this.#judge(entry);
      this.index.update(name, entry && assess(entry, context));
    });
  }

  /** The verdict on a node as of the last `advance`; `undefined` where there is no such node. */
  verdict(node: string): Verdict | undefined {
    return this.#nodes.find(node)?.judgement;
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
    const refused = this.#nodes.find(node)?.namesRefused ?? 0;
    const taken = (name: string): boolean => this.pods.nameTaken(name);
    return this.#maker(node, nodePodName({ daemonSet, node, hash, refused, taken }));
  }

  #claimant(): Claimant {
    const deleting = Boolean(this.#daemonSet.metadata.deletionTimestamp);
    return { uid: this.uid, deleting, selects: this.#selects };
  }

  #judge(entry: NodeEntry): void {
    if (!entry.node) return;
    const due = entry.judgement?.changesAt;
    if (entry.judgement && (due === undefined || due > this.#now)) return;
    entry.judgement = judge(this.#reading.rules, entry.node, this.#now);
  }
}
