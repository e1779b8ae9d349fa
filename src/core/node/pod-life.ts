/**
 * The life of one pod on its node, from admission to its end: `advance(life, scene)` does what is due now and says what happened.
 * Init containers run in order, sidecars stay beside them, the others start together; a pod that is told to end takes its grace.
 */
import type { Container, Pod } from '../kube/objects.ts';
import type { Instant } from '../kube/time.ts';
import {
  beginContainer,
  type ContainerLife,
  type Exit,
  type Happening,
  type LogLine,
  newContainer,
  stageDue,
  stepContainer,
  stopContainer,
} from './container-life.ts';
import { DEFAULT_STOP, initRole } from './container-plan.ts';
import { nextConditionTimes } from './pod-conditions.ts';
import type { Cause, PodLife } from './pod-record.ts';
import { draw, type Effects } from './simulation-rules.ts';

/** The world a pod's step looks at, and where it tells what happened. */
export interface PodScene {
  readonly now: Instant;
  readonly pod: Pod;
  /** Makes draws differ from pod to pod and equal from run to run. */
  readonly seed: string;
  effects(container: Container): Effects;
  hasImage(image: string): boolean;
  tell(happening: Happening): void;
  write(line: LogLine): void;
}

/** A pod the node has just admitted. */
export function admitted(pod: Pod, ip: string | undefined, now: Instant): PodLife {
  const life: PodLife = {
    startTime: now,
    ...(ip === undefined ? {} : { ip }),
    init: (pod.spec.initContainers ?? []).map((container) => newContainer(container.name, initRole(container))),
    main: pod.spec.containers.map((container) => newContainer(container.name, 'main')),
    times: {},
  };
  return { ...life, times: nextConditionTimes(life, pod, now) };
}

/** A pod the node refuses: Failed at once, without a container. */
export function rejected(pod: Pod, cause: { reason: string; message: string }, now: Instant): PodLife {
  const life: PodLife = {
    startTime: now,
    init: [],
    main: [],
    outcome: { phase: 'Failed', cause: { kind: 'reject', reason: cause.reason, message: cause.message } },
    times: {},
  };
  return { ...life, times: nextConditionTimes(life, pod, now) };
}

/** Does everything due at `scene.now`; the same object where nothing was. */
export function advance(life: PodLife, scene: PodScene): PodLife {
  if (life.outcome) return life;
  let next = life.ending ? stepEnding(life, life.ending, scene) : stepContainers(life, scene);
  if (!next.ending && !next.outcome) next = concluded(next, scene);
  const times = nextConditionTimes(next, scene.pod, scene.now);
  return times === next.times ? next : { ...next, times };
}

/** When the pod does something by itself; absent: never. */
export function podDue(life: PodLife): Instant | undefined {
  if (life.outcome) return undefined;
  if (life.ending) return life.ending.until;
  let due: Instant | undefined;
  for (const list of [life.init, life.main]) {
    for (const container of list) {
      const at = stageDue(container.stage);
      if (at !== undefined && (due === undefined || at < due)) due = at;
    }
  }
  return due;
}

/** Tells a pod to end within `grace` seconds: preStop first, then SIGTERM, at the end SIGKILL. A shorter grace hurries one that is ending. */
export function beginEnding(life: PodLife, cause: Cause, scene: PodScene & { grace: number }): PodLife {
  const { now, grace } = scene;
  const last = now + grace * 1000;
  if (life.outcome) return life;
  if (life.ending) return life.ending.until <= last ? life : { ...life, ending: { ...life.ending, until: last, killed: true } };
  const running = [...life.init, ...life.main].filter((container) => container.stage.at === 'running');
  for (const container of running) {
    scene.tell({
      container: container.name,
      role: container.role,
      type: 'Normal',
      reason: 'Killing',
      message: `Stopping container ${container.name}`,
    });
    scene.write({ container: container.name, text: 'stopping' });
  }
  const wanted = running.length === 0 ? now : now + Math.max(...running.map((container) => stopTime(container, scene)));
  return { ...life, ending: { cause, until: Math.min(wanted, last), killed: wanted > last } };
}

