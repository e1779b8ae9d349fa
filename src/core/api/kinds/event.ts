/** Events of core/v1, which is also how events of both groups are stored. */
import type { Kind } from '../kind.ts';
import { EVENT_COLUMNS } from './event-columns.ts';
import type { CoreEvent } from './event-conversion.ts';
import { validateCoreEvent } from './event-rules.ts';
import { ALL_VERBS } from './verbs.ts';

const SUBJECT_FIELDS = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'] as const;

/** `events`, core/v1. */
export const EVENT_KIND: Kind<CoreEvent> = {
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  namespaced: true,
  verbs: ALL_VERBS,
  subresources: [],
  schema: 'io.k8s.api.core.v1.Event',
  defaults(event) {
    event.involvedObject ??= {};
    event.source ??= {};
    event.firstTimestamp ??= null;
    event.lastTimestamp ??= null;
    event.eventTime ??= null;
    event.reportingComponent ??= '';
    event.reportingInstance ??= '';
  },
  validateCreate: (event) => validateCoreEvent(event, 'reportingComponent'),
  validateUpdate: (next) => validateCoreEvent(next, 'reportingComponent'),
  fields: {
    ...Object.fromEntries(
      SUBJECT_FIELDS.map((name) => [`involvedObject.${name}`, (event) => (event as CoreEvent).involvedObject?.[name] ?? '']),
    ),
    reason: (event) => (event as CoreEvent).reason ?? '',
    reportingComponent: (event) => (event as CoreEvent).reportingComponent ?? '',
    source: (event) => (event as CoreEvent).source?.component || (event as CoreEvent).reportingComponent || '',
    type: (event) => (event as CoreEvent).type ?? '',
  },
  columns: EVENT_COLUMNS,
};
