/** GET of one object and of a list, from the store: revisions, paging, selection. */
import { ApiError } from '../../core/api/api-error.ts';
import { decodeContinue, encodeContinue } from '../../core/api/rest/continue-token.ts';
import { badRequest, expired, expiredContinue, notFound, tooLargeResourceVersion } from '../../core/api/rest/errors.ts';
import { parseResourceVersion, type ReadOptions } from '../../core/api/rest/list-options.ts';
import { compileSelection, type Selection } from '../../core/api/rest/selection.ts';
import type { Entry, Revision } from '../../ports.ts';
import { keyOf, prefixOf, served } from '../registry.ts';
import type { Scope } from './scope.ts';

/** One page of a list. */
export interface Page {
  readonly entries: readonly Entry[];
  readonly revision: Revision;
  /** Absent on the last page. */
  readonly continue?: string;
  /** Absent where a selector makes it unknown. */
  readonly remaining?: number;
}

/** The durable state of one object. Throws 404; 504 for a revision not reached yet. */
export function readEntry({ parts, kind, namespace }: Scope, name: string, resourceVersion = ''): Entry {
  refuseFuture(parseResourceVersion(resourceVersion), parts.store.revision);
  const entry = parts.store.get(keyOf(kind, namespace, name));
  if (!entry) throw notFound(kind, name);
  return entry;
}

/** One page as `options` (checked already) ask for it. Throws 400, 410, 504. */
export function listEntries(scope: Scope, options: ReadOptions): Page {
  const selection = compileSelection(scope.kind, options.labelSelector, options.fieldSelector);
  const { revision, entries, after, limit } = source(scope, options);
  const start = after === undefined ? 0 : firstBehind(entries, after);
  const picked = pick(scope, selection, { entries, start, limit });
  if (picked.end >= entries.length) return { entries: picked.found, revision };
  const prefix = prefixOf(scope.kind, scope.namespace);
  const last = entries[picked.end - 1]!.key.slice(prefix.length);
  return {
    entries: picked.found,
    revision,
    continue: encodeContinue({ revision, after: last }),
    ...(selection.everything ? { remaining: entries.length - picked.end } : {}),
  };
}

interface Source {
  readonly revision: Revision;
  readonly entries: readonly Entry[];
  /** Only keys behind this one. */
  readonly after?: string;
  /** 0 is none. */
  readonly limit: number;
}

/** Which state a list shows: upstream's rules for `resourceVersion`, its match, `limit` and `continue`. */
function source(scope: Scope, options: ReadOptions): Source {
  const { store } = scope.parts;
  const prefix = prefixOf(scope.kind, scope.namespace);
  const wanted = parseResourceVersion(options.resourceVersion);
  const limit = options.resourceVersion === '0' ? 0 : options.limit;
  if (options.continue !== '') {
    if (wanted !== 0) throw badRequest('specifying resource version is not allowed when using continue');
    const { revision, after } = decodeContinue(options.continue);
    const at = revision < 0 ? store.revision : revision;
    return { revision: at, entries: past(scope, prefix, { at, after }), after: prefix + after, limit };
  }
  refuseFuture(wanted, store.revision);
  const exact = options.resourceVersionMatch === 'Exact' || (wanted !== 0 && limit > 0 && options.resourceVersionMatch === '');
  if (!exact) return { revision: store.revision, entries: store.list(prefix), limit };
  return { revision: wanted, entries: past(scope, prefix, { at: wanted }), limit };
}

function past({ parts: { store, oldest } }: Scope, prefix: string, { at, after }: { at: Revision; after?: string }): Entry[] {
  try {
    if (at < oldest) throw expired(`too old resource version: ${at} (${oldest})`);
    return at === store.revision ? store.list(prefix) : store.listAt(prefix, at);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 410) throw error;
    if (after === undefined) throw expired('The resourceVersion for the provided list is too old.');
    throw expiredContinue(encodeContinue({ revision: -1, after }));
  }
}

function refuseFuture(wanted: Revision, current: Revision): void {
  if (wanted > current) throw tooLargeResourceVersion(wanted, current);
}

function firstBehind(entries: readonly Entry[], key: string): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entries[middle]!.key <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Stretch {
  readonly entries: readonly Entry[];
  readonly start: number;
  readonly limit: number;
}

/** The matching entries of a page; `end` is the index behind the last one taken. */
function pick(
  { kind }: Scope,
  selection: Selection,
  { entries, start, limit }: Stretch,
): { found: readonly Entry[]; end: number } {
  if (selection.everything) {
    const end = limit > 0 ? Math.min(entries.length, start + limit) : entries.length;
    return { found: start === 0 && end === entries.length ? entries : entries.slice(start, end), end };
  }
  const found: Entry[] = [];
  for (let index = start; index < entries.length; index++) {
    const entry = entries[index]!;
    if (!selection.matches(served(kind, entry.value))) continue;
    if (limit > 0 && found.length === limit) return { found, end: index };
    found.push(entry);
  }
  return { found, end: entries.length };
}
