/** What `kubectl get pods` says of a pod: READY, STATUS, RESTARTS (upstream `printPod`). */
import type { ContainerStatus, Pod } from '../../../kube/objects.ts';
import { isSidecar } from '../../../kube/pod-resources.ts';
import { conditionOf, isReady, isTerminal } from '../../../kube/pod-state.ts';
import { type Instant, parseTime } from '../../../kube/time.ts';

export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  readonly status: string;
  readonly restarts: number;
  /** When a container last ended before a restart. */
  readonly lastRestart: Instant | undefined;
}

/** Restarts, and the newest end among them. */
interface Restarts {
  count: number;
  last: Instant | undefined;
}

interface InitSummary {
  /** `Init:…`, where start-up is not over. */
  readonly reason: string | undefined;
  readonly all: Restarts;
  readonly sidecars: Restarts;
  readonly ready: number;
}

export function summarize(pod: Pod): PodSummary {
  const sidecars = new Set((pod.spec.initContainers ?? []).filter(isSidecar).map((container) => container.name));
  const total = (pod.spec.containers ?? []).length + sidecars.size;
  const init = summarizeInit(pod, sidecars);
  const initialized = conditionOf(pod.status?.conditions, 'Initialized')?.status === 'True';
  let { ready } = init;
  let reason = init.reason ?? baseReason(pod);
  let restarts = init.all;
  if (init.reason === undefined || initialized) {
    restarts = init.sidecars;
    const main = summarizeMain(pod, restarts);
    ready += main.ready;
    reason = main.reason ?? reason;
    if (reason === 'Completed' && main.ready > 0) reason = isReady(pod) ? 'Running' : 'NotReady';
  }
  return { ready, total, status: deletionReason(pod) ?? reason, restarts: restarts.count, lastRestart: restarts.last };
}

function baseReason(pod: Pod): string {
  const gated = pod.status?.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated');
  return gated ? 'SchedulingGated' : pod.status?.reason || pod.status?.phase || '';
}

function deletionReason(pod: Pod): string | undefined {
  if (!pod.metadata.deletionTimestamp) return undefined;
  if (pod.status?.reason === 'NodeLost') return 'Unknown';
  return isTerminal(pod) ? undefined : 'Terminating';
}

function summarizeInit(pod: Pod, sidecars: ReadonlySet<string>): InitSummary {
  const all: Restarts = { count: 0, last: undefined };
  const ofSidecars: Restarts = { count: 0, last: undefined };
  let ready = 0;
  for (const [i, status] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const sidecar = sidecars.has(status.name);
    addRestarts(all, status);
    if (sidecar) addRestarts(ofSidecars, status);
    if (status.state?.terminated?.exitCode === 0) continue;
    if (sidecar && status.started) {
      if (status.ready) ready++;
      continue;
    }
    const total = pod.spec.initContainers?.length ?? 0;
    return { reason: `Init:${initReason(status) ?? `${i}/${total}`}`, all, sidecars: ofSidecars, ready };
  }
  return { reason: undefined, all, sidecars: ofSidecars, ready };
}

function initReason({ state }: ContainerStatus): string | undefined {
  if (state?.terminated) return endReason(state.terminated);
  const waiting = state?.waiting?.reason;
  return waiting && waiting !== 'PodInitializing' ? waiting : undefined;
}

function endReason({ reason, signal, exitCode }: { reason?: string; signal?: number; exitCode: number }): string {
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);
}

/** The first container that has something to say wins; restarts are added to `restarts`. */
function summarizeMain(pod: Pod, restarts: Restarts): { ready: number; reason: string | undefined } {
  let reason: string | undefined;
  let ready = 0;
  for (const status of (pod.status?.containerStatuses ?? []).toReversed()) {
    addRestarts(restarts, status);
    const { waiting, terminated, running } = status.state ?? {};
    if (waiting?.reason) reason = waiting.reason;
    else if (terminated) reason = endReason(terminated);
    else if (status.ready && running) ready++;
  }
  return { ready, reason };
}

function addRestarts(restarts: Restarts, status: ContainerStatus): void {
  restarts.count += status.restartCount ?? 0;
  const ended = parseTime(status.lastState?.terminated?.finishedAt);
  if (ended !== undefined && ended > (restarts.last ?? Number.NEGATIVE_INFINITY)) restarts.last = ended;
}
