/** ControllerRevisions: a state that never changes, under a number that may. */
import type { ControllerRevision } from '../../kube/objects.ts';
import type { Cause } from '../api-error.ts';
import { invalidValue, required } from './field-error.ts';
import { IMMUTABLE, NOT_NEGATIVE } from './formats.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata.ts';
import { Path } from './path.ts';
import { goJson } from './print-value.ts';

const DATA = new Path('data');

export function validateControllerRevision(revision: ControllerRevision): Cause[] {
  const out = validateObjectMeta(revision.metadata, { namespaced: true });
  const data = revision.data;
  if (data === undefined || data === null) out.push(required(DATA, 'data is mandatory'));
  else if (typeof data !== 'object' || Array.isArray(data)) out.push(required(DATA, 'data must be a valid JSON object'));
  validateNumber(revision, out);
  return out;
}

export function validateControllerRevisionUpdate(next: ControllerRevision, old: ControllerRevision): Cause[] {
  const out = validateObjectMetaUpdate(next.metadata, old.metadata);
  out.push(...validateObjectMeta(next.metadata, { namespaced: true }));
  validateNumber(next, out);
  // Raw bytes upstream: the same fields in another order are a change.
  if (goJson(next.data ?? null) !== goJson(old.data ?? null)) out.push(invalidValue(DATA, next.data ?? null, IMMUTABLE));
  return out;
}

function validateNumber(revision: ControllerRevision, out: Cause[]): void {
  const number = revision.revision ?? 0;
  if (number < 0) out.push(invalidValue('revision', number, NOT_NEGATIVE));
}
