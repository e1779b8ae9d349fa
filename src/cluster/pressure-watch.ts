/** Looks every 10 s at the nodes that are or may come under pressure, and evicts one pod a look while it lasts. */
import type { Pressure } from '../core/node/admission.ts';
import { EVICTION, evictionMessage, nextPressure, nextVictim } from '../core/node/eviction.ts';
import type { PodLife } from '../core/node/pod-record.ts';
import type { Tenant } from '../core/node/tenant.ts';
import type { Clock } from '../ports.ts';
import type { EventRecorder } from './event-recorder.ts';
import type { Heartbeats } from './heartbeats.ts';
import { type Machine, memoryUse, type Resident } from './machine.ts';
import type { PodRunner } from './pod-runner.ts';
import { podSubject } from './pod-scenes.ts';
import { TimerQueue } from './timer-queue.ts';

/** The disruption message of an eviction under pressure. */
const DISRUPTION = 'The node was low on resource: ';

export class PressureWatch {
  readonly #clock: Clock;
  readonly #parts: { runner: PodRunner; heartbeats: Heartbeats; recorder: EventRecorder };
  readonly #machine: (name: string) => Machine | undefined;
  readonly #timers: TimerQueue<string>;
  readonly #waiting = new Set<string>();

  constructor(
    clock: Clock,
    parts: { runner: PodRunner; heartbeats: Heartbeats; recorder: EventRecorder },
    machine: (name: string) => Machine | undefined,
  ) {
    this.#clock = clock;
    this.#parts = parts;
    this.#machine = machine;
    this.#timers = new TimerQueue(clock, (name) => {
      this.#waiting.delete(name);
      this.#look(name);
    });
  }

  /** A node's annotations or pods changed: look at once where an annotation orders pressure, else within the interval. */
  notice(machine: Machine): void {
    if (machine.orderedPressures().size > 0 || Object.keys(machine.pressure).length > 0) this.#look(machine.name);
  }

  /** A pod whose memory rules speak of runs there: keep looking. */
  keepLooking(machine: Machine): void {
    if (this.#waiting.has(machine.name)) return;
    this.#waiting.add(machine.name);
    this.#timers.set(machine.name, this.#clock.now() + EVICTION.interval);
  }

  stop(): void {
    this.#timers.stop();
  }

  #look(name: string): void {
    const machine = this.#machine(name);
    if (!machine?.isOn) return;
    const now = this.#clock.now();
    const usages = [...machine.residents.values()]
      .filter(({ life }) => !life.outcome && !life.ending)
      .map((resident) => ({ tenant: resident.tenant, used: memoryUse(resident, now), resident }));
    const seen = machine.orderedPressures();
    const free = (machine.allocatable.memory ?? 0) - usages.reduce((sum, { used }) => sum + used, 0);
    const grows = usages.some(({ resident }) => hasMemoryRule(resident.life));
    if (grows && free < EVICTION.memoryAvailable) seen.add('MemoryPressure');
    const before = Object.keys(machine.pressure).sort().join();
    machine.pressure = nextPressure(machine.pressure, seen, now);
    if (Object.keys(machine.pressure).sort().join() !== before) this.#parts.heartbeats.report(name);
    for (const pressure of seen) this.#evictOne(machine, pressure, { usages, free });
    if (grows || Object.keys(machine.pressure).length > 0) this.keepLooking(machine);
  }

  #evictOne(machine: Machine, pressure: Pressure, { usages, free }: { usages: readonly Use[]; free: number }): void {
    const victim = nextVictim(usages, pressure) as Use | undefined;
    if (!victim) return;
    const { resident, used, tenant } = victim;
    const container = resident.life.main[0]?.name ?? '';
    const message = evictionMessage(pressure, { available: free, container, used, requested: tenant.amounts.memory ?? 0 });
    this.#parts.recorder.record({
      type: 'Warning',
      reason: 'Evicted',
      message,
      subject: podSubject(resident.pod),
      component: 'kubelet',
      host: machine.name,
    });
    const disruption = message.startsWith(DISRUPTION) ? message : `${DISRUPTION}${pressure}. `;
    this.#parts.runner.evict(resident, { kind: 'evict', reason: 'Evicted', message, disruption }, 0);
  }
}

interface Use {
  readonly tenant: Tenant;
  readonly used: number;
  readonly resident: Resident;
}

function hasMemoryRule(life: PodLife): boolean {
  return [...life.init, ...life.main].some(({ stage }) => stage.at === 'running' && stage.plan.memory !== undefined);
}
