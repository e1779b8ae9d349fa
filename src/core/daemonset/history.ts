/** The recorded revisions of one DaemonSet, and what must be done to them (upstream `constructHistory` and `cleanupHistory`). */
import type { ControllerRevision, DaemonSet } from '../kube/objects.ts';
import { type Instant, parseTime } from '../kube/time.ts';
import { type Claim, type Claimant, claimOf } from './claims.ts';
import type { Action, RevisionRef } from './decision.ts';
import { numericVersion } from './pod-facts.ts';
import { revisionName } from './pod-name.ts';
import { hashLabelOf, hashOf, newRevision, recordedKey, revisionHash } from './revision.ts';

interface Recorded {
  readonly revision: ControllerRevision;
  readonly claim: Claim;
  readonly hash: string;
  /** The recorded template, to be compared by meaning. */
  readonly key: string | undefined;
}

export interface HistoryPlan {
  /** The hash of the present template: the value that marks a pod as up to date. */
  readonly hash: string;
  /** When the current revision was recorded; 0 where it is not yet, or is not known. */
  readonly since: Instant;
  /** Adoptions, releases, the new revision, renumbering: before anything else. */
  readonly actions: readonly Action[];
  /** A hash collision must be resolved first: no pod may be made or judged by this hash. */
  readonly blocked: boolean;
  /** What `status.collisionCount` becomes, where it must be raised. */
  readonly collisionCount: number | undefined;
  /** Old hash → present hash, for pods that carry the hash of a duplicate. */
  readonly relabel: ReadonlyMap<string, string>;
  /** Every claimed revision but the current one, lowest number first. */
  readonly old: readonly { readonly ref: RevisionRef; readonly hash: string; readonly number: number }[];
  /** Duplicates of the current one, to be deleted once no pod carries their hash. */
  readonly duplicates: readonly { readonly ref: RevisionRef; readonly hash: string }[];
}

export class History {
  readonly #recorded = new Map<string, Recorded>();
  readonly #namesTaken = new Set<string>();

  /** Takes a revision in; answers whether anything changed. Stale states are ignored. */
  set(revision: ControllerRevision, claimant: Claimant): boolean {
    const uid = revision.metadata.uid ?? '';
    const there = this.#recorded.get(uid);
    const claim = revision.metadata.deletionTimestamp ? 'none' : claimOf(revision, claimant);
    if (there && !isNewer(revision, there.revision)) return false;
    if (claim === 'none') return this.#recorded.delete(uid);
    this.#recorded.set(uid, { revision, claim, hash: hashOf(revision), key: recordedKey(revision) });
    return true;
  }

  remove(uid: string): boolean {
    return this.#recorded.delete(uid);
  }

  /** The API refused to create a revision of that name, and the one that has it is not ours or records another template. */
  nameTaken(name: string): void {
    this.#namesTaken.add(name);
  }

  /** Whether there is nothing to know of yet. */
  get size(): number {
    return this.#recorded.size;
  }

