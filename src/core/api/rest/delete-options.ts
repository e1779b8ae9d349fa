/** `metav1.DeleteOptions`, from the query or the body, checked as upstream does. */
import type { Cause } from '../api-error.ts';
import { invalidValue, notSupported } from '../validation/field-error.ts';
import { badRequest } from './errors.ts';
import { dryRunCauses, refuseOptions } from './option-errors.ts';
import { type Query, queryBoolean, queryInteger, queryText } from './query.ts';

/** The checked options of one DELETE. */
export interface RemoveOptions {
  readonly dryRun: boolean;
  /** Seconds; negative counts as 1. */
  readonly gracePeriodSeconds: number | undefined;
  readonly propagationPolicy: string | undefined;
  readonly orphanDependents: boolean | undefined;
  readonly preconditions: { readonly uid?: string; readonly resourceVersion?: string };
}

/** What a DELETE without body and query asks for. */
export const DEFAULT_REMOVE_OPTIONS: RemoveOptions = {
  dryRun: false,
  gracePeriodSeconds: undefined,
  propagationPolicy: undefined,
  orphanDependents: undefined,
  preconditions: {},
};

const POLICIES = ['Foreground', 'Background', 'Orphan'];
/** Group versions whose `DeleteOptions` is read: upstream registers it in every one. */
const SCHEME = 'pkg/apis/meta/internalversion/scheme/register.go:27';

/** The options of a DELETE without a body. Throws 400 and 422. */
export function removeOptionsFromQuery(query: Query): RemoveOptions {
  return checked({
    dryRun: query.all('dryRun'),
    gracePeriodSeconds: queryInteger(query, 'gracePeriodSeconds'),
    propagationPolicy: queryText(query, 'propagationPolicy'),
    orphanDependents: queryBoolean(query, 'orphanDependents'),
    preconditions: {},
  });
}

/** The options of a DELETE whose body was parsed to `body`; the query is ignored then. Throws 400 and 422. */
export function removeOptionsFromBody(body: unknown): RemoveOptions {
  const given = record(body, 'DeleteOptions');
  const kind = text(given.kind, 'kind');
  const apiVersion = text(given.apiVersion, 'apiVersion');
  if (kind !== undefined && kind !== 'DeleteOptions') {
    throw badRequest(`no kind "${kind}" is registered for version "${apiVersion ?? 'meta.k8s.io/v1'}" in scheme "${SCHEME}"`);
  }
  const preconditions = given.preconditions == null ? {} : record(given.preconditions, 'preconditions');
  const uid = text(preconditions.uid, 'preconditions.uid');
  const resourceVersion = text(preconditions.resourceVersion, 'preconditions.resourceVersion');
  return checked({
    dryRun: texts(given.dryRun, 'dryRun'),
    gracePeriodSeconds: integer(given.gracePeriodSeconds, 'gracePeriodSeconds'),
    propagationPolicy: text(given.propagationPolicy, 'propagationPolicy'),
    orphanDependents: boolean(given.orphanDependents, 'orphanDependents'),
    preconditions: { ...(uid === undefined ? {} : { uid }), ...(resourceVersion === undefined ? {} : { resourceVersion }) },
  });
}

type Unchecked = Omit<RemoveOptions, 'dryRun'> & { readonly dryRun: readonly string[] };

function checked(options: Unchecked): RemoveOptions {
  const causes: Cause[] = [];
  const { propagationPolicy: policy } = options;
  if (options.orphanDependents !== undefined && policy !== undefined) {
    const why = 'orphanDependents and deletionPropagation cannot be both set';
    causes.push(invalidValue('propagationPolicy', policy, why));
  }
  if (policy !== undefined && !POLICIES.includes(policy)) {
    causes.push(notSupported('propagationPolicy', policy, [...POLICIES, 'nil']));
  }
  causes.push(...dryRunCauses(options.dryRun));
  refuseOptions('DeleteOptions', causes);
  return { ...options, dryRun: options.dryRun.length > 0 };
}

function record(value: unknown, field: string): Record<string, unknown> {
  if (value === null || value === undefined) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  throw wrongType(value, field, 'v1.DeleteOptions');
}

function text(value: unknown, field: string): string | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw wrongType(value, field, 'string');
}

function texts(value: unknown, field: string): string[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw wrongType(value, field, '[]string');
  return value.map((item) => {
    if (typeof item === 'string') return item;
    throw wrongType(item, field, 'string');
  });
}

function integer(value: unknown, field: string): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw wrongType(value, field, 'int64');
}

function boolean(value: unknown, field: string): boolean | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'boolean') return value;
  throw wrongType(value, field, 'bool');
}

function wrongType(value: unknown, field: string, wanted: string): Error {
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const got = kind === 'number' && wanted === 'int64' ? `number ${String(value)}` : kind;
  return badRequest(`json: cannot unmarshal ${got} into Go struct field DeleteOptions.${field} of type ${wanted}`);
}
