/** `metav1.ListOptions` of list, watch and deletecollection, parsed and checked as upstream's `internalversion/validation`. */
import type { Cause } from '../api-error.ts';
import { forbiddenValue, notSupported } from '../validation/field-error.ts';
import { internal } from './errors.ts';
import { refuseOptions } from './option-errors.ts';
import { type Query, queryBoolean, queryInteger, queryText } from './query.ts';

/** What a list or watch asks for; selectors are still text. */
export interface ReadOptions {
  readonly labelSelector: string;
  readonly fieldSelector: string;
  readonly watch: boolean;
  readonly allowWatchBookmarks: boolean;
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
  readonly timeoutSeconds: number | undefined;
  /** 0 is no limit. */
  readonly limit: number;
  readonly continue: string;
  readonly sendInitialEvents: boolean | undefined;
}

/** Parses the query. Throws 400 where a number is none. */
export function parseReadOptions(query: Query): ReadOptions {
  return {
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector: query.get('fieldSelector') ?? '',
    watch: queryBoolean(query, 'watch') ?? false,
    allowWatchBookmarks: queryBoolean(query, 'allowWatchBookmarks') ?? false,
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
    timeoutSeconds: queryInteger(query, 'timeoutSeconds'),
    limit: Math.max(0, queryInteger(query, 'limit') ?? 0),
    continue: queryText(query, 'continue') ?? '',
    sendInitialEvents: queryBoolean(query, 'sendInitialEvents'),
  };
}

/** Throws the 422 of options that contradict one another. */
export function checkReadOptions(options: ReadOptions): void {
  refuseOptions('ListOptions', options.watch ? watchCauses(options) : listCauses(options));
}

/**
 * The number in a `resourceVersion`: 0 for the empty one. Throws upstream's 500
 * (`storage.ParseResourceVersion` is not mapped to a status there).
 */
export function parseResourceVersion(text: string): number {
  if (text === '') return 0;
  if (/^\d+$/.test(text)) return Number(text);
  const shown = JSON.stringify(text);
  throw internal(`resourceVersion: Invalid value: ${shown}: strconv.ParseUint: parsing ${shown}: invalid syntax`);
}

const MATCH = 'resourceVersionMatch';

function listCauses(options: ReadOptions): Cause[] {
  const causes: Cause[] = [];
  const match = options.resourceVersionMatch;
  if (match !== '') {
    if (options.resourceVersion === '') {
      causes.push(forbiddenValue(MATCH, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
    }
    if (options.continue !== '') {
      causes.push(forbiddenValue(MATCH, 'resourceVersionMatch is forbidden when continue is provided'));
    }
    if (match !== 'Exact' && match !== 'NotOlderThan') {
      causes.push(notSupported(MATCH, match, ['Exact', 'NotOlderThan', '']));
    }
    if (match === 'Exact' && options.resourceVersion === '0') {
      causes.push(forbiddenValue(MATCH, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
    }
  }
  if (options.sendInitialEvents !== undefined) {
    causes.push(forbiddenValue('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  }
  return causes;
}

function watchCauses(options: ReadOptions): Cause[] {
  const causes: Cause[] = [];
  const match = options.resourceVersionMatch;
  if (options.sendInitialEvents !== undefined && match !== 'NotOlderThan') {
    causes.push(forbiddenValue(MATCH, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  }
  if (match === '') return causes;
  if (options.sendInitialEvents === undefined) {
    const why = 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided';
    causes.push(forbiddenValue(MATCH, why));
  }
  if (match !== 'NotOlderThan') causes.push(notSupported(MATCH, match, ['NotOlderThan']));
  if (options.continue !== '') {
    causes.push(forbiddenValue(MATCH, 'resourceVersionMatch is forbidden when continue is provided'));
  }
  return causes;
}
