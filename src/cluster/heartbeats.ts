/** The signs of life of all simulated nodes: leases and statuses, spread evenly over their intervals, few writes in flight. */
import { ApiError } from '../core/api/api-error.ts';
import type { Node } from '../core/kube/objects.ts';
import { LEASES, NODES } from '../core/kube/resource.ts';
import { type Instant, parseTime } from '../core/kube/time.ts';
import { conditionsDiffer, heartbeatPlan, leaseRenewal, nodeConditions, nodeLease } from '../core/node/heartbeat.ts';
import { fraction } from '../core/node/seeded.ts';
import type { Clock, KubeApi, Log } from '../ports.ts';
import type { Machine } from './machine.ts';
import { TimerQueue } from './timer-queue.ts';
import { WorkQueue } from './work-queue.ts';

const NAMESPACE = 'kube-node-lease';
const JUST_CREATED = 5000;
/** Beats fall on multiples of this many milliseconds, so that those of many nodes share a commit. */
const TICK = 100;

export class Heartbeats {
  readonly #api: KubeApi;
  readonly #clock: Clock;
  readonly #machine: (name: string) => Machine | undefined;
  readonly #count: () => number;
  readonly #timers: TimerQueue<string>;
  readonly #work: WorkQueue;
  readonly #reported = new Map<string, Instant>();
  /** Nodes whose lease has been written. */
  readonly #leased = new Set<string>();

  constructor(
    world: { api: KubeApi; clock: Clock; log: Log },
    machines: { get(name: string): Machine | undefined; count(): number },
  ) {
    this.#api = world.api;
    this.#clock = world.clock;
    this.#machine = machines.get;
    this.#count = machines.count;
    this.#work = new WorkQueue({ ...world, workers: 64, delay: 1000, maxDelay: 7000, work: (name) => this.#beat(name) });
    this.#timers = new TimerQueue(world.clock, (name) => {
      this.#work.add(name);
      if (this.#machine(name)) this.#next(name, heartbeatPlan(this.#count()).renew);
    });
  }

  /** A machine is there: its lease and its status go out at once, then at intervals. */
  start(name: string): void {
    const last = parseTime(this.#machine(name)?.node.status?.conditions?.find(({ type }) => type === 'Ready')?.lastHeartbeatTime);
    // A node that has just been created with its status need not write it again.
    if (last !== undefined && this.#clock.now() - last < JUST_CREATED) this.#reported.set(name, last);
    else this.#reported.delete(name);
    this.#work.add(name);
    const { renew } = heartbeatPlan(this.#count());
    // The first interval is cut short at random (by name), so that nodes that start together do not beat together.
    this.#next(name, renew * (0.5 + 0.5 * fraction(name)));
  }

  /** The status is to be reported before its time: something in it changed. */
  report(name: string): void {
    this.#reported.delete(name);
    this.#work.add(name);
  }

  forget(name: string): void {
    this.#timers.set(name, undefined);
    this.#reported.delete(name);
    this.#leased.delete(name);
  }

  stop(): void {
    this.#timers.stop();
    this.#work.stop();
  }

  #next(name: string, after: number): void {
    this.#timers.set(name, Math.ceil((this.#clock.now() + after) / TICK) * TICK);
  }

  async #beat(name: string): Promise<undefined> {
    const machine = this.#machine(name);
    if (!machine?.isOn) return;
    const plan = heartbeatPlan(this.#count());
    const now = this.#clock.now();
    await this.#renew(machine.node, now);
    const facts = { pressures: machine.scene().pressures, networkUnavailable: machine.networkUnavailable };
    const conditions = nodeConditions(machine.node.status?.conditions, facts, now);
    const last = this.#reported.get(name);
    const isDue = last === undefined || now - last >= plan.status;
    if (!isDue && !conditionsDiffer(machine.node.status?.conditions, conditions)) return;
    const body = { status: { conditions } };
    await this.#api.patch(
      NODES,
      { name },
      { type: 'application/strategic-merge-patch+json', body },
      { subresource: 'status', fieldManager: 'kubelet' },
    );
    this.#reported.set(name, now);
  }

  async #renew(node: Node, now: Instant): Promise<void> {
    const name = node.metadata.name ?? '';
    const plan = heartbeatPlan(this.#count());
    const patch = { type: 'application/merge-patch+json', body: leaseRenewal(plan, now) } as const;
    const renew = () => this.#api.patch(LEASES, { namespace: NAMESPACE, name }, patch, { fieldManager: 'kubelet' });
    const create = () => this.#api.create(LEASES, nodeLease(node, plan, now), { fieldManager: 'kubelet' });
    // What is likelier goes first: a node that beats for the first time has no lease yet.
    if (this.#leased.has(name)) await renew().catch(unless('NotFound', create));
    else await create().catch(unless('AlreadyExists', renew));
    this.#leased.add(name);
  }
}

/** Does something else after a refusal of that reason. */
function unless(reason: string, instead: () => Promise<unknown>): (error: unknown) => Promise<unknown> {
  return (error) => {
    if (error instanceof ApiError && error.reason === reason) return instead();
    throw error;
  };
}
