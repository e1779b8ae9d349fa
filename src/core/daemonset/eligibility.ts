/** Which nodes a DaemonSet wants: its placement rules compiled once a revision, asked for each node. */
import { compileNodeAffinity } from '../kube/node-affinity.ts';
import type { DaemonSet, Node, Taint, Toleration } from '../kube/objects.ts';
import { formatTaint, tolerates, untolerated } from '../kube/taints.ts';
import { formatTime, type Instant, parseTime } from '../kube/time.ts';
import type { Settings } from '../profile.ts';
import type { Reason, Verdict } from './decision.ts';
import { podTolerations, shortest } from './tolerations.ts';

/** Placement rules of one DaemonSet revision, ready to be asked. */
export interface Rules {
  /** Template `spec.nodeName`, empty where any node will do. */
  readonly nodeName: string;
  readonly tolerations: readonly Toleration[];
  /** Whether a node whose outage outlasts the toleration is out until it recovers (handbook profile). */
  readonly outagesEnd: boolean;
  affinity(node: Node): Reason[];
}

/** A verdict with the instant at which it changes by the passing of time alone, if it does. */
export interface Judgement extends Verdict {
  readonly changesAt?: Instant;
}

const ROOT = 'spec.template.spec';
const EFFECTS = ['NoSchedule', 'NoExecute'] as const;
const ELIGIBLE: Reason = { code: 'Eligible', message: 'Every placement rule of the DaemonSet accepts the node.' };
const ACCEPTED: Judgement = { run: true, keep: true, because: [ELIGIBLE] };

/** Compiles the placement rules of a DaemonSet's template, injected tolerations included. */
export function compileRules(daemonSet: DaemonSet, settings: Settings): Rules {
  const spec = daemonSet.spec.template.spec;
  return {
    nodeName: spec.nodeName ?? '',
    tolerations: podTolerations(spec, settings),
    outagesEnd: settings.outageTolerance !== 'forever',
    affinity: compileNodeAffinity(spec, ROOT),
  };
}

/**
 * Judges one node. Template `nodeName`, `nodeSelector` and required affinity decide about creating and keeping;
 * an untolerated `NoSchedule` taint only about creating, `NoExecute` about both (upstream `NodeShouldRunDaemonPod`).
 * An outage that outlasts the toleration stops creating and leaves an existing pod to the taint eviction, which would
 * otherwise take turns with us. Conditions, capacity and `spec.unschedulable` play no part.
 */
export function judge(rules: Rules, node: Node, now: Instant): Judgement {
  const because: Reason[] = [];
  const name = node.metadata.name ?? '';
  if (rules.nodeName !== '' && rules.nodeName !== name) because.push(otherNode(rules.nodeName, name));
  because.push(...rules.affinity(node));
  const fits = because.length === 0;
  const taints = node.spec?.taints ?? [];
  if (fits && taints.length === 0) return ACCEPTED;
  const blocking = untolerated(rules.tolerations, taints, EFFECTS);
  because.push(...blocking.map((taint) => taintReason(taint, name)));
  const outage = rules.outagesEnd ? outages(rules.tolerations, taints, now) : NO_OUTAGE;
  because.push(...outage.because);
  const run = because.length === 0;
  const keep = fits && !blocking.some((taint) => taint.effect === 'NoExecute');
  const verdict = run ? ACCEPTED : { run, keep, because };
  return outage.changesAt === undefined ? verdict : { ...verdict, changesAt: outage.changesAt };
}

interface Outage {
  readonly because: readonly Reason[];
  readonly changesAt?: Instant;
}

const NO_OUTAGE: Outage = { because: [] };

/** Tolerated `NoExecute` taints whose time is up, and the next instant at which one's will be. */
function outages(tolerations: readonly Toleration[], taints: readonly Taint[], now: Instant): Outage {
  const because: Reason[] = [];
  let changesAt: Instant | undefined;
  for (const taint of taints) {
    if (taint.effect !== 'NoExecute') continue;
    const seconds = shortest(tolerations.filter((toleration) => tolerates(toleration, taint)));
    const since = parseTime(taint.timeAdded);
    if (seconds === undefined || since === undefined) continue;
    const end = since + seconds * 1000;
    if (end <= now) because.push(outageReason(taint, since, seconds));
    else if (changesAt === undefined || end < changesAt) changesAt = end;
  }
  return changesAt === undefined ? { because } : { because, changesAt };
}

function otherNode(wanted: string, name: string): Reason {
  return {
    code: 'NodeNameMismatch',
    message: `The template names node ${wanted}, and this node is ${name}.`,
    field: `${ROOT}.nodeName`,
    subject: wanted,
    remedy: `Remove ${ROOT}.nodeName; a nodeSelector or node affinity selects nodes.`,
  };
}

function taintReason(taint: Taint, node: string): Reason {
  const subject = formatTaint(taint);
  const consequence =
    taint.effect === 'NoExecute' ? 'no pod may run here' : 'no pod is created here; one that runs already stays';
  const value = taint.value ? `operator: Equal, value: ${JSON.stringify(taint.value)}` : 'operator: Exists';
  return {
    code: 'UntoleratedTaint',
    message: `The node has taint ${subject}, which no toleration covers: ${consequence}.`,
    field: `${ROOT}.tolerations`,
    subject,
    remedy: `tolerations: [{key: ${taint.key}, ${value}, effect: ${taint.effect}}], or kubectl taint node ${node} ${taint.key}:${taint.effect}-`,
  };
}

function outageReason(taint: Taint, since: Instant, seconds: number): Reason {
  return {
    code: 'OutageOutlastsToleration',
    message: `The node has had taint ${formatTaint(taint)} since ${formatTime(since)}, longer than the ${seconds} s the pod tolerates it: it gets no pod until it recovers.`,
    field: `${ROOT}.tolerations`,
    subject: formatTaint(taint),
    remedy: `Repair the node, or write a toleration for ${taint.key}:${taint.effect} without tolerationSeconds.`,
  };
}
