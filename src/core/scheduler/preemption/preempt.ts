/** Preemption by priority: whose going would let a pod in that no node takes (upstream `preemption.Evaluator`). */
import { fraction } from '../../node/seeded.ts';
import type { ClusterState } from '../cluster-state.ts';
import { type Diagnosis, fitError } from '../diagnosis.ts';
import type { Filters } from '../filters/filters.ts';
import type { NodeInfo } from '../node-info.ts';
import { isBeingPreempted, type PodInfo } from '../pod-info.ts';
import type { Rejection } from '../rejection.ts';
import { pickCandidate } from './pick.ts';
import { type Candidate, victimsOn } from './victims.ts';

/** How many candidates are enough: a tenth of the nodes, but no fewer than this. */
const ENOUGH = 100;
const USELESS = 'Preemption is not helpful for scheduling';

/** The node to clear and who must go from it; or why preemption does not help, in upstream's words. */
export type Preemption =
  | { readonly node: string; readonly victims: readonly PodInfo[]; readonly demoted: readonly PodInfo[] }
  | { readonly message: string; readonly keepNomination: boolean };

/** The scene: what filtering found. */
export interface Failure {
  readonly cluster: ClusterState;
  readonly filters: Filters;
  readonly diagnosis: Diagnosis;
}

/** `demoted` are waiting pods of lower priority that had the node cleared for themselves and must look again. */
export function preempt(pod: PodInfo, failure: Failure): Preemption {
  const refusal = ineligible(pod, failure);
  if (refusal) return { message: `preemption: ${refusal}`, keepNomination: true };
  const { candidates, rejections } = tryNodes(pod, failure);
  const best = pickCandidate(candidates);
  if (best) {
    const waiting = [...failure.cluster.nominatedOn(best.node).values()];
    return { node: best.node, victims: best.victims, demoted: waiting.filter(({ priority }) => priority < pod.priority) };
  }
  const message = fitError({ total: failure.diagnosis.total, rejections, absent: USELESS });
  return { message: `preemption: ${message}`, keepNomination: false };
}

function ineligible(pod: PodInfo, { cluster, diagnosis }: Failure): string | undefined {
  if (pod.pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const nominated = cluster.nominationOf(pod.uid) ?? pod.pod.status?.nominatedNodeName;
  const node = nominated ? cluster.node(nominated) : undefined;
  if (!node || !isCurable(diagnosis, node.name)) return undefined;
  const leaving = [...node.pods.values()].some((other) => other.priority < pod.priority && isBeingPreempted(other));
  return leaving ? 'not eligible due to a terminating pod on the nominated node.' : undefined;
}

function isCurable({ rejections, beforehand }: Diagnosis, node: string): boolean {
  return beforehand === undefined && (rejections.get(node)?.curable ?? false);
}

function tryNodes(
  pod: PodInfo,
  { cluster, filters, diagnosis }: Failure,
): { candidates: Candidate[]; rejections: Map<string, Rejection> } {
  const candidates: Candidate[] = [];
  const rejections = new Map<string, Rejection>();
  const nodes: NodeInfo[] = [];
  for (const name of diagnosis.rejections.keys()) {
    const node = isCurable(diagnosis, name) ? cluster.node(name) : undefined;
    if (node) nodes.push(node);
  }
  const enough = Math.min(nodes.length, Math.max(ENOUGH, Math.trunc(nodes.length / 10)));
  const from = Math.trunc(fraction(pod.uid) * nodes.length);
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[(from + i) % nodes.length] as NodeInfo;
    const found = victimsOn(node, pod, { filters, cluster });
    if ('victims' in found) candidates.push(found);
    else rejections.set(node.name, found);
    if (candidates.length >= enough && candidates.some(({ breaking }) => breaking === 0)) break;
  }
  return { candidates, rejections };
}
