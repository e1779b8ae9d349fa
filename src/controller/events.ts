/** Records events about DaemonSets, aggregated as upstream's recorder does; writing them never holds a decision up. */
import { ApiError } from '../core/api/api-error.ts';
import {
  EventCorrelator,
  type EventNote,
  type EventVerdict,
  eventObject,
  eventRepeatPatch,
} from '../core/kube/event-aggregation.ts';
import type { DaemonSet } from '../core/kube/objects.ts';
import { EVENTS } from '../core/kube/resource.ts';
import type { Instant } from '../core/kube/time.ts';
import type { Clock, KubeApi, Log } from '../ports.ts';
import type { ControllerMetrics } from './metrics.ts';

/** client-go's broadcaster holds 1000 and drops what comes on top. */
const WAITING = 1000;
const COMPONENT = 'daemonset-controller';

export interface EventLine {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
}

export interface EventRecorder {
  /** About a DaemonSet; returns at once. */
  record(daemonSet: DaemonSet, line: EventLine): void;
  stop(): void;
}

export interface EventRecorderOptions {
  api: KubeApi;
  clock: Clock;
  log: Log;
  counters: ControllerMetrics['events'];
}

interface Pending {
  readonly note: EventNote;
  readonly verdict: Exclude<EventVerdict, { kind: 'drop' }>;
  readonly at: Instant;
}

/** Writes one event after the other, so that a count never overtakes the event it counts up. */
export function startEventRecorder({ api, clock, log, counters }: EventRecorderOptions): EventRecorder {
  const correlator = new EventCorrelator();
  const waiting: Pending[] = [];
  let writing = false;
  let stopped = false;

  const drain = async (): Promise<void> => {
    writing = true;
    for (let next = waiting.shift(); next && !stopped; next = waiting.shift()) {
      try {
        await writeEvent(api, next);
        counters.written++;
      } catch (error) {
        counters.failed++;
        log.debug('an event was not written', { reason: next.note.reason, error: String(error) });
      }
    }
    writing = false;
  };

  return {
    record(daemonSet, { type, reason, message }) {
      const at = clock.now();
      const { name = '', namespace, uid, resourceVersion } = daemonSet.metadata;
      const subject = { apiVersion: 'apps/v1', kind: 'DaemonSet', name, namespace, uid, resourceVersion };
      const note: EventNote = { type, reason, message, subject, component: COMPONENT };
      const verdict = stopped || waiting.length >= WAITING ? undefined : correlator.correlate(note, at);
      if (!verdict || verdict.kind === 'drop') {
        counters.dropped++;
        return;
      }
      waiting.push({ note, verdict, at });
      if (!writing) void drain();
    },
    stop() {
      stopped = true;
      waiting.length = 0;
    },
  };
}

/** An event that is counted up but expired meanwhile is written anew. */
async function writeEvent(api: KubeApi, { note, verdict, at }: Pending): Promise<void> {
  const event = eventObject(note, verdict, at);
  if (verdict.kind === 'repeat') {
    const key = { namespace: event.metadata.namespace, name: verdict.name };
    try {
      await api.patch(EVENTS, key, { type: 'application/merge-patch+json', body: eventRepeatPatch(verdict, at) });
      return;
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 404)) throw error;
    }
  }
  await api.create(EVENTS, event);
}
