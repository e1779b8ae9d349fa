/** The columns of events of both groups (upstream pkg/printers/internalversion, `printEvent`). */
import type { Instant } from '../../kube/time.ts';
import type { Column } from '../kind.ts';
import { column, NAME_COLUMN, since } from '../table/column.ts';
import type { CoreEvent } from './event-conversion.ts';

/** Cells read the stored form. */
export const EVENT_COLUMNS: readonly Column<CoreEvent>[] = [
  column<CoreEvent>(
    { name: 'Last Seen', description: 'The time at which the most recent occurrence of this event was recorded.' },
    lastSeen,
  ),
  column<CoreEvent>(
    { name: 'Type', description: 'Type of this event (Normal, Warning), new types could be added in the future' },
    ({ type }) => type ?? '',
  ),
  column<CoreEvent>(
    {
      name: 'Reason',
      description:
        "This should be a short, machine understandable string that gives the reason for the transition into the object's current status.",
    },
    ({ reason }) => reason ?? '',
  ),
  column<CoreEvent>({ name: 'Object', description: 'The object that this event is about.' }, subject),
  column<CoreEvent>(
    {
      name: 'Subobject',
      description:
        'If referring to a piece of an object instead of an entire object, this string should contain a valid JSON/Go field access statement, such as desiredState.manifest.containers[2]. For example, if the object reference is to a container within a pod, this would take on a value like: "spec.containers{name}" (where "name" refers to the name of the container that triggered the event) or if no container name is specified "spec.containers[2]" (container with index 2 in this pod). This syntax is chosen only to have some well-defined way of referencing a part of an object.',
      wide: true,
    },
    ({ involvedObject }) => involvedObject?.fieldPath ?? '',
  ),
  column<CoreEvent>(
    {
      name: 'Source',
      description: 'The component reporting this event. Should be a short machine understandable string.',
      wide: true,
    },
    source,
  ),
  column<CoreEvent>(
    { name: 'Message', description: 'A human-readable description of the status of this operation.' },
    ({ message }) => (message ?? '').trim(),
  ),
  column<CoreEvent>(
    {
      name: 'First Seen',
      description: 'The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)',
      wide: true,
    },
    firstSeen,
  ),
  column<CoreEvent>(
    { name: 'Count', description: 'The number of times this event has occurred.', wide: true },
    ({ series, count }) => series?.count ?? (count || 1),
  ),
  { ...(NAME_COLUMN as Column<CoreEvent>), format: '', priority: 1 },
];

function firstSeen({ firstTimestamp, eventTime }: CoreEvent, now: Instant): string {
  return since(firstTimestamp ?? eventTime, now);
}

function lastSeen(event: CoreEvent, now: Instant): string {
  if (event.series) return since(event.series.lastObservedTime, now);
  return event.lastTimestamp ? since(event.lastTimestamp, now) : firstSeen(event, now);
}

function subject({ involvedObject: { kind = '', name = '' } = {} }: CoreEvent): string {
  return name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`;
}

function source({ source, reportingComponent, reportingInstance }: CoreEvent): string {
  const component = source?.component || reportingComponent || '';
  const host = source?.host || reportingInstance || '';
  return host === '' ? component : `${component}, ${host}`;
}
