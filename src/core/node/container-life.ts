/**
 * The life of one simulated container: creation, image pull and its back-off, the run, the end, the restart and its back-off.
 * Upstream: `kuberuntime_manager.go` (doBackOff), `image_manager.go`; delays 10 s doubling to 300 s, a container that ran
 * 10 minutes starts afresh, the first restart is immediate.
 */
import type { Container, PodSpec } from '../kube/objects.ts';
import type { Instant, Millis } from '../kube/time.ts';
import { type ContainerRole, DEFAULT_START, planRun, probeFailure, type RunPlan, restarts } from './container-plan.ts';
import { formatDuration } from './duration.ts';
import { hexDigits } from './seeded.ts';
import { draw, type Effects } from './simulation-rules.ts';

export interface Exit {
  readonly code: number;
  readonly reason: string;
  readonly message?: string;
  /** Absent for a container that never ran. */
  readonly startedAt?: Instant;
  readonly finishedAt: Instant;
  readonly id?: string;
}

export type Stage =
  /** Its turn has not come. */
  | { readonly at: 'waiting' }
  | { readonly at: 'creating'; readonly until: Instant }
  | { readonly at: 'pull-failed'; readonly error: string; readonly backOff: boolean; readonly until: Instant }
  | {
      readonly at: 'running';
      readonly since: Instant;
      readonly id: string;
      readonly plan: RunPlan;
      readonly started: boolean;
      readonly ready: boolean;
    }
  | { readonly at: 'exited'; readonly exit: Exit; readonly restartAt?: Instant }
  | { readonly at: 'back-off'; readonly exit: Exit; readonly delay: Millis; readonly until: Instant };

export interface ContainerLife {
  readonly name: string;
  readonly role: ContainerRole;
  readonly restartCount: number;
  readonly stage: Stage;
  readonly last?: Exit;
  /** The crash back-off entry: the delay the next crash waits, and when it was set. */
  readonly crash?: { readonly delay: Millis; readonly at: Instant };
  /** The delay the next failed pull waits. */
  readonly pullDelay?: Millis;
}