function stopTime(life: ContainerLife, scene: PodScene): number {
  const container = containerOf(scene.pod, life.name);
  if (!container) return 0;
  const sleep = (container.lifecycle?.preStop as { sleep?: { seconds?: number } } | undefined)?.sleep?.seconds ?? 0;
  return sleep * 1000 + draw(scene.effects(container).stopDelay ?? DEFAULT_STOP, `${scene.seed}/${life.name}/stop`);
}

function stepEnding(life: PodLife, ending: NonNullable<PodLife['ending']>, scene: PodScene): PodLife {
  if (scene.now < ending.until) return life;
  const stop = { code: ending.killed || ending.cause.kind === 'evict' ? 137 : 0, now: scene.now };
  const main = life.main.map((container) => stopContainer(container, stop));
  const init = life.init.map((container) =>
    container.role === 'init' && container.stage.at === 'exited' ? container : stopContainer(container, stop),
  );
  const clean = ending.cause.kind === 'delete' && main.every((container) => exitOf(container)?.code === 0);
  const { ending: _, ...rest } = life;
  return { ...rest, init, main, outcome: { phase: clean ? 'Succeeded' : 'Failed', cause: ending.cause } };
}

function stepContainers(life: PodLife, scene: PodScene): PodLife {
  let changed = false;
  const step = (container: ContainerLife, since: Instant): ContainerLife => {
    const next = stepOne(container, scene, since);
    changed ||= next !== container;
    return next;
  };
  const init = [...life.init];
  let since = life.startTime;
  let blocked = false;
  for (const [index, container] of init.entries()) {
    if (blocked && container.stage.at === 'waiting') break;
    const next = step(container, index === 0 ? since : scene.now);
    init[index] = next;
    if (!initialized(next)) blocked = true;
    since = scene.now;
  }
  const started = life.main.some((container) => container.stage.at !== 'waiting');
  const main = blocked && !started ? life.main : life.main.map((container) => step(container, since));
  return changed ? { ...life, init, main } : life;
}

function stepOne(life: ContainerLife, scene: PodScene, since: Instant): ContainerLife {
  if (life.stage.at !== 'waiting') {
    const due = stageDue(life.stage);
    if (due === undefined || due > scene.now) return life;
  }
  const container = containerOf(scene.pod, life.name);
  if (!container) return life;
  const { now, pod } = scene;
  const inner = {
    now,
    spec: pod.spec,
    container,
    podText: podText(pod),
    seed: `${scene.seed}/${life.name}`,
    effects: scene.effects(container),
    imagePresent: scene.hasImage(container.image ?? ''),
    tell: scene.tell,
    write: scene.write,
  };
  return stepContainer(life.stage.at === 'waiting' ? beginContainer(life, inner, since) : life, inner);
}

/** A pod whose containers have all ended for good, or whose init containers failed for good, is over. */
function concluded(life: PodLife, scene: PodScene): PodLife {
  const failedInit = life.init.find((container) => container.role === 'init' && hasFailed(container));
  if (!failedInit && !(life.main.length > 0 && life.main.every(isFinal))) return life;
  const phase = !failedInit && life.main.every((container) => exitOf(container)?.code === 0) ? 'Succeeded' : 'Failed';
  const stop = { code: 0, now: scene.now };
  const init = life.init.map((container) => (container.role === 'sidecar' ? stopContainer(container, stop) : container));
  return { ...life, init, outcome: { phase } };
}

function initialized(life: ContainerLife): boolean {
  const { stage } = life;
  if (life.role === 'sidecar') return stage.at === 'running' && stage.started;
  return stage.at === 'exited' && stage.restartAt === undefined && stage.exit.code === 0;
}

function hasFailed(life: ContainerLife): boolean {
  return isFinal(life) && exitOf(life)?.code !== 0;
}

function isFinal(life: ContainerLife): boolean {
  return life.stage.at === 'exited' && life.stage.restartAt === undefined;
}

function exitOf(life: ContainerLife): Exit | undefined {
  return life.stage.at === 'exited' ? life.stage.exit : undefined;
}

/** `name_namespace(uid)`. */
export function podText(pod: Pod): string {
  const { name, namespace, uid } = pod.metadata;
  return `${name}_${namespace}(${uid})`;
}

function containerOf(pod: Pod, name: string): Container | undefined {
  return (
    pod.spec.containers.find((container) => container.name === name) ??
    pod.spec.initContainers?.find((container) => container.name === name)
  );
}
