/** A model cluster for properties: an API with a late watch and late answers, kubelets, and a controller that carries decisions out. */
import type { Action, Decision } from '../../src/core/daemonset/decision.ts';
import { healthOf as healthOfNode, type NodeHealth } from '../../src/core/daemonset/node-health.ts';
import { targetNode } from '../../src/core/daemonset/pod.ts';
import { reconcile } from '../../src/core/daemonset/reconcile.ts';
import { Roster } from '../../src/core/daemonset/roster.ts';
import type { ControllerRevision, DaemonSet, KubeObject, Node, Pod } from '../../src/core/kube/objects.ts';
import { isReady } from '../../src/core/kube/pod-state.ts';
import { formatTime } from '../../src/core/kube/time.ts';
import type { Settings } from '../../src/core/profile.ts';
import { NOW, node } from '../daemonset/objects.ts';

export type Chance = (oneIn: number) => boolean;

export class World {
  readonly roster: Roster;
  readonly pods = new Map<string, Pod>();
  readonly revisions = new Map<string, ControllerRevision>();
  readonly nodes = new Map<string, Node>();
  /** What the watch has shown, and answers have told. */
  readonly seen = { nodes: new Map<string, Node>(), pods: new Map<string, Pod>() };
  now = NOW;
  daemonSet: DaemonSet;
  /** Images whose pods never become ready, or fail. */
  readonly neverReady = new Set<string>();
  readonly fails = new Set<string>();
  readonly #events: (() => void)[] = [];
  readonly #answers: (() => void)[] = [];
  readonly #settings: Settings;
  #version = 100;
  #serial = 0;

  constructor(settings: Settings, daemonSet: DaemonSet) {
    this.#settings = settings;
    this.roster = new Roster(settings);
    this.daemonSet = daemonSet;
    this.roster.daemonSet(daemonSet);
  }

  get fleet(): NonNullable<ReturnType<Roster['fleet']>> {
    const fleet = this.roster.fleet('monitoring/agent');
    if (!fleet) throw new Error('no fleet');
    return fleet;
  }

  get idle(): boolean {
    return this.#events.length === 0 && this.#answers.length === 0;
  }

