/** All DaemonSets and their fleets: takes every event of the cluster in and answers which DaemonSets must be decided again. */
import type { ControllerRevision, DaemonSet, KubeObject, Node, Pod } from '../kube/objects.ts';
import type { Settings } from '../profile.ts';
import { canonicalJson } from './canonical-json.ts';
import { controllerOf } from './claims.ts';
import { Dependents, mayConcern, ownerUid } from './dependents.ts';
import { Fleet } from './fleet.ts';
import { sameForFleet } from './node-entry.ts';

const NOBODY: readonly string[] = [];

/** What a fleet offers for one kind of dependents. */
interface Port<T extends KubeObject> {
  readonly dependents: Dependents<T>;
  set(fleet: Fleet, object: T): boolean;
  remove(fleet: Fleet, uid: string): boolean;
}

/**
 * Every method answers the keys (`namespace/name`) of the DaemonSets to decide again. A pod event costs one look-up, and a
 * pass over the namespace's DaemonSets only where the pod has no owner; a node event costs one step a DaemonSet, and
 * nothing where neither labels, taints nor health changed.
 */
export class Roster {
  readonly #settings: Settings;
  readonly #fleets = new Map<string, Fleet>();
  readonly #byUid = new Map<string, string>();
  readonly #byNamespace = new Map<string, Set<string>>();
  readonly #nodes = new Map<string, Node>();
  readonly #pods: Port<Pod> = {
    dependents: new Dependents(),
    set: (fleet, pod) => fleet.setPod(pod),
    remove: (fleet, uid) => fleet.removePod(uid),
  };
  readonly #revisions: Port<ControllerRevision> = {
    dependents: new Dependents(),
    set: (fleet, revision) => fleet.setRevision(revision),
    remove: (fleet, uid) => fleet.removeRevision(uid),
  };

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** The fleet of a DaemonSet by key, `undefined` where there is no such DaemonSet. */
  fleet(key: string): Fleet | undefined {
    return this.#fleets.get(key);
  }

  /** All keys, in the order the DaemonSets came. */
  keys(): string[] {
    return [...this.#fleets.keys()];
  }

  /** All nodes, as the watch showed them last. */
  nodes(): IterableIterator<Node> {
    return this.#nodes.values();
  }

  daemonSet(daemonSet: DaemonSet): readonly string[] {
    const key = keyOf(daemonSet);
    const fleet = this.#fleets.get(key);
    if (fleet && sameIdentity(fleet.daemonSet, daemonSet)) return fleet.setDaemonSet(daemonSet) ? [key] : NOBODY;
    if (fleet) this.#forget(key, fleet);
    this.#enlist(key, daemonSet);
    return [key];
  }

  /** The key is answered so that the shell can drop what it holds for it. */
  removeDaemonSet(daemonSet: DaemonSet): readonly string[] {
    const key = keyOf(daemonSet);
    const fleet = this.#fleets.get(key);
    if (!fleet || fleet.uid !== (daemonSet.metadata.uid ?? '')) return NOBODY;
    this.#forget(key, fleet);
    return [key];
  }

  node(node: Node): readonly string[] {
    const name = node.metadata.name ?? '';
    const before = this.#nodes.get(name);
    this.#nodes.set(name, node);
    if (before && sameForFleet(before, node)) return NOBODY;
    return this.#each((fleet) => fleet.setNode(node));
  }

  removeNode(node: Node): readonly string[] {
    const name = node.metadata.name ?? '';
    if (!this.#nodes.delete(name)) return NOBODY;
    return this.#each((fleet) => fleet.removeNode(name));
  }

  pod(pod: Pod): readonly string[] {
    return this.#set(this.#pods, pod);
  }

  removePod(pod: Pod): readonly string[] {
    return this.#remove(this.#pods, pod);
  }

  revision(revision: ControllerRevision): readonly string[] {
    return this.#set(this.#revisions, revision);
  }

  removeRevision(revision: ControllerRevision): readonly string[] {
    return this.#remove(this.#revisions, revision);
  }

  #set<T extends KubeObject>(port: Port<T>, object: T): readonly string[] {
    const uid = object.metadata.uid ?? '';
    const before = port.dependents.get(uid);
    if (!before && !mayConcern(object)) return NOBODY;
    const targets = this.#targets(object);
    const again = targets.filter((key) => this.#told(key, (fleet) => port.set(fleet, object)));
    for (const key of before?.known ?? NOBODY) {
      if (!targets.includes(key) && this.#told(key, (fleet) => port.remove(fleet, uid))) again.push(key);
    }
    if (mayConcern(object)) port.dependents.put(object, new Set(targets));
    else port.dependents.remove(uid);
    return again;
  }

  #remove<T extends KubeObject>(port: Port<T>, object: T): readonly string[] {
    const uid = object.metadata.uid ?? '';
    const known = port.dependents.remove(uid)?.known ?? [];
    const owner = this.#byUid.get(ownerUid(object) ?? '');
    const keys = owner === undefined || [...known].includes(owner) ? [...known] : [...known, owner];
    return keys.filter((key) => this.#told(key, (fleet) => port.remove(fleet, uid)));
  }

  /** The owner, or every DaemonSet of the namespace whose selector matches an orphan. */
  #targets(object: KubeObject): string[] {
    const owner = controllerOf(object);
    if (owner) {
      const key = this.#byUid.get(owner.uid);
      return key === undefined ? [] : [key];
    }
    const keys = [...(this.#byNamespace.get(object.metadata.namespace ?? '') ?? NOBODY)];
    return keys.filter((key) => this.#fleets.get(key)?.selects(object.metadata.labels));
  }

  #told(key: string, tell: (fleet: Fleet) => boolean): boolean {
    const fleet = this.#fleets.get(key);
    return fleet !== undefined && tell(fleet);
  }

  #each(tell: (fleet: Fleet) => boolean): string[] {
    return this.keys().filter((key) => this.#told(key, tell));
  }

  /** Builds a fleet from everything known. */
  #enlist(key: string, daemonSet: DaemonSet): void {
    const fleet = new Fleet(daemonSet, this.#settings);
    const namespace = daemonSet.metadata.namespace ?? '';
    this.#fleets.set(key, fleet);
    this.#byUid.set(fleet.uid, key);
    this.#byNamespace.set(namespace, (this.#byNamespace.get(namespace) ?? new Set()).add(key));
    for (const node of this.#nodes.values()) fleet.setNode(node);
    this.#offer(this.#pods, { key, fleet, namespace });
    this.#offer(this.#revisions, { key, fleet, namespace });
  }

  #offer<T extends KubeObject>(port: Port<T>, to: { key: string; fleet: Fleet; namespace: string }): void {
    const orphans = port.dependents.orphans(to.namespace).filter((object) => to.fleet.selects(object.metadata.labels));
    for (const object of [...port.dependents.ownedBy(to.fleet.uid), ...orphans]) {
      port.set(to.fleet, object);
      port.dependents.tell(object.metadata.uid ?? '', to.key);
    }
  }

  #forget(key: string, fleet: Fleet): void {
    const namespace = fleet.daemonSet.metadata.namespace ?? '';
    this.#fleets.delete(key);
    this.#byUid.delete(fleet.uid);
    const listed = this.#byNamespace.get(namespace);
    listed?.delete(key);
    if (listed?.size === 0) this.#byNamespace.delete(namespace);
  }
}

/** `namespace/name`, the key of the queue. */
function keyOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`;
}

/** A fleet holds for one UID and one selector. */
function sameIdentity(a: DaemonSet, b: DaemonSet): boolean {
  if (a.metadata.uid !== b.metadata.uid) return false;
  return a.spec.selector === b.spec.selector || canonicalJson(a.spec.selector) === canonicalJson(b.spec.selector);
}
