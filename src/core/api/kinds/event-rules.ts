/** What events must keep to (upstream pkg/apis/core/validation/events.go). The field names in refusals are core/v1's. */
import { labelKeyProblems } from '../../kube/labels.ts';
import { byteLength, dns1123Subdomain } from '../../kube/names.ts';
import type { Cause } from '../api-error.ts';
import { semanticEqual } from '../validation/equality.ts';
import { invalidValue, required } from '../validation/field-error.ts';
import { IMMUTABLE } from '../validation/formats.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/metadata.ts';
import type { CoreEvent } from './event-conversion.ts';

const TEXT_LIMIT = 128;
const NOTE_LIMIT = 1024;
const UNSET = 'needs to be unset';

/** The old rules, which hold in both groups; `reporter` is what the request's group calls the reporting component. */
export function validateCoreEvent(event: CoreEvent, reporter: 'reportingComponent' | 'reportingController'): Cause[] {
  const out: Cause[] = event.eventTime ? reporterCauses(event, reporter) : legacySubjectCauses(event);
  const namespace = event.metadata.namespace ?? '';
  for (const problem of dns1123Subdomain(namespace)) out.push(invalidValue('namespace', namespace, problem));
  return out;
}

/** Creation through events.k8s.io. */
export function validateNewEvent(event: CoreEvent): Cause[] {
  const out = validateCoreEvent(event, 'reportingController');
  out.push(...validateObjectMeta(event.metadata, { namespaced: true }), ...seriesCauses(event));
  if (!event.eventTime) out.push(required('eventTime'));
  if (event.type !== 'Normal' && event.type !== 'Warning')
    out.push(invalidValue('type', '', `has invalid value: ${event.type ?? ''}`));
  if (event.firstTimestamp) out.push(invalidValue('firstTimestamp', '', UNSET));
  if (event.lastTimestamp) out.push(invalidValue('lastTimestamp', '', UNSET));
  if (event.count) out.push(invalidValue('count', '', UNSET));
  if (event.source?.component || event.source?.host) out.push(invalidValue('source', '', UNSET));
  return out;
}

const FROZEN = [
  'involvedObject',
  'reason',
  'message',
  'source',
  'firstTimestamp',
  'lastTimestamp',
  'count',
  'reason',
  'type',
  'eventTime',
  'action',
  'related',
  'reportingController',
  'reportingInstance',
] as const;

/** Updates through events.k8s.io: only the series may change. */
export function validateNewEventUpdate(next: CoreEvent, old: CoreEvent): Cause[] {
  const out = validateCoreEvent(next, 'reportingController');
  out.push(...validateObjectMetaUpdate(next.metadata, old.metadata));
  if (!semanticEqual(next.series, old.series)) out.push(...seriesCauses(next));
  for (const name of FROZEN) {
    const field = name === 'reportingController' ? 'reportingComponent' : name;
    if (!semanticEqual(next[field], old[field])) out.push(invalidValue(name, next[field] ?? '', IMMUTABLE));
  }
  return out;
}

/** Without an event time, the namespaces of event and subject agree; cluster-scoped subjects go with `default`. */
function legacySubjectCauses({ metadata: { namespace = '' }, involvedObject }: CoreEvent): Cause[] {
  const subject = involvedObject?.namespace ?? '';
  const agree = subject === '' ? namespace === '' || namespace === 'default' : namespace === subject;
  return agree ? [] : [foreignNamespace(subject)];
}

function reporterCauses(event: CoreEvent, reporter: string): Cause[] {
  const out: Cause[] = [];
  const {
    metadata,
    involvedObject,
    reportingComponent = '',
    reportingInstance = '',
    action = '',
    reason = '',
    message = '',
  } = event;
  const namespace = metadata.namespace ?? '';
  const subject = involvedObject?.namespace ?? '';
  if (subject === '' && namespace !== 'default' && namespace !== 'kube-system') out.push(foreignNamespace(subject));
  if (reportingComponent === '') out.push(required(reporter));
  for (const problem of labelKeyProblems(reportingComponent)) out.push(invalidValue(reporter, reportingComponent, problem));
  for (const [name, text] of Object.entries({ reportingInstance, action, reason })) {
    if (text === '') out.push(required(name));
    if (byteLength(text) > TEXT_LIMIT) out.push(tooLongText(name, TEXT_LIMIT));
  }
  if (byteLength(message) > NOTE_LIMIT) out.push(tooLongText('message', NOTE_LIMIT));
  return out;
}

function foreignNamespace(subject: string): Cause {
  return invalidValue('involvedObject.namespace', subject, 'does not match event.namespace');
}

function tooLongText(name: string, limit: number): Cause {
  return invalidValue(name, '', `can have at most ${limit} characters`);
}

function seriesCauses({ series }: CoreEvent): Cause[] {
  if (!series) return [];
  const out: Cause[] = [];
  if ((series.count ?? 0) < 2) out.push(invalidValue('series.count', '', 'should be at least 2'));
  if (!series.lastObservedTime) out.push(required('series.lastObservedTime'));
  return out;
}