/** What happened, for events and for the log. */
export interface Happening {
  readonly container?: string;
  readonly role?: ContainerRole;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export interface LogLine {
  readonly container: string;
  readonly text: string;
  /** Starts a new run: the lines so far become those of the previous one. */
  readonly restart?: boolean;
}

/** Everything a step of one container may look at, and where it tells what happened. */
export interface ContainerScene {
  readonly now: Instant;
  readonly spec: PodSpec;
  readonly container: Container;
  /** `name_namespace(uid)`, as kubelet messages write it. */
  readonly podText: string;
  readonly seed: string;
  readonly effects: Effects;
  /** Whether the node already has the image. */
  readonly imagePresent: boolean;
  tell(happening: Happening): void;
  write(line: LogLine): void;
}

export const BACKOFF = { initial: 10_000, max: 300_000, forget: 600_000, pullError: 2_000, restart: 1_000 } as const;

/** A container whose turn has not come. */
export function newContainer(name: string, role: ContainerRole): ContainerLife {
  return { name, role, restartCount: 0, stage: { at: 'waiting' } };
}

/** Its turn has come: creation begins and ends after `startDelay`. */
export function beginContainer(life: ContainerLife, scene: ContainerScene, since: Instant): ContainerLife {
  const delay = draw(scene.effects.startDelay ?? DEFAULT_START, `${scene.seed}/start`);
  return { ...life, stage: { at: 'creating', until: since + delay } };
}

/** Does what is due at `scene.now`; the same object where nothing is. */
export function stepContainer(life: ContainerLife, scene: ContainerScene): ContainerLife {
  const { stage } = life;
  const due = stageDue(stage);
  if (due === undefined || due > scene.now) return life;
  switch (stage.at) {
    case 'creating':
      return createOrFail(life, scene);
    case 'pull-failed':
      return stage.backOff ? createOrFail(life, scene) : pullBackOff(life, stage, scene);
    case 'running':
      return stepRunning(life, stage, scene);
    case 'exited':
    case 'back-off':
      return startContainer({ ...life, last: stage.exit, restartCount: life.restartCount + 1 }, scene);
    case 'waiting':
      return life;
  }
}

/** When a container does something by itself; absent: never. */
export function stageDue(stage: Stage): Instant | undefined {
  switch (stage.at) {
    case 'creating':
    case 'pull-failed':
    case 'back-off':
      return stage.until;
    case 'exited':
      return stage.restartAt;
    case 'waiting':
      return undefined;
    case 'running': {
      const { plan, since, started, ready } = stage;
      const next = [started ? undefined : plan.startedAfter, ready ? undefined : plan.readyAfter, plan.end?.after].filter(
        (after): after is number => after !== undefined,
      );
      return next.length > 0 ? since + Math.min(...next) : undefined;
    }
  }
}

/** Ends a container that is being stopped; one that never ran is reported as the kubelet does (`ContainerStatusUnknown`). */
export function stopContainer(life: ContainerLife, exit: { code: number; now: Instant }): ContainerLife {
  const { stage } = life;
  if (stage.at === 'exited') return stage.restartAt === undefined ? life : { ...life, stage: { at: 'exited', exit: stage.exit } };
  if (stage.at === 'back-off') return { ...life, stage: { at: 'exited', exit: stage.exit } };
  if (stage.at !== 'running') {
    const message = 'The container could not be located when the pod was terminated';
    return {
      ...life,
      stage: { at: 'exited', exit: { code: 137, reason: 'ContainerStatusUnknown', message, finishedAt: exit.now } },
    };
  }
  const reason = exit.code === 0 ? 'Completed' : 'Error';
  return {
    ...life,
    stage: { at: 'exited', exit: { code: exit.code, reason, startedAt: stage.since, finishedAt: exit.now, id: stage.id } },
  };
}

/** The message of the `CrashLoopBackOff` waiting reason. */
export function crashMessage(name: string, delay: Millis, podText: string): string {
  return `back-off ${formatDuration(delay)} restarting failed container=${name} pod=${podText}`;
}

function createOrFail(life: ContainerLife, scene: ContainerScene): ContainerLife {
  const { container, effects, now } = scene;
  const image = container.image ?? '';
  const pulls = container.imagePullPolicy === 'Always' || (!scene.imagePresent && container.imagePullPolicy !== 'Never');
  if (pulls) tell(life, scene, ['Normal', 'Pulling', `Pulling image "${image}"`]);
  if (effects.pullError === undefined || !pulls) return startContainer(life, scene);
  const error = `failed to pull and unpack image "${image}": ${effects.pullError}`;
  tell(life, scene, ['Warning', 'Failed', `Failed to pull image "${image}": ${error}`]);
  tell(life, scene, ['Warning', 'Failed', 'Error: ErrImagePull']);
  return { ...life, stage: { at: 'pull-failed', error, backOff: false, until: now + BACKOFF.pullError } };
}

function pullBackOff(life: ContainerLife, stage: Extract<Stage, { at: 'pull-failed' }>, scene: ContainerScene): ContainerLife {
  const delay = life.pullDelay ?? BACKOFF.initial;
  tell(life, scene, ['Normal', 'BackOff', `Back-off pulling image "${scene.container.image ?? ''}"`]);
  tell(life, scene, ['Warning', 'Failed', 'Error: ImagePullBackOff']);
  const until = stage.until - BACKOFF.pullError + delay;
  return {
    ...life,
    pullDelay: Math.min(delay * 2, BACKOFF.max),
    stage: { ...stage, backOff: true, until: Math.max(until, scene.now) },
  };
}

function startContainer(life: ContainerLife, scene: ContainerScene): ContainerLife {
  const { container, now, seed } = scene;
  const image = container.image ?? '';
  const pulled = scene.imagePresent && container.imagePullPolicy !== 'Always';
  if (pulled)
    tell(life, scene, [
      'Normal',
      'Pulled',
      `Container image "${image}" already present on machine and can be accessed by the pod`,
    ]);
  else {
    const took = formatDuration(draw(DEFAULT_START, `${seed}/pull`));
    const size = 5_000_000 + draw({ from: 0, to: 95_000_000 }, image);
    tell(life, scene, [
      'Normal',
      'Pulled',
      `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${size} bytes.`,
    ]);
  }
  tell(life, scene, ['Normal', 'Created', 'Container created']);
  tell(life, scene, ['Normal', 'Started', 'Container started']);
  scene.write({ container: life.name, text: `started ${image}`, restart: true });
  for (const text of scene.effects.log ?? []) scene.write({ container: life.name, text });
  const plan = planRun({ container, role: life.role }, scene.effects, `${seed}/${life.restartCount}`);
  const { pullDelay: _, ...rest } = life;
  const started = {
    at: 'running',
    since: now,
    id: `containerd://${hexDigits(`${seed}/${life.restartCount}`, 64)}`,
    plan,
  } as const;
  const next: ContainerLife = { ...rest, stage: { ...started, started: false, ready: false } };
  if (plan.readyAfter === undefined && container.readinessProbe && life.role !== 'init') {
    tell(life, scene, ['Warning', 'Unhealthy', probeFailure('Readiness', container.readinessProbe)]);
    scene.write({ container: life.name, text: 'readiness probe failed' });
  }
  return stepContainer(next, scene);
}

function stepRunning(life: ContainerLife, stage: Extract<Stage, { at: 'running' }>, scene: ContainerScene): ContainerLife {
  const age = scene.now - stage.since;
  const { plan } = stage;
  if (plan.end && age >= plan.end.after) return endRun(life, stage, scene);
  const started = stage.started || age >= plan.startedAfter;
  const ready = stage.ready || (started && plan.readyAfter !== undefined && age >= plan.readyAfter);
  if (ready && !stage.ready) scene.write({ container: life.name, text: 'ready' });
  return { ...life, stage: { ...stage, started, ready } };
}

function endRun(life: ContainerLife, stage: Extract<Stage, { at: 'running' }>, scene: ContainerScene): ContainerLife {
  const end = stage.plan.end;
  if (!end) return life;
  if (end.probe) {
    tell(life, scene, ['Warning', 'Unhealthy', end.probe]);
    tell(life, scene, ['Normal', 'Killing', `Container ${life.name} failed liveness probe, will be restarted`]);
  }
  scene.write({ container: life.name, text: `exited with code ${end.code} (${end.reason})` });
  const exit: Exit = { code: end.code, reason: end.reason, startedAt: stage.since, finishedAt: scene.now, id: stage.id };
  if (!restarts(scene.spec, scene.container, life.role, end.code)) return { ...life, stage: { at: 'exited', exit } };
  const { crash } = life;
  if (!crash || scene.now - crash.at > BACKOFF.forget) {
    const stageNow: Stage = { at: 'exited', exit, restartAt: scene.now + BACKOFF.restart };
    return { ...life, crash: { delay: BACKOFF.initial, at: scene.now + BACKOFF.restart }, stage: stageNow };
  }
  const { delay } = crash;
  tell(life, scene, ['Warning', 'BackOff', `Back-off restarting failed container ${life.name} in pod ${scene.podText}`]);
  const until = scene.now + delay;
  return {
    ...life,
    crash: { delay: Math.min(delay * 2, BACKOFF.max), at: until },
    stage: { at: 'back-off', exit, delay, until },
  };
}

function tell(life: ContainerLife, scene: ContainerScene, [type, reason, message]: ['Normal' | 'Warning', string, string]): void {
  scene.tell({ container: life.name, role: life.role, type, reason, message });
}