  setNode(name: string, options: Parameters<typeof node>[1]): void {
    const next = node(name, options);
    this.nodes.set(name, next);
    this.#events.push(() => {
      this.seen.nodes.set(name, next);
      this.roster.node(next);
    });
  }

  /** Changes the node's Ready condition; node lifecycle taints a node that is down, and marks its pods not ready. */
  setHealth(name: string, ready: 'True' | 'False' | 'Unknown'): void {
    const before = this.nodes.get(name);
    if (!before) return;
    const key = ready === 'Unknown' ? 'unreachable' : 'not-ready';
    const outage = { key: `node.kubernetes.io/${key}`, effect: 'NoSchedule' as const };
    const others = (before.spec?.taints ?? []).filter((taint) => !taint.key.startsWith('node.kubernetes.io/'));
    this.setNode(name, {
      labels: before.metadata.labels ?? {},
      taints: ready === 'True' ? others : [...others, outage],
      ready,
    });
    if (ready === 'True') return;
    for (const pod of this.pods.values()) {
      if (targetNode(pod) === name && isReady(pod)) this.#putPod({ ...pod, status: { phase: 'Running' } });
    }
  }

  removeNode(name: string): void {
    const gone = this.nodes.get(name);
    if (!gone) return;
    this.nodes.delete(name);
    this.#events.push(() => {
      this.seen.nodes.delete(name);
      this.roster.removeNode(gone);
    });
  }

  setDaemonSet(change: (daemonSet: DaemonSet) => DaemonSet): void {
    const next = change(this.daemonSet);
    const generation = (this.daemonSet.metadata.generation ?? 0) + 1;
    this.#putDaemonSet({ ...next, metadata: { ...next.metadata, generation } });
  }

  deliver(count: number): void {
    for (const event of this.#events.splice(0, count)) event();
  }

  answer(count: number): void {
    for (const answer of this.#answers.splice(0, count)) answer();
  }

  /** One decision, carried out. `fail` says which calls the API refuses. */
  decide(fail: Chance, late: Chance): Decision {
    const decision = reconcile(this.fleet, this.now);
    for (const action of decision.actions) this.#act(action, fail, late);
    if (decision.statusChanged) this.#putDaemonSet({ ...this.daemonSet, status: decision.status });
    return decision;
  }

  /** Kubelets, scheduler and pod garbage collection take a step for every pod; answers whether anything changed. */
  run(slow: Chance): boolean {
    let moved = false;
    for (const pod of [...this.pods.values()]) {
      const on = targetNode(pod) ?? '';
      const health = healthOf(this.nodes.get(on));
      if (slow(2) || health === 'silent') continue;
      if (pod.metadata.deletionTimestamp || !this.nodes.has(on)) this.#remove(pod);
      else if (!pod.spec.nodeName) this.#putPod({ ...pod, spec: { ...pod.spec, nodeName: on } });
      else if (!this.#progress(pod, health === 'up')) continue;
      moved = true;
    }
    return moved;
  }

  #progress(pod: Pod, up: boolean): boolean {
    const image = pod.spec.containers[0]?.image ?? '';
    const phase = pod.status?.phase ?? 'Pending';
    if (phase === 'Pending') {
      this.#putPod({ ...pod, status: { phase: 'Running' } });
      return true;
    }
    if (phase !== 'Running' || pod.status?.conditions || !up) return false;
    if (this.fails.has(image)) this.#putPod({ ...pod, status: { phase: 'Failed' } });
    else if (this.neverReady.has(image)) return false;
    else {
      const ready = { type: 'Ready', status: 'True' as const, lastTransitionTime: formatTime(this.now) };
      this.#putPod({ ...pod, status: { phase: 'Running', conditions: [ready] } });
    }
    return true;
  }

  #act(action: Action, fail: Chance, late: Chance): void {
    switch (action.kind) {
      case 'create-pod':
        this.#create(action.node, action.pod, { fail, late });
        return;
      case 'delete-pod':
        this.#delete(action.pod.uid, fail);
        return;
      case 'create-revision': {
        const made = this.#stamped(action.revision, `revision-${++this.#serial}`);
        this.#putRevision(made);
        return;
      }
      case 'renumber-revision':
        this.#changeRevision(action.revision.uid, (revision) => ({ ...revision, revision: action.number }));
        return;
      case 'delete-revision': {
        const gone = this.revisions.get(action.revision.uid);
        if (!gone) return;
        this.revisions.delete(action.revision.uid);
        this.roster.removeRevision(gone);
        this.#events.push(() => this.roster.removeRevision(gone));
        return;
      }
      default:
        throw new Error(`the world knows no ${action.kind}`);
    }
  }

  #create(on: string, template: Pod, { fail, late }: { fail: Chance; late: Chance }): void {
    const { fleet } = this;
    fleet.expectCreate(on, this.now);
    const name = template.metadata.name ?? `${template.metadata.generateName}${++this.#serial}`;
    const taken = [...this.pods.values()].some((other) => other.metadata.name === name);
    if (taken || fail(5)) {
      fleet.createFailed(on, this.now, { nameTaken: taken });
      return;
    }
    const made = this.#stamped({ ...template, metadata: { ...template.metadata, name } }, `pod-${++this.#serial}`);
    this.pods.set(made.metadata.uid ?? '', made);
    this.#events.push(() => this.#showPod(made));
    const answer = (): void => {
      if (this.pods.has(made.metadata.uid ?? '') && !this.seen.pods.has(made.metadata.uid ?? '')) {
        this.seen.pods.set(made.metadata.uid ?? '', made);
      }
      fleet.created(made, this.now);
    };
    if (late(2)) this.#answers.push(answer);
    else answer();
  }

  #delete(uid: string, fail: Chance): void {
    const { fleet } = this;
    fleet.expectDelete(uid, this.now);
    const pod = this.pods.get(uid);
    if (!pod) {
      this.seen.pods.delete(uid);
      fleet.removePod(uid);
    } else if (fail(5)) fleet.deleteFailed(uid);
    else if (!pod.spec.nodeName) this.#remove(pod);
    else this.#putPod({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: formatTime(this.now + 30_000) } });
  }

  #remove(pod: Pod): void {
    this.pods.delete(pod.metadata.uid ?? '');
    this.#events.push(() => {
      this.seen.pods.delete(pod.metadata.uid ?? '');
      this.roster.removePod(pod);
    });
  }

  #putPod(pod: Pod): void {
    const next = this.#versioned(pod);
    this.pods.set(next.metadata.uid ?? '', next);
    this.#events.push(() => this.#showPod(next));
  }

  #showPod(pod: Pod): void {
    this.seen.pods.set(pod.metadata.uid ?? '', pod);
    this.roster.pod(pod);
  }

  #putRevision(revision: ControllerRevision): void {
    this.revisions.set(revision.metadata.uid ?? '', revision);
    this.roster.revision(revision);
    this.#events.push(() => this.roster.revision(revision));
  }

  #changeRevision(uid: string, change: (revision: ControllerRevision) => ControllerRevision): void {
    const revision = this.revisions.get(uid);
    if (revision) this.#putRevision(this.#versioned(change(revision)));
  }

  #putDaemonSet(daemonSet: DaemonSet): void {
    const next = this.#versioned(daemonSet);
    this.daemonSet = next;
    this.#events.push(() => this.roster.daemonSet(next));
  }

  #stamped<T extends KubeObject>(object: T, uid: string): T {
    const metadata = { ...object.metadata, uid, creationTimestamp: formatTime(this.now) };
    return this.#versioned({ ...object, metadata });
  }

  #versioned<T extends KubeObject>(object: T): T {
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#version) } };
  }

  /** An update of the DaemonSet that leaves its spec alone. */
  annotate(annotations: Record<string, string>): void {
    this.#putDaemonSet({ ...this.daemonSet, metadata: { ...this.daemonSet.metadata, annotations } });
  }

  get settings(): Settings {
    return this.#settings;
  }
}

function healthOf(node: Node | undefined): NodeHealth {
  return node ? healthOfNode(node) : 'up';
}
