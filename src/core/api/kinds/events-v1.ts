/** Events of events.k8s.io/v1: stricter rules over the same store as core/v1. */
import type { Cause } from '../api-error.ts';
import type { Kind } from '../kind.ts';
import { invalid } from '../validation/field-error.ts';
import { EVENT_COLUMNS } from './event-columns.ts';
import { type CoreEvent, EVENT_STORAGE, fromCoreEvent, type NewEvent, toCoreEvent } from './event-conversion.ts';
import { validateNewEvent, validateNewEventUpdate } from './event-rules.ts';
import { ALL_VERBS } from './verbs.ts';

const SUBJECT_FIELDS = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'] as const;

/** Refusals name the stored kind, `Event` of the core group, as upstream's do: so the 422 is thrown from here. */
function refuseAsCore({ metadata }: NewEvent, causes: Cause[]): Cause[] {
  if (causes.length > 0) throw invalid({ group: '', kind: 'Event' }, metadata.name ?? '', causes);
  return causes;
}

/** `events`, events.k8s.io/v1. */
export const EVENTS_V1_KIND: Kind<NewEvent> = {
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  namespaced: true,
  verbs: ALL_VERBS,
  subresources: [],
  schema: 'io.k8s.api.events.v1.Event',
  storage: { name: EVENT_STORAGE, toStorage: toCoreEvent, fromStorage: (object) => fromCoreEvent(object as CoreEvent) },
  defaults(event) {
    event.eventTime ??= null;
    event.regarding ??= {};
    event.deprecatedSource ??= {};
    event.deprecatedFirstTimestamp ??= null;
    event.deprecatedLastTimestamp ??= null;
  },
  validateCreate: (event) => refuseAsCore(event, validateNewEvent(toCoreEvent(event))),
  validateUpdate: (next, old) => refuseAsCore(next, validateNewEventUpdate(toCoreEvent(next), toCoreEvent(old))),
  fields: {
    ...Object.fromEntries(
      SUBJECT_FIELDS.map((name) => [`regarding.${name}`, (event) => (event as NewEvent).regarding?.[name] ?? '']),
    ),
    reason: (event) => (event as NewEvent).reason ?? '',
    reportingController: (event) => (event as NewEvent).reportingController ?? '',
    type: (event) => (event as NewEvent).type ?? '',
  },
  columns: EVENT_COLUMNS.map((column) => ({
    ...column,
    cell: (event, now) => column.cell(toCoreEvent(event), now),
  })),
};
