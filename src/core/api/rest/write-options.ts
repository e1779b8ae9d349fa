/** The options of create, update and patch, from the query, checked as upstream's `metav1/validation` does. */
import type { Cause } from '../api-error.ts';
import { forbiddenValue, invalidValue, notSupported, required, tooLong } from '../validation/field-error.ts';
import { dryRunCauses, refuseOptions } from './option-errors.ts';
import { type Query, queryBoolean, queryText } from './query.ts';

/** What becomes of unknown and duplicate fields. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** The checked options of one write. */
export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldManager: string | undefined;
  readonly fieldValidation: FieldValidation;
  /** Of an apply: take fields over from other managers. */
  readonly force: boolean;
}

/** What a caller inside the process writes with who says nothing. */
export const DEFAULT_WRITE_OPTIONS: WriteOptions = {
  dryRun: false,
  fieldManager: undefined,
  fieldValidation: 'Warn',
  force: false,
};

const APPLY_TYPES = new Set(['application/apply-patch+yaml', 'application/apply-patch+cbor']);
const VALIDATIONS: readonly string[] = ['Ignore', 'Warn', 'Strict'];
/** Longest `fieldManager`, in characters. */
const MANAGER_LENGTH = 128;
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u;

/** The options of POST and PUT; `kind` is `CreateOptions` or `UpdateOptions`. Throws 422. */
export function parseWriteOptions(query: Query, kind: 'CreateOptions' | 'UpdateOptions'): WriteOptions {
  const causes = [...managerCauses(query), ...dryRunCauses(query.all('dryRun')), ...validationCauses(query)];
  refuseOptions(kind, causes);
  return options(query, false);
}

/** The options of PATCH with `contentType` (no parameters). Throws 422. */
export function parsePatchOptions(query: Query, contentType: string): WriteOptions {
  const apply = APPLY_TYPES.has(contentType);
  const force = queryBoolean(query, 'force');
  const causes: Cause[] = [];
  if (apply && queryText(query, 'fieldManager') === undefined) {
    causes.push(required('fieldManager', 'is required for apply patch'));
  }
  if (!apply && force !== undefined) causes.push(forbiddenValue('force', 'may not be specified for non-apply patch'));
  causes.push(...managerCauses(query), ...dryRunCauses(query.all('dryRun')), ...validationCauses(query));
  refuseOptions('PatchOptions', causes);
  return options(query, force ?? false);
}

function options(query: Query, force: boolean): WriteOptions {
  return {
    dryRun: query.all('dryRun').length > 0,
    fieldManager: queryText(query, 'fieldManager'),
    fieldValidation: (queryText(query, 'fieldValidation') as FieldValidation | undefined) ?? 'Warn',
    force,
  };
}

function managerCauses(query: Query): Cause[] {
  const manager = queryText(query, 'fieldManager');
  if (manager === undefined) return [];
  const causes: Cause[] = [];
  if (manager.length > MANAGER_LENGTH) {
    causes.push(tooLong('fieldManager', MANAGER_LENGTH));
  }
  if (!PRINTABLE.test(manager)) {
    causes.push(invalidValue('fieldManager', manager, 'should only contain printable characters'));
  }
  return causes;
}

function validationCauses(query: Query): Cause[] {
  const value = queryText(query, 'fieldValidation');
  if (value === undefined || VALIDATIONS.includes(value)) return [];
  return [notSupported('fieldValidation', value, VALIDATIONS)];
}
