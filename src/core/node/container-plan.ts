/** One run of one simulated container, laid out at its start: when it has started, is ready, and ends. */
import type { Container, PodSpec, Probe } from '../kube/objects.ts';
import type { Millis } from '../kube/time.ts';
import { parseQuantityNumber } from './amount.ts';
import { draw, type Effects, type Span } from './simulation-rules.ts';

/** `init` runs to its end, `sidecar` is an init container with `restartPolicy: Always`, `main` is any other. */
export type ContainerRole = 'init' | 'sidecar' | 'main';

interface RunEnd {
  /** From the start. */
  readonly after: Millis;
  readonly code: number;
  /** `Completed`, `Error` or `OOMKilled`. */
  readonly reason: string;
  /** Set where the liveness probe ends it. */
  readonly probe?: string;
}

export interface RunPlan {
  /** From the start until the startup probe has passed. */
  readonly startedAfter: Millis;
  /** From the start until ready; absent means never. */
  readonly readyAfter?: Millis;
  readonly end?: RunEnd;
  /** Bytes in use at the start, and growth per second. */
  readonly memory?: { readonly base: number; readonly growth: number };
}

/** Delays of containers no rule speaks of. */
export const DEFAULT_START: Span = { from: 200, to: 800 };
export const DEFAULT_STOP: Span = { from: 50, to: 150 };
const DEFAULT_INIT_RUN: Span = { from: 100, to: 100 };

/** The role of an init container. */
export function initRole(container: Container): ContainerRole {
  return container.restartPolicy === 'Always' ? 'sidecar' : 'init';
}

/** Whether a container that ended with `code` is started again. Container-level policies win over the pod's. */
export function restarts(spec: PodSpec, container: Container, role: ContainerRole, code: number): boolean {
  if (role === 'sidecar') return true;
  const policy = container.restartPolicy ?? spec.restartPolicy ?? 'Always';
  if (policy === 'Never') return false;
  if (policy === 'OnFailure' || role === 'init') return code !== 0;
  return true;
}

/** Lays a run out. `seed` makes the draws: equal seeds, equal runs. */
export function planRun(subject: { container: Container; role: ContainerRole }, effects: Effects, seed: string): RunPlan {
  const { container, role } = subject;
  const startedAfter = container.startupProbe ? probeDelay(container.startupProbe) : 0;
  const readiness = container.readinessProbe ? probeDelay(container.readinessProbe) : 0;
  const readyDelay = effects.readyDelay ? draw(effects.readyDelay, `${seed}/ready`) : 0;
  const end = earliestEnd(subject, effects, seed);
  const memory =
    effects.memory === undefined && effects.memoryGrowth === undefined
      ? undefined
      : { base: effects.memory ?? 0, growth: effects.memoryGrowth ?? 0 };
  return {
    startedAfter,
    ...(effects.neverReady || role === 'init' ? {} : { readyAfter: startedAfter + Math.max(readiness, readyDelay) }),
    ...(end ? { end } : {}),
    ...(memory ? { memory } : {}),
  };
}

function earliestEnd({ container, role }: { container: Container; role: ContainerRole }, effects: Effects, seed: string) {
  const ends: RunEnd[] = [];
  const exit = (after: Millis, code: number): RunEnd => ({ after, code, reason: code === 0 ? 'Completed' : 'Error' });
  if (effects.crashAfter) ends.push(exit(draw(effects.crashAfter, `${seed}/crash`), effects.exitCode ?? 1));
  const runFor = effects.runFor ?? (role === 'init' && !effects.crashAfter ? DEFAULT_INIT_RUN : undefined);
  if (runFor) ends.push(exit(draw(runFor, `${seed}/run`), effects.crashAfter ? 0 : (effects.exitCode ?? 0)));
  const oom = memoryEnd(container, effects);
  if (oom) ends.push(oom);
  const { livenessProbe } = container;
  if (effects.unhealthyAfter && livenessProbe) {
    const after = draw(effects.unhealthyAfter, `${seed}/unhealthy`);
    const failing = (livenessProbe.failureThreshold ?? 3) * (livenessProbe.periodSeconds ?? 10) * 1000;
    ends.push({ after: after + failing, code: 137, reason: 'Error', probe: probeFailure('Liveness', livenessProbe) });
  }
  return ends.reduce<RunEnd | undefined>((best, next) => (best && best.after <= next.after ? best : next), undefined);
}

function memoryEnd(container: Container, effects: Effects): RunEnd | undefined {
  const text = container.resources?.limits?.memory;
  const limit = text === undefined ? undefined : parseQuantityNumber(text);
  if (limit === undefined || (effects.memory === undefined && effects.memoryGrowth === undefined)) return undefined;
  const base = effects.memory ?? 0;
  const growth = effects.memoryGrowth ?? 0;
  const oom = (after: Millis): RunEnd => ({ after, code: 137, reason: 'OOMKilled' });
  if (base > limit) return oom(0);
  return growth > 0 ? oom(Math.ceil(((limit - base) / growth) * 1000)) : undefined;
}

/** From the start of probing to the verdict of a probe that always succeeds. */
function probeDelay(probe: Probe): Millis {
  const repeats = Math.max(0, (probe.successThreshold ?? 1) - 1);
  return ((probe.initialDelaySeconds ?? 0) + repeats * (probe.periodSeconds ?? 10)) * 1000;
}

/** The message of the `Unhealthy` event, by the kind of handler. */
export function probeFailure(kind: 'Liveness' | 'Readiness' | 'Startup', probe: Probe): string {
  if (probe.httpGet) return `${kind} probe failed: HTTP probe failed with statuscode: 503`;
  if (probe.tcpSocket) return `${kind} probe failed: dial tcp: connect: connection refused`;
  if (probe.grpc) return `${kind} probe failed: service unhealthy (responded with "NOT_SERVING")`;
  return `${kind} probe failed: `;
}
