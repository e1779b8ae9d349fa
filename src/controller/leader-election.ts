/** Leader election by Lease: of several controllers only one acts. Upstream `client-go/tools/leaderelection`. */
import { ApiError } from '../core/api/api-error.ts';
import { LEASES } from '../core/kube/resource.ts';
import type { Instant, Millis } from '../core/kube/time.ts';
import type { Clock, KubeApi, Log, Random } from '../ports.ts';
import { heldByOther, heldRecord, type Lease, type LeaseSpec, type Observation, observe, releasedRecord } from './lease.ts';

/** kube-controller-manager's: 15 s lease, renewed within 10 s or given up, tried each 2 s (stretched by up to 120 % while waiting). */
const ELECTION_TIMINGS = { lease: 15_000, renewDeadline: 10_000, retry: 2_000 } as const;
const WAITING_JITTER = 1.2;

export interface LeaderElectionOptions {
  api: KubeApi;
  clock: Clock;
  random: Random;
  log: Log;
  lease: { namespace: string; name: string };
  /** Unique to this process, e.g. host name and a UUID. */
  identity: string;
  timings?: { lease: Millis; renewDeadline: Millis; retry: Millis };
  /** Called when leadership begins; may be called again after `onLost`. */
  onLeading(): void;
  /** Called in the very turn leadership ends: nothing may be acted on afterwards. */
  onLost(): void;
}

export interface LeaderElection {
  readonly leading: boolean;
  /** Who holds the lease as far as is known. */
  readonly holder: string | undefined;
  /** Ends candidacy, and leadership with it: `onLost` runs, the lease is released for the next candidate. */
  stop(): Promise<void>;
}

export function startLeaderElection(options: LeaderElectionOptions): LeaderElection {
  const candidate = new Candidate(options);
  candidate.attempt();
  return candidate;
}

class Candidate implements LeaderElection {
  readonly #options: LeaderElectionOptions;
  readonly #timings: { lease: Millis; renewDeadline: Millis; retry: Millis };
  #seen: Observation | undefined;
  #stored: Lease | undefined;
  #leading = false;
  #stopped = false;
  #underWay: Promise<void> = Promise.resolve();
  #cancelRetry = (): void => {};
  #cancelDeadline = (): void => {};

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
    this.#timings = options.timings ?? ELECTION_TIMINGS;
  }

  get leading(): boolean {
    return this.#leading;
  }

  get holder(): string | undefined {
    return this.#seen?.spec.holderIdentity || undefined;
  }

  /** Tries to take or keep the lease, then comes again after the retry period. */
  attempt(): void {
    const { clock, random, log, lease } = this.#options;
    const began = clock.now();
    this.#underWay = this.#inTime(this.#acquireOrRenew(began), began + this.#timings.renewDeadline)
      .then(
        (held) => (held ? this.#won(began) : this.#lose('another holds the lease')),
        (error) =>
          log.warn('leader election: the lease could not be taken or renewed', {
            lease: `${lease.namespace}/${lease.name}`,
            error: String(error),
          }),
      )
      .then(() => {
        if (this.#stopped) return;
        const wait = this.#timings.retry * (this.#leading ? 1 : 1 + WAITING_JITTER * random.next());
        this.#cancelRetry = clock.at(clock.now() + wait, () => this.attempt());
      });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry();
    const led = this.#leading;
    this.#lose('stopping');
    await this.#underWay;
    if (!led || !this.#stored?.spec) return;
    const released: Lease = { ...this.#stored, spec: releasedRecord(this.#stored.spec, this.#options.clock.now()) };
    try {
      await this.#options.api.update(LEASES, released);
    } catch (error) {
      this.#options.log.warn('leader election: the lease was not released and will run out by itself', { error: String(error) });
    }
  }

  /** Waits no longer than `deadline` for an answer; a late write cannot harm, the lease's resourceVersion guards it. */
  #inTime(attempt: Promise<boolean>, deadline: Instant): Promise<boolean> {
    const late = Promise.withResolvers<boolean>();
    const cancel = this.#options.clock.at(deadline, () => late.reject(new Error('no answer in time')));
    return Promise.race([attempt, late.promise]).finally(cancel);
  }

  /** Leadership is counted from before the request that won it was sent, and ends by itself unless the next one succeeds in time. */
  #won(began: Instant): void {
    const { clock } = this.#options;
    const deadline = began + this.#timings.renewDeadline;
    if (this.#stopped || clock.now() >= deadline) return;
    this.#cancelDeadline();
    this.#cancelDeadline = clock.at(deadline, () => this.#lose('the lease was not renewed in time'));
    if (this.#leading) return;
    this.#leading = true;
    this.#options.log.info('leader election: leading', { identity: this.#options.identity });
    this.#options.onLeading();
  }

  #lose(why: string): void {
    this.#cancelDeadline();
    if (!this.#leading) return;
    this.#leading = false;
    this.#options.log.info('leader election: no longer leading', { identity: this.#options.identity, why });
    this.#options.onLost();
  }

  async #acquireOrRenew(now: Instant): Promise<boolean> {
    const { api, lease, identity } = this.#options;
    const mine = (old: LeaseSpec | undefined) => heldRecord(old, { identity, duration: this.#timings.lease, now });
    let read: Lease;
    try {
      read = await api.get<Lease>(LEASES, lease);
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 404)) throw error;
      const fresh: Lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { ...lease }, spec: mine(undefined) };
      this.#remember(await api.create(LEASES, fresh), now);
      return true;
    }
    this.#remember(read, this.#options.clock.now());
    if (this.#stopped || (this.#seen && heldByOther(this.#seen, identity, now))) return false;
    try {
      this.#remember(await api.update<Lease>(LEASES, { ...read, spec: mine(read.spec) }), now);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.code === 409 && !this.#leading) return false;
      throw error;
    }
  }

  #remember(lease: Lease, now: Instant): void {
    this.#stored = lease;
    this.#seen = observe(this.#seen, lease.spec ?? {}, now);
  }
}