  /** What to do for the DaemonSet's present template, whose key is `key`. */
  plan(daemonSet: DaemonSet, key: string): HistoryPlan {
    const all = [...this.#recorded.values()].sort(byNumber);
    const actions = [...all.flatMap(claimAction), ...all.flatMap(labelling)];
    const claimed = all.filter(({ claim }) => claim !== 'releasing');
    const same = claimed.filter((recorded) => recorded.key === key);
    const older = claimed.filter((recorded) => recorded.key !== key);
    const wanted = Math.max(0, ...older.map(({ revision }) => revision.revision)) + 1;
    const old = older.map((recorded) => ({ ref: refOf(recorded), hash: recorded.hash, number: recorded.revision.revision }));
    const current = same.at(-1);
    if (!current) return { ...NOTHING, ...this.#missing(daemonSet, { key, wanted, actions }), old };
    if (current.revision.revision < wanted) actions.push(renumber(current, wanted));
    const duplicates = same.slice(0, -1).map((recorded) => ({ ref: refOf(recorded), hash: recorded.hash }));
    const relabel = new Map(duplicates.filter(({ hash }) => hash !== current.hash).map(({ hash }) => [hash, current.hash]));
    const since = parseTime(current.revision.metadata.creationTimestamp) ?? 0;
    return { ...NOTHING, hash: current.hash, since, actions, relabel, old, duplicates };
  }

  #missing(
    daemonSet: DaemonSet,
    of: { key: string; wanted: number; actions: Action[] },
  ): Partial<HistoryPlan> & { hash: string; actions: Action[] } {
    const count = daemonSet.status?.collisionCount;
    const hash = revisionHash(of.key, count);
    const name = revisionName(daemonSet.metadata.name ?? '', hash);
    const collides =
      this.#namesTaken.has(name) || [...this.#recorded.values()].some(({ revision }) => revision.metadata.name === name);
    if (!collides) {
      const because = { code: 'TemplateNotRecorded', message: `The pod template is new; it becomes revision ${of.wanted}.` };
      return {
        hash,
        actions: [...of.actions, { kind: 'create-revision', revision: newRevision(daemonSet, hash, of.wanted), because }],
      };
    }
    const next = (count ?? 0) + 1;
    const because = { code: 'HashCollision', message: `A revision named ${name} exists with another template.` };
    return {
      hash,
      actions: [...of.actions, { kind: 'raise-collision-count', count: next, because }],
      blocked: true,
      collisionCount: next,
    };
  }
}

const NOTHING: Omit<HistoryPlan, 'hash' | 'actions'> = {
  since: 0,
  blocked: false,
  collisionCount: undefined,
  relabel: new Map(),
  old: [],
  duplicates: [],
};

/** Old revisions beyond `revisionHistoryLimit`, lowest first, except those that a claimed pod still carries. */
export function surplusRevisions(plan: HistoryPlan, limit: number, alive: (hash: string) => boolean): Action[] {
  const actions: Action[] = [];
  for (const { ref, hash } of plan.duplicates) {
    if (alive(hash) && plan.relabel.has(hash)) continue;
    actions.push({
      kind: 'delete-revision',
      revision: ref,
      because: { code: 'DuplicateRevision', message: 'Another revision records the same template.' },
    });
  }
  let surplus = plan.old.length - limit;
  for (const { ref, hash } of plan.old) {
    if (surplus <= 0) break;
    if (alive(hash)) continue;
    surplus--;
    actions.push({
      kind: 'delete-revision',
      revision: ref,
      because: { code: 'HistoryLimit', message: `More than ${limit} old revisions are kept.` },
    });
  }
  return actions;
}

function claimAction(recorded: Recorded): Action[] {
  const { claim, revision } = recorded;
  const ref = refOf(recorded);
  if (claim === 'adopting') {
    return [
      {
        kind: 'adopt-revision',
        revision: ref,
        because: { code: 'OrphanRevision', message: `Revision ${revision.metadata.name} matches the selector and has no owner.` },
      },
    ];
  }
  if (claim !== 'releasing') return [];
  return [
    {
      kind: 'release-revision',
      revision: ref,
      because: { code: 'SelectorMismatch', message: `Revision ${revision.metadata.name} no longer matches the selector.` },
    },
  ];
}

/** Upstream labels a revision that lacks the hash with its own name, by which it is known from then on. */
function labelling(recorded: Recorded): Action[] {
  if (recorded.claim === 'releasing' || hashLabelOf(recorded.revision) !== undefined) return [];
  const ref = refOf(recorded);
  const because = { code: 'HashLabelMissing', message: `Revision ${ref.name} lacks the label that says its hash.` };
  return [{ kind: 'label-revision', revision: ref, hash: recorded.hash, because }];
}

function renumber(recorded: Recorded, number: number): Action {
  const message = `The template of revision ${recorded.revision.revision} is in use again.`;
  return { kind: 'renumber-revision', revision: refOf(recorded), number, because: { code: 'RevisionInUseAgain', message } };
}

function refOf({ revision }: Recorded): RevisionRef {
  return { name: revision.metadata.name ?? '', uid: revision.metadata.uid ?? '' };
}

/** Lowest number first; of equal numbers the youngest first, so that the eldest is the last and kept. */
function byNumber(a: Recorded, b: Recorded): number {
  const age = (recorded: Recorded): number => parseTime(recorded.revision.metadata.creationTimestamp) ?? 0;
  const name = (recorded: Recorded): string => recorded.revision.metadata.name ?? '';
  return a.revision.revision - b.revision.revision || age(b) - age(a) || (name(a) < name(b) ? 1 : name(a) > name(b) ? -1 : 0);
}

function isNewer(next: ControllerRevision, there: ControllerRevision): boolean {
  const a = numericVersion(next.metadata.resourceVersion);
  const b = numericVersion(there.metadata.resourceVersion);
  return a === undefined || b === undefined || a > b;
}
