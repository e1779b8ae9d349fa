/** Which pods of a ReplicaSet go first when it shrinks (upstream `controller_utils.go`, `ActivePodsWithRanks`). */
import type { Container, ContainerStatus, Pod } from '../../kube/objects.ts';
import { conditionOf, isReady } from '../../kube/pod-state.ts';
import { type Instant, parseTime } from '../../kube/time.ts';
import { isActive } from '../objects.ts';

/** An integer of 32 bits; pods of the lower cost are deleted first (KEP-2255). */
const COST_ANNOTATION = 'controller.kubernetes.io/pod-deletion-cost';
const PHASE_ORDER: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** A pod with everything its rank is made of, read once. */
interface Candidate {
  readonly pod: Pod;
  readonly unassigned: boolean;
  readonly phase: number;
  readonly ready: boolean;
  readonly cost: number;
  /** Active pods of the same Deployment (or ReplicaSet) on its node. */
  readonly neighbours: number;
  readonly readySince: number | undefined;
  readonly restarts: number;
  readonly sidecarRestarts: number;
  readonly age: number | undefined;
}

/**
 * The `count` pods to delete. `related` are the pods of all ReplicaSets with the same controller: a node with many of them
 * loses one first. Ages are compared by order of magnitude (KEP-2185), equals by UID.
 */
export function victims(pods: readonly Pod[], related: Iterable<Pod>, { count, now }: { count: number; now: Instant }): Pod[] {
  if (count >= pods.length) return [...pods];
  const onNode = new Map<string, number>();
  for (const pod of related) {
    if (!isActive(pod)) continue;
    const node = pod.spec.nodeName ?? '';
    onNode.set(node, (onNode.get(node) ?? 0) + 1);
  }
  const candidates = pods.map((pod) => candidate(pod, onNode.get(pod.spec.nodeName ?? '') ?? 0, now));
  // By UID first: what the comparison leaves open must not depend on the order in which the pods are listed.
  return candidates
    .sort(byUid)
    .sort(compare)
    .slice(0, count)
    .map(({ pod }) => pod);
}

function candidate(pod: Pod, neighbours: number, now: Instant): Candidate {
  const { spec, status, metadata } = pod;
  const sidecars = new Set((spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
  return {
    pod,
    unassigned: !spec.nodeName,
    phase: PHASE_ORDER[status?.phase ?? ''] ?? 0,
    ready: isReady(pod),
    cost: deletionCost(metadata.annotations?.[COST_ANNOTATION]),
    neighbours,
    readySince: magnitude(conditionOf(status?.conditions, 'Ready')?.lastTransitionTime, now),
    restarts: most(status?.containerStatuses),
    sidecarRestarts: most(status?.initContainerStatuses?.filter(({ name }) => sidecars.has(name))),
    age: magnitude(metadata.creationTimestamp, now),
  };
}

function compare(a: Candidate, b: Candidate): number {
  if (a.unassigned !== b.unassigned) return a.unassigned ? -1 : 1;
  if (a.phase !== b.phase) return a.phase - b.phase;
  if (a.ready !== b.ready) return a.ready ? 1 : -1;
  if (a.cost !== b.cost) return a.cost - b.cost;
  if (a.neighbours !== b.neighbours) return b.neighbours - a.neighbours;
  const [readyA, readyB] = [readyTime(a.pod), readyTime(b.pod)];
  if (a.ready && readyA !== readyB) return younger(a, b, [a.readySince, b.readySince]);
  if (a.restarts !== b.restarts) return b.restarts - a.restarts;
  if (a.sidecarRestarts !== b.sidecarRestarts) return b.sidecarRestarts - a.sidecarRestarts;
  if (a.pod.metadata.creationTimestamp !== b.pod.metadata.creationTimestamp) return younger(a, b, [a.age, b.age]);
  return 0;
}

/** The one of the smaller magnitude first, one without a time before all; equals by UID. */
function younger(a: Candidate, b: Candidate, [ageA, ageB]: [number | undefined, number | undefined]): number {
  if (ageA === undefined || ageB === undefined) return ageA === ageB ? 0 : ageA === undefined ? -1 : 1;
  if (ageA !== ageB) return ageA - ageB;
  return byUid(a, b);
}

function byUid(a: Candidate, b: Candidate): number {
  return (a.pod.metadata.uid ?? '') < (b.pod.metadata.uid ?? '') ? -1 : 1;
}

function readyTime({ status }: Pod): string | undefined {
  return conditionOf(status?.conditions, 'Ready')?.lastTransitionTime;
}

/** The power of two of nanoseconds that have passed, -1 where none have. */
function magnitude(since: string | null | undefined, now: Instant): number | undefined {
  const at = parseTime(since);
  if (at === undefined) return undefined;
  return now > at ? Math.floor(Math.log2((now - at) * 1e6)) : -1;
}

/** 0 where the annotation is absent or no canonical 32-bit integer. */
function deletionCost(text: string | undefined): number {
  if (text === undefined || !/^(0|-?[1-9][0-9]{0,9})$/.test(text)) return 0;
  const cost = Number(text);
  return cost >= -(2 ** 31) && cost < 2 ** 31 ? cost : 0;
}

function isSidecar({ restartPolicy }: Container): boolean {
  return restartPolicy === 'Always';
}

function most(statuses: readonly ContainerStatus[] = []): number {
  return statuses.reduce((max, { restartCount }) => Math.max(max, restartCount), 0);
}
