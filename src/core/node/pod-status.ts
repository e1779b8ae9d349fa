/** A pod's life as `status` shows it, and read back from a status after a restart of the simulation. */
import type { Container, ContainerState, ContainerStatus, Pod, PodSpec, PodStatus } from '../kube/objects.ts';
import { qosClass } from '../kube/qos.ts';
import { formatTime, type Instant, parseTime } from '../kube/time.ts';
import { BACKOFF, type ContainerLife, crashMessage, type Exit, newContainer, type Stage } from './container-life.ts';
import { type ContainerRole, initRole, planRun, restarts } from './container-plan.ts';
import { podConditions, readConditionTimes } from './pod-conditions.ts';
import { podText } from './pod-life.ts';
import type { ConditionTimes, PodLife } from './pod-record.ts';
import { hexDigits } from './seeded.ts';
import type { Effects } from './simulation-rules.ts';

/** The whole status a kubelet would write. `nodeIp` is the node's `InternalIP`. */
export function podStatus(life: PodLife, pod: Pod, nodeIp: string): PodStatus {
  const { cause } = life.outcome ?? {};
  const generation = pod.metadata.generation;
  const refused = cause?.kind === 'reject';
  const hasInit = life.init.length > 0;
  return {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    phase: podPhase(life),
    ...(cause?.reason ? { reason: cause.reason } : {}),
    ...(cause?.message ? { message: cause.message } : {}),
    ...(refused ? {} : { conditions: podConditions(life, pod), hostIP: nodeIp, hostIPs: [{ ip: nodeIp }] }),
    ...(life.ip && hasNetwork(life) ? { podIP: life.ip, podIPs: [{ ip: life.ip }] } : {}),
    startTime: formatTime(life.startTime),
    ...(hasInit ? { initContainerStatuses: life.init.map((container) => containerStatus(container, pod, life)) } : {}),
    ...(refused ? {} : { containerStatuses: life.main.map((container) => containerStatus(container, pod, life)) }),
    qosClass: pod.status?.qosClass ?? qosClass(pod.spec),
  };
}

/** Pending until a main container has run, then Running until the outcome. */
function podPhase(life: PodLife): 'Pending' | 'Running' | 'Succeeded' | 'Failed' {
  if (life.outcome) return life.outcome.phase;
  const ran = life.main.some(
    ({ stage, last }) => stage.at === 'running' || stage.at === 'exited' || stage.at === 'back-off' || last !== undefined,
  );
  return ran ? 'Running' : 'Pending';
}

function hasNetwork(life: PodLife): boolean {
  return (
    life.times.PodReadyToStartContainers !== undefined &&
    [...life.init, ...life.main].some(({ stage }) => stage.at !== 'waiting' && stage.at !== 'creating')
  );
}

function containerStatus(life: ContainerLife, pod: Pod, podLife: PodLife): ContainerStatus {
  const container = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(({ name }) => name === life.name);
  const image = container?.image ?? '';
  const { stage, role } = life;
  const ran = stage.at === 'running' || stage.at === 'exited' || stage.at === 'back-off' || life.last !== undefined;
  const id = stage.at === 'running' ? stage.id : (exitOf(stage)?.id ?? life.last?.id);
  const running = stage.at === 'running';
  const doneInit = role === 'init' && stage.at === 'exited' && stage.exit.code === 0;
  return {
    name: life.name,
    state: containerState(life, pod, podLife),
    lastState: stage.at === 'back-off' ? terminated(stage.exit) : life.last ? terminated(life.last) : {},
    ready: doneInit || (running && stage.ready),
    restartCount: life.restartCount,
    image,
    imageID: ran ? imageId(image) : '',
    ...(id ? { containerID: id } : {}),
    started: role === 'init' ? (running ? stage.started : false) : running && stage.started,
  };
}

function containerState(life: ContainerLife, pod: Pod, podLife: PodLife): ContainerState {
  const { stage } = life;
  switch (stage.at) {
    case 'waiting':
      return { waiting: { reason: podLife.init.length > 0 ? 'PodInitializing' : 'ContainerCreating' } };
    case 'creating':
      return { waiting: { reason: life.role === 'main' ? 'ContainerCreating' : 'PodInitializing' } };
    case 'pull-failed':
      return { waiting: pullState(stage, life, pod) };
    case 'running':
      return { running: { startedAt: formatTime(stage.since) } };
    case 'exited':
      return terminated(stage.exit);
    case 'back-off':
      return { waiting: { reason: 'CrashLoopBackOff', message: crashMessage(life.name, stage.delay, podText(pod)) } };
  }
}

