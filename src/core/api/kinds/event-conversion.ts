/** Events of the two groups: one thing under two sets of field names (upstream pkg/apis/events/v1/conversion.go). */
import type { KubeObject } from '../../kube/objects.ts';

/** Where events of both groups are kept: where core/v1 keeps its own. */
export const EVENT_STORAGE = 'events';

export interface ObjectReference {
  kind?: string;
  namespace?: string;
  name?: string;
  uid?: string;
  apiVersion?: string;
  resourceVersion?: string;
  fieldPath?: string;
}

export interface EventSource {
  component?: string;
  host?: string;
}

interface EventBody extends KubeObject {
  reason?: string;
  type?: string;
  action?: string;
  related?: ObjectReference;
  eventTime?: string | null;
  series?: { count?: number; lastObservedTime?: string | null };
  reportingInstance?: string;
}

/** core/v1. */
export interface CoreEvent extends EventBody {
  involvedObject?: ObjectReference;
  message?: string;
  source?: EventSource;
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  count?: number;
  reportingComponent?: string;
}

/** events.k8s.io/v1. */
export interface NewEvent extends EventBody {
  regarding?: ObjectReference;
  note?: string;
  reportingController?: string;
  deprecatedSource?: EventSource;
  deprecatedFirstTimestamp?: string | null;
  deprecatedLastTimestamp?: string | null;
  deprecatedCount?: number;
}

const CORE_TO_NEW: Readonly<Record<string, string>> = {
  involvedObject: 'regarding',
  message: 'note',
  source: 'deprecatedSource',
  firstTimestamp: 'deprecatedFirstTimestamp',
  lastTimestamp: 'deprecatedLastTimestamp',
  count: 'deprecatedCount',
  reportingComponent: 'reportingController',
};
const NEW_TO_CORE = Object.fromEntries(Object.entries(CORE_TO_NEW).map(([core, next]) => [next, core]));

/** The stored form of an event of events.k8s.io; the value's parts are shared, not copied. */
export function toCoreEvent(event: NewEvent): CoreEvent {
  const core: CoreEvent = { ...renamed(event, NEW_TO_CORE), apiVersion: 'v1' };
  core.reportingComponent ??= '';
  core.reportingInstance ??= '';
  return core;
}

/** The events.k8s.io form of a stored event; the value's parts are shared, not copied. */
export function fromCoreEvent(event: CoreEvent): NewEvent {
  const next: NewEvent = { ...renamed(event, CORE_TO_NEW), apiVersion: 'events.k8s.io/v1' };
  if (next.reportingController === '') delete next.reportingController;
  if (next.reportingInstance === '') delete next.reportingInstance;
  return next;
}

function renamed(event: KubeObject, names: Readonly<Record<string, string>>): KubeObject {
  const out: KubeObject = { kind: 'Event', apiVersion: '', metadata: event.metadata };
  for (const field in event) if (!(field in out)) out[names[field] ?? field] = event[field];
  return out;
}
