/** One decision being carried out: what every step of it needs, and the one way to send a request. */
import { ApiError } from '../core/api/api-error.ts';
import type { Fleet } from '../core/daemonset/fleet.ts';
import type { DaemonSet } from '../core/kube/objects.ts';
import { DAEMONSETS } from '../core/kube/resource.ts';
import type { Clock, KubeApi, Log } from '../ports.ts';
import type { EventRecorder } from './events.ts';
import { type ControllerMetrics, count } from './metrics.ts';

export interface PassContext {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventRecorder;
  readonly metrics: ControllerMetrics;
}

export interface Pass extends PassContext {
  readonly fleet: Fleet;
  /** The state that was decided upon. */
  readonly daemonSet: DaemonSet;
  /** True once nothing more may be sent: the controller stopped, lost leadership, or the DaemonSet is gone. */
  over(): boolean;
}

/** The pass ended because nothing more may be sent. Nobody's failure: not logged, not retried. */
export class PassOver extends Error {
  constructor() {
    super('the pass is over');
    this.name = 'PassOver';
  }
}

/** Sends one request of the pass and counts it under `kind`. Throws `PassOver` instead of sending when the pass is over. */
export async function send<T>(pass: Pass, kind: string, request: (api: KubeApi) => Promise<T>): Promise<T> {
  if (pass.over()) throw new PassOver();
  count(pass.metrics.actions, kind);
  try {
    return await request(pass.api);
  } catch (error) {
    count(pass.metrics.failures, kind);
    throw error;
  }
}

/** The namespace everything of the DaemonSet lives in. */
export function namespaceOf(pass: Pass): string {
  return pass.daemonSet.metadata.namespace ?? 'default';
}

/** The DaemonSet as the API has it now, past every cache. */
export function liveDaemonSet(pass: Pass): Promise<DaemonSet> {
  const { name = '' } = pass.daemonSet.metadata;
  return send(pass, 'get-daemonset', (api) => api.get<DaemonSet>(DAEMONSETS, { namespace: namespaceOf(pass), name }));
}

/** Whether the API answered with one of these codes. */
export function refusedWith(error: unknown, ...codes: number[]): boolean {
  return error instanceof ApiError && codes.includes(error.code);
}

/** Runs the steps side by side and waits for all; throws the first failure, with the number of others in its message. */
export async function allOf(steps: readonly Promise<void>[]): Promise<void> {
  const failures = (await Promise.allSettled(steps)).flatMap((step) =>
    step.status === 'rejected' ? [step.reason as unknown] : [],
  );
  const serious = failures.filter((failure) => !(failure instanceof PassOver));
  const [first] = serious.length > 0 ? serious : failures;
  if (first === undefined) return;
  if (serious.length < 2) throw first;
  throw new Error(`${first instanceof Error ? first.message : String(first)} (and ${serious.length - 1} more)`, { cause: first });
}