function pullState(
  stage: Extract<Stage, { at: 'pull-failed' }>,
  life: ContainerLife,
  pod: Pod,
): { reason: string; message: string } {
  if (!stage.backOff) return { reason: 'ErrImagePull', message: stage.error };
  const image = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(({ name }) => name === life.name)?.image ?? '';
  return { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ErrImagePull: ${stage.error}` };
}

function terminated(exit: Exit): ContainerState {
  return {
    terminated: {
      exitCode: exit.code,
      reason: exit.reason,
      ...(exit.message ? { message: exit.message } : {}),
      startedAt: exit.startedAt === undefined ? (null as unknown as string) : formatTime(exit.startedAt),
      finishedAt: exit.id === undefined ? (null as unknown as string) : formatTime(exit.finishedAt),
      ...(exit.id ? { containerID: exit.id } : {}),
    },
  };
}

function exitOf(stage: Stage): Exit | undefined {
  return stage.at === 'exited' || stage.at === 'back-off' ? stage.exit : undefined;
}

/** The digest form containerd reports: repository without tag, and a digest that belongs to the image. */
function imageId(image: string): string {
  const [reference = '', digest] = image.split('@');
  const slash = reference.lastIndexOf('/');
  const colon = reference.indexOf(':', slash + 1);
  const repository = colon < 0 ? reference : reference.slice(0, colon);
  const first = repository.split('/')[0] ?? '';
  const qualified =
    /[.:]|^localhost$/.test(first) && repository.includes('/')
      ? repository
      : `docker.io/${repository.includes('/') ? '' : 'library/'}${repository}`;
  return `${qualified}@${digest ?? `sha256:${hexDigits(image, 64)}`}`;
}

/** What a resumed pod needs besides its status. */
export interface ResumeScene {
  readonly now: Instant;
  readonly seed: string;
  effects(container: Container): Effects;
}

/** The life a status tells of: a kubelet that restarts finds its containers running. `undefined` where the pod was never admitted. */
export function resumed(pod: Pod, scene: ResumeScene): PodLife | undefined {
  const { status, spec } = pod;
  const startTime = parseTime(status?.startTime);
  if (!status || startTime === undefined) return undefined;
  const ended = status.phase === 'Succeeded' || status.phase === 'Failed' ? status.phase : undefined;
  const read = (container: Container, role: ContainerRole): ContainerLife => {
    const found = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].find(
      ({ name }) => name === container.name,
    );
    return found ? resumedContainer({ container, role, status: found, spec }, scene) : newContainer(container.name, role);
  };
  const times: ConditionTimes = readConditionTimes(status.conditions, parseTime);
  return {
    startTime,
    ...(status.podIP ? { ip: status.podIP } : {}),
    init: (spec.initContainers ?? []).map((container) => read(container, initRole(container))),
    main: spec.containers.map((container) => read(container, 'main')),
    ...(ended
      ? {
          outcome: {
            phase: ended,
            ...(status.reason ? { cause: { kind: 'evict', reason: status.reason, message: status.message ?? '' } } : {}),
          },
        }
      : {}),
    times,
  } as PodLife;
}

function resumedContainer(
  from: { container: Container; role: ContainerRole; status: ContainerStatus; spec: PodSpec },
  scene: ResumeScene,
): ContainerLife {
  const { container, role, status, spec } = from;
  const last = readExit(status.lastState);
  const base: ContainerLife = {
    name: container.name,
    role,
    restartCount: status.restartCount,
    stage: { at: 'waiting' },
    ...(last ? { last } : {}),
  };
  const since = parseTime(status.state?.running?.startedAt);
  if (since !== undefined) {
    const seed = `${scene.seed}/${container.name}/${status.restartCount}`;
    const plan = planRun({ container, role }, scene.effects(container), seed);
    return {
      ...base,
      stage: { at: 'running', since, id: status.containerID ?? '', plan, started: status.started ?? true, ready: status.ready },
    };
  }
  const exit = readExit(status.state);
  if (exit) {
    const restartAt = restarts(spec, container, role, exit.code) ? { restartAt: scene.now } : {};
    return { ...base, stage: { at: 'exited', exit, ...restartAt } };
  }
  if (status.state?.waiting?.reason === 'CrashLoopBackOff' && last) {
    const { last: _, ...rest } = base;
    const delay = Math.min(BACKOFF.initial * 2 ** Math.max(0, status.restartCount - 1), BACKOFF.max);
    const until = Math.max(scene.now, last.finishedAt + delay);
    return {
      ...rest,
      crash: { delay: Math.min(delay * 2, BACKOFF.max), at: until },
      stage: { at: 'back-off', exit: last, delay, until },
    };
  }
  return base;
}

function readExit(state: ContainerState | undefined): Exit | undefined {
  const given = state?.terminated;
  if (!given) return undefined;
  const startedAt = parseTime(given.startedAt);
  return {
    code: given.exitCode,
    reason: given.reason ?? '',
    ...(given.message ? { message: given.message } : {}),
    ...(startedAt === undefined ? {} : { startedAt }),
    finishedAt: parseTime(given.finishedAt) ?? 0,
    ...(given.containerID ? { id: given.containerID } : {}),
  };
}
