/** The conditions a kubelet keeps on a pod, with reasons and messages of upstream `pkg/kubelet/status/generate.go`. */
import type { Condition, Pod } from '../kube/objects.ts';
import { formatTime, type Instant } from '../kube/time.ts';
import type { ContainerLife } from './container-life.ts';
import { CONDITION_TYPES, type ConditionTimes, type ConditionType, type PodLife } from './pod-record.ts';

interface Judgement {
  readonly status: boolean;
  readonly reason?: string;
  readonly message?: string;
}

/** The times after a step: a condition keeps its instant while its status stays; the same object where all do. */
export function nextConditionTimes(life: PodLife, pod: Pod, now: Instant): ConditionTimes {
  let next: Record<string, { status: boolean; since: Instant }> | undefined;
  for (const type of CONDITION_TYPES) {
    const { status } = judge(type, life, pod);
    if (life.times[type]?.status !== status) {
      next ??= { ...life.times };
      next[type] = { status, since: now };
    }
  }
  return next ?? life.times;
}

/** The conditions to write, `DisruptionTarget` first where the node ended the pod. */
export function podConditions(life: PodLife, pod: Pod): Condition[] {
  const generation = pod.metadata.generation;
  const observed = generation === undefined ? {} : { observedGeneration: generation };
  const conditions: Condition[] = [];
  const disruption = (life.outcome?.cause ?? life.ending?.cause)?.disruption;
  if (disruption !== undefined) {
    const since = life.times.Ready?.since ?? life.startTime;
    const lastTransitionTime = formatTime(since);
    conditions.push({
      type: 'DisruptionTarget',
      ...observed,
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime,
      reason: 'TerminationByKubelet',
      message: disruption,
    });
  }
  for (const type of CONDITION_TYPES) {
    const { status, reason, message } = judge(type, life, pod);
    conditions.push({
      type,
      ...observed,
      status: status ? 'True' : 'False',
      lastProbeTime: null,
      lastTransitionTime: formatTime(life.times[type]?.since ?? life.startTime),
      ...(reason ? { reason } : {}),
      ...(message ? { message } : {}),
    });
  }
  return conditions;
}

/** The `PodReadyToStartContainers`, … status of a pod that resumes, read back from its status. */
export function readConditionTimes(
  conditions: readonly Condition[] | undefined,
  parse: (text: string | undefined) => Instant | undefined,
): ConditionTimes {
  const times: Partial<Record<ConditionType, { status: boolean; since: Instant }>> = {};
  for (const condition of conditions ?? []) {
    const since = parse(condition.lastTransitionTime);
    if ((CONDITION_TYPES as readonly string[]).includes(condition.type) && since !== undefined) {
      times[condition.type as ConditionType] = { status: condition.status === 'True', since };
    }
  }
  return times;
}

function judge(type: ConditionType, life: PodLife, pod: Pod): Judgement {
  switch (type) {
    case 'PodScheduled':
      return { status: true };
    case 'PodReadyToStartContainers':
      return { status: !life.outcome && [...life.init, ...life.main].some((container) => hasSandbox(container)) };
    case 'Initialized':
      return initialized(life);
    case 'ContainersReady':
      return containersReady(life);
    case 'Ready':
      return ready(life, pod);
  }
}

function hasSandbox({ stage }: ContainerLife): boolean {
  return stage.at !== 'waiting' && stage.at !== 'creating';
}

function initialized(life: PodLife): Judgement {
  if (life.outcome?.phase === 'Succeeded') return { status: true, reason: 'PodCompleted' };
  if (life.main.some((container) => container.stage.at === 'running' || container.restartCount > 0)) return { status: true };
  const incomplete = life.init.filter((container) => !isInitialized(container)).map((container) => container.name);
  if (incomplete.length === 0) return { status: true };
  return {
    status: false,
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${incomplete.join(' ')}]`,
  };
}

function isInitialized({ role, stage }: ContainerLife): boolean {
  if (role === 'sidecar') return stage.at === 'running' && stage.started;
  return stage.at === 'exited' && stage.exit.code === 0;
}

function containersReady(life: PodLife): Judgement {
  if (life.outcome) return { status: false, reason: life.outcome.phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' };
  const unready = [...life.init.filter((container) => container.role === 'sidecar'), ...life.main]
    .filter(({ stage }) => !(stage.at === 'running' && stage.ready))
    .map((container) => container.name);
  if (unready.length === 0) return { status: true };
  return { status: false, reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
}

function ready(life: PodLife, pod: Pod): Judgement {
  const containers = containersReady(life);
  const gates = pod.spec.readinessGates ?? [];
  if (!containers.status || gates.length === 0) return containers;
  const messages: string[] = [];
  for (const { conditionType } of gates) {
    const found = pod.status?.conditions?.find((condition) => condition.type === conditionType);
    if (!found) messages.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`);
    else if (found.status !== 'True')
      messages.push(`the status of pod readiness gate "${conditionType}" is not "True", but ${found.status}`);
  }
  return messages.length === 0
    ? { status: true }
    : { status: false, reason: 'ReadinessGatesNotReady', message: messages.join(', ') };
}
