/** Pod statuses on their way to the API: the newest per pod, few in flight, tried again while the API is away. */
import { ApiError } from '../core/api/api-error.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import { type ObjectKey, PODS } from '../core/kube/resource.ts';
import type { Clock, KubeApi, Log } from '../ports.ts';

/** What to write for a pod now; made when its turn comes, so that the newest state goes out. */
export interface PodReport {
  readonly key: ObjectKey;
  readonly uid: string;
  /** Absent where only the removal is left. */
  readonly status?: unknown;
  /** The pod has ended and its object goes too. */
  readonly remove: boolean;
}

const LIMITS = { inFlight: 256, firstRetry: 500, lastRetry: 10_000 } as const;

export class StatusWriter {
  readonly #world: { api: KubeApi; clock: Clock; log: Log };
  readonly #report: (uid: string) => PodReport | undefined;
  readonly #dirty = new Set<string>();
  readonly #busy = new Set<string>();
  #failures = 0;
  #pausedUntil: (() => void) | undefined;
  #stopped = false;
  #marked = false;

  /** `report` answers for a pod what its status is now, `undefined` where there is nothing (more) to write. */
  constructor(world: { api: KubeApi; clock: Clock; log: Log }, report: (uid: string) => PodReport | undefined) {
    this.#world = world;
    this.#report = report;
  }

  /** This pod's status changed. */
  mark(uid: string): void {
    if (this.#stopped) return;
    this.#dirty.add(uid);
    if (this.#marked) return;
    // Steps that fall due together (a container runs, and is ready at once) make one write.
    this.#marked = true;
    queueMicrotask(() => {
      this.#marked = false;
      this.#pump();
    });
  }

  get idle(): boolean {
    return this.#dirty.size === 0 && this.#busy.size === 0;
  }

  stop(): void {
    this.#stopped = true;
    this.#pausedUntil?.();
    this.#dirty.clear();
  }

  #pump(): void {
    if (this.#pausedUntil || this.#stopped) return;
    for (const uid of this.#dirty) {
      if (this.#busy.size >= LIMITS.inFlight) return;
      if (this.#busy.has(uid)) continue;
      this.#dirty.delete(uid);
      const report = this.#report(uid);
      if (!report) continue;
      this.#busy.add(uid);
      void this.#write(report).finally(() => {
        this.#busy.delete(uid);
        if (!this.#stopped) this.#pump();
      });
    }
  }

  async #write(report: PodReport): Promise<void> {
    const { api, log } = this.#world;
    const { key, uid, status, remove } = report;
    try {
      if (status !== undefined) {
        const body = { metadata: { uid }, status: withRemovals(status) };
        await api.patch<KubeObject>(
          PODS,
          key,
          { type: 'application/strategic-merge-patch+json', body },
          { subresource: 'status', fieldManager: 'kubelet' },
        );
      }
      if (remove) await api.delete(PODS, key, { gracePeriodSeconds: 0, preconditions: { uid } });
      this.#failures = 0;
    } catch (error) {
      // Gone, or another pod of that name: its own watch event tells the rest.
      if (error instanceof ApiError && (error.code === 404 || error.code === 409)) return;
      if (error instanceof ApiError && error.code === 422) {
        log.error('pod status refused', { pod: `${key.namespace}/${key.name}`, error: error.message });
        return;
      }
      this.#dirty.add(uid);
      this.#pause(error);
    }
  }

  /** The API is away: nothing is lost, everything waits. */
  #pause(error: unknown): void {
    if (this.#pausedUntil || this.#stopped) return;
    const { clock, log } = this.#world;
    log.warn('pod status not written, will try again', { error: error instanceof Error ? error.message : String(error) });
    const delay = Math.min(LIMITS.lastRetry, LIMITS.firstRetry * 2 ** this.#failures++);
    this.#pausedUntil = clock.at(clock.now() + delay, () => {
      this.#pausedUntil = undefined;
      this.#pump();
    });
  }
}

/** Conditions are merged one by one: what a condition no longer says has to be taken back by name. */
function withRemovals(status: unknown): unknown {
  const { conditions } = status as { conditions?: readonly object[] };
  if (!conditions) return status;
  return { ...(status as object), conditions: conditions.map((condition) => ({ reason: null, message: null, ...condition })) };
}
