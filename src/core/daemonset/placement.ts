/** What one node needs: a pod to be made, pods to be removed, or nothing (upstream `podsShouldBeOnNode`). */
import type { Instant } from '../kube/time.ts';
import type { BackOff } from './back-off.ts';
import type { PodRef, Reason, Verdict } from './decision.ts';
import type { NodeEntry, PodEntry } from './node-entry.ts';
import { factsAvailableAt } from './pod-facts.ts';

/** What placement depends on besides the node's own entry. */
export interface PlacementContext {
  readonly hash: string;
  readonly minReadySeconds: number;
  /** RollingUpdate with a `maxSurge` above 0: a second pod may stand beside the first. */
  readonly surge: boolean;
  /** Of pods that are one too many an available one is kept before an older one: coverage never drops (hard budget). */
  readonly careful: boolean;
  readonly backOff: BackOff;
  readonly now: Instant;
}

interface Removal {
  readonly pod: PodRef;
  readonly because: Reason;
}

/** `removals` are of this node's pods, eldest first. `waitUntil`: a failed pod is left alone until then. */
export interface Placement {
  readonly create: Reason | undefined;
  readonly removals: readonly Removal[];
  readonly waitUntil: Instant | undefined;
}

const NOTHING: Placement = { create: undefined, removals: [], waitUntil: undefined };
const NONE: readonly Removal[] = [];

/** Decides for one node from its verdict and its counted pods, which come eldest first. */
export function place(entry: NodeEntry, pods: readonly PodEntry[], context: PlacementContext): Placement {
  const verdict = entry.judgement;
  if (!entry.node || !verdict) return vanished(pods);
  if (!verdict.keep) {
    const because = notEligible(verdict);
    return removing(pods.filter(removable).map((pod) => ({ pod: pod.facts.ref, because })));
  }
  if (pods.length > 0) return settled(entry, pods, context);
  return verdict.run && mayCreate(entry, context.now) ? { ...NOTHING, create: missing(entry.name) } : NOTHING;
}

/** The node is gone: bound pods are the pod garbage collector's, unbound ones nobody else's. */
function vanished(pods: readonly PodEntry[]): Placement {
  const unbound = pods.filter((pod) => !pod.facts.bound && removable(pod));
  return removing(
    unbound.map((pod) => removal(pod, 'NodeGone', 'The node that the pod is for does not exist, and the pod was never bound.')),
  );
}

function settled(entry: NodeEntry, pods: readonly PodEntry[], context: PlacementContext): Placement {
  const removals: Removal[] = [];
  const running: PodEntry[] = [];
  let waitUntil: Instant | undefined;
  for (const pod of pods) {
    if (isLeaving(pod)) continue;
    const { phase } = pod.facts;
    if (phase === 'active') running.push(pod);
    else if (pod.facts.claim !== 'owned') continue;
    else if (phase === 'Succeeded') removals.push(ended(pod, entry.name));
    else {
      waitUntil = context.backOff.until(entry.name, context.now);
      if (waitUntil === undefined) removals.push(ended(pod, entry.name));
    }
  }
  removals.push(...(context.surge ? surgeSurplus(running, context) : duplicates(running, context)));
  const wanted = context.surge && running.length === 0 && waitUntil === undefined && entry.judgement?.run === true;
  const create = wanted && mayCreate(entry, context.now) ? missing(entry.name) : undefined;
  return { create, removals: removals.filter(({ pod }) => isOurs(pods, pod.uid)), waitUntil };
}

/** Without surge the eldest stays; with care the eldest that is available. */
function duplicates(running: readonly PodEntry[], context: PlacementContext): readonly Removal[] {
  if (running.length < 2) return NONE;
  const kept = preferred(running, context);
  return running
    .filter((pod) => pod !== kept)
    .map((pod) => removal(pod, 'DuplicatePod', 'The node has another daemon pod already.'));
}

/** Which of several pods stays; they come eldest first. */
function preferred(pods: readonly PodEntry[], { careful, minReadySeconds, now }: PlacementContext): PodEntry | undefined {
  if (!careful || pods.length < 2) return pods[0];
  const available = (pod: PodEntry): boolean => (factsAvailableAt(pod.facts, minReadySeconds) ?? now + 1) <= now;
  return pods.find(available) ?? pods.find((pod) => pod.facts.ready) ?? pods[0];
}

/** With surge the eldest of the new and the eldest of the old revision stay, until the new one can take over. */
function surgeSurplus(running: readonly PodEntry[], context: PlacementContext): readonly Removal[] {
  if (running.length < 2) return NONE;
  const { hash, minReadySeconds, now } = context;
  const fresh = preferred(
    running.filter((pod) => pod.facts.hash === hash),
    context,
  );
  const old = preferred(
    running.filter((pod) => pod.facts.hash !== hash),
    context,
  );
  const surplus = running
    .filter((pod) => pod !== fresh && pod !== old)
    .map((pod) => removal(pod, 'DuplicatePod', 'The node has another daemon pod in this place already.'));
  if (!fresh || !old) return surplus;
  const at = factsAvailableAt(fresh.facts, minReadySeconds);
  if (!old.facts.ready)
    surplus.push(removal(old, 'OutdatedPodNotReady', 'The outdated pod is not ready, and the node has an updated one.'));
  else if (at !== undefined && at <= now)
    surplus.push(removal(old, 'SurgeComplete', 'The updated pod of the node is available.'));
  return surplus;
}

function mayCreate(entry: NodeEntry, now: Instant): boolean {
  return !entry.createAsked && (entry.createHeldUntil === undefined || entry.createHeldUntil <= now);
}

/** Being deleted, or asked to be. */
export function isLeaving(pod: PodEntry): boolean {
  return pod.facts.deleting || pod.deleteAsked;
}

/** Only what is surely ours is removed; an orphan is adopted first. */
function removable(pod: PodEntry): boolean {
  return pod.facts.claim === 'owned' && !isLeaving(pod);
}

function isOurs(pods: readonly PodEntry[], uid: string): boolean {
  return pods.some(({ facts }) => facts.ref.uid === uid && facts.claim === 'owned');
}

function removing(removals: readonly Removal[]): Placement {
  return removals.length === 0 ? NOTHING : { create: undefined, removals, waitUntil: undefined };
}

function removal(pod: PodEntry, code: string, message: string): Removal {
  return { pod: pod.facts.ref, because: { code, message } };
}

/** The rule that speaks against an existing pod, kept with its field and subject. */
function notEligible({ because }: Verdict): Reason {
  const rule = because.find(({ code, subject }) => code !== 'UntoleratedTaint' || subject?.endsWith(':NoExecute'));
  const message = `The node is not eligible. ${rule?.message ?? ''}`.trim();
  return { ...rule, code: 'NodeNotEligible', message };
}

function missing(node: string): Reason {
  return { code: 'PodMissing', message: `Node ${node} is eligible and has no daemon pod.` };
}

/** Upstream's event texts for pods that have ended. */
function ended(pod: PodEntry, node: string): Removal {
  const { ref, phase } = pod.facts;
  const [code, found] =
    phase === 'Failed' ? ['FailedDaemonPod', 'failed daemon pod'] : ['SucceededDaemonPod', 'succeeded daemon pod'];
  const attempt = phase === 'Failed' ? 'will try to kill it' : 'will try to delete it';
  return removal(pod, code, `Found ${found} ${ref.namespace}/${ref.name} on node ${node}, ${attempt}`);
}
