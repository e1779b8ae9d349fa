/** GET, list and watch. */

import { badRequest } from '../../core/api/rest/errors.ts';
import { parseFieldSelector } from '../../core/api/rest/field-selector.ts';
import { checkNameParameter } from '../../core/api/rest/identity.ts';
import { checkReadOptions, parseReadOptions, type ReadOptions } from '../../core/api/rest/list-options.ts';
import { listEntries, readEntry } from '../rest/list.ts';
import { type Bound, shapingOf } from './answer.ts';
import { sendEntry, sendPage } from './shapes.ts';
import { serveWatch } from './watch-stream.ts';

/** GET of one object. */
export async function handleGet(bound: Bound): Promise<void> {
  const { exchange, info, scope } = bound;
  const shaping = shapingOf(bound);
  checkNameParameter(info.name);
  await sendEntry(shaping, readEntry(scope, info.name, exchange.query.get('resourceVersion') ?? ''));
}

/** GET of a collection, and watches of it or of one object. */
export async function handleList(bound: Bound): Promise<void> {
  const { exchange, info, scope, services } = bound;
  const shaping = shapingOf(bound);
  const parsed = parseReadOptions(exchange.query);
  const options = info.verb === 'watch' ? { ...named(parsed, bound), watch: true } : parsed;
  checkReadOptions(options);
  if (options.watch) {
    await serveWatch({ exchange, scope, options, form: shaping.form, open: services.open });
    return;
  }
  await sendPage(shaping, listEntries(scope, options));
}

/** `/watch/…/name`: the name is one more field the watch selects by. */
function named(options: ReadOptions, { info }: Bound): ReadOptions {
  if (info.collection) return options;
  const term = `metadata.name=${info.name}`;
  const terms = parseFieldSelector(options.fieldSelector);
  if (terms.some(({ field, value, equal }) => field === 'metadata.name' && (value === info.name) !== equal)) {
    throw badRequest(`the selectors do not match the name in the URL: ${options.fieldSelector}`);
  }
  return { ...options, fieldSelector: options.fieldSelector === '' ? term : `${options.fieldSelector},${term}` };
}
