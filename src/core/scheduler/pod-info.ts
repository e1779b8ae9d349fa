/** A pod as the scheduler counts it. */
import type { Container, Pod, PodSpec } from '../kube/objects.ts';
import { conditionOf } from '../kube/pod-state.ts';
import { parseTime } from '../kube/time.ts';
import { podAmounts } from '../node/amount.ts';
import { type Tenant, tenantOf } from '../node/tenant.ts';
import { compilePodTerms, type PodTerms } from './pod-terms.ts';

/** What spreading counts for a container that requests nothing, so that such pods spread too (upstream `GetNonzeroRequests`). */
const ASSUMED = { cpu: '100m', memory: '200000000' } as const;

/** What a pod takes of the resources that are scored: milli-cpu and bytes. */
export interface Footprint {
  readonly cpu: number;
  readonly memory: number;
}

export interface PodInfo {
  readonly pod: Pod;
  readonly uid: string;
  readonly tenant: Tenant;
  readonly priority: number;
  /** Requests, with a share assumed for what containers leave open. */
  readonly footprint: Footprint;
  readonly terms: PodTerms;
}

/** Counts a pod up, once for its whole life in the scheduler. */
export function podInfoOf(pod: Pod): PodInfo {
  const tenant = tenantOf(pod);
  return {
    pod,
    uid: tenant.uid,
    tenant,
    priority: tenant.priority,
    footprint: footprint(pod.spec, tenant),
    terms: compilePodTerms(pod),
  };
}

/**
 * The info of a newer state of the same pod: counted anew only where the spec's generation or the labels changed, so that the many
 * status updates of a running pod cost nothing. `undefined` of `before` counts anew.
 */
export function updatedInfo(pod: Pod, before: PodInfo | undefined): PodInfo {
  return before && countsTheSame(pod, before.pod) ? { ...before, pod } : podInfoOf(pod);
}

/** Whether two states of a pod are the same to the scheduler, status and deletion aside. */
export function countsTheSame(a: Pod, b: Pod): boolean {
  if (a.spec !== b.spec && (a.metadata.generation === undefined || a.metadata.generation !== b.metadata.generation)) return false;
  const [left, right] = [a.metadata.labels ?? {}, b.metadata.labels ?? {}];
  if (left === right) return true;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => left[key] === right[key]);
}

function footprint(spec: PodSpec, { amounts }: Tenant): Footprint {
  const complete = ({ resources }: Container) => resources?.requests?.cpu && resources.requests.memory;
  const all = spec.containers.every(complete) && (spec.initContainers ?? []).every(complete);
  const { cpu = 0, memory = 0 } = all ? amounts : podAmounts(filledIn(spec));
  return { cpu, memory };
}

function filledIn(spec: PodSpec): PodSpec {
  const fill = (container: Container): Container => ({
    ...container,
    resources: { ...container.resources, requests: { ...ASSUMED, ...container.resources?.requests } },
  });
  const initContainers = spec.initContainers?.map(fill);
  return { ...spec, containers: spec.containers.map(fill), ...(initContainers ? { initContainers } : {}) };
}

/**
 * Whether one pod goes after another where one of the two must go: the higher priority stays, then the one that started earlier
 * (upstream `MoreImportantPod`). Negative where `a` is the more important; the UID settles the rest.
 */
export function byImportance(a: PodInfo, b: PodInfo): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  const [left, right] = [startOf(a), startOf(b)];
  if (left !== right) return left < right ? -1 : 1;
  return a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : 0;
}

/** When a pod started; pods that did not are the youngest. */
export function startOf({ pod }: PodInfo): number {
  return parseTime(pod.status?.startTime) ?? Number.POSITIVE_INFINITY;
}

/** Whether a pod is on its way out because a scheduler preempted it (upstream `podTerminatingByPreemption`). */
export function isBeingPreempted({ pod }: PodInfo): boolean {
  if (!pod.metadata.deletionTimestamp) return false;
  const target = conditionOf(pod.status?.conditions, 'DisruptionTarget');
  return target?.status === 'True' && target.reason === 'PreemptionByScheduler';
}

/** Whether a pod is the default scheduler's to place now: unbound, staying, ungated, and asking for no other scheduler. */
export function wantsPlacing({ metadata, spec, status }: Pod): boolean {
  return (
    !spec.nodeName &&
    !metadata.deletionTimestamp &&
    (spec.schedulerName || 'default-scheduler') === 'default-scheduler' &&
    (spec.schedulingGates?.length ?? 0) === 0 &&
    status?.phase !== 'Succeeded' &&
    status?.phase !== 'Failed'
  );
}
