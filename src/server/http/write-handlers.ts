/** POST, PUT, PATCH and DELETE of objects that are stored. */
import type { PartialSubresource } from '../../core/api/kind.ts';
import { readPatch } from '../../core/api/patch/apply-patch.ts';
import { type RemoveOptions, removeOptionsFromBody, removeOptionsFromQuery } from '../../core/api/rest/delete-options.ts';
import { badRequest, methodNotAllowed, unsupportedPatchType } from '../../core/api/rest/errors.ts';
import { checkNameParameter } from '../../core/api/rest/identity.ts';
import { checkReadOptions, parseReadOptions } from '../../core/api/rest/list-options.ts';
import { isClassicPatch } from '../../core/api/rest/patch.ts';
import { parsePatchOptions, parseWriteOptions } from '../../core/api/rest/write-options.ts';
import { parseJson } from '../../core/api/schema/json.ts';
import { served } from '../registry.ts';
import { createObject } from '../rest/create.ts';
import { listEntries } from '../rest/list.ts';
import { patchStored } from '../rest/patch.ts';
import { removalAnswer, removeObject } from '../rest/remove.ts';
import { updateObject } from '../rest/update.ts';
import { type Bound, shapingOf } from './answer.ts';
import { handleApply, isApplyPatch } from './apply-handler.ts';
import { decodeObject, isProtobuf, readBody } from './body.ts';
import { sendValue } from './respond.ts';
import { sendObject, sendPage } from './shapes.ts';
import { readYaml } from './yaml.ts';

/** POST to a collection. */
export async function handleCreate(bound: Bound): Promise<void> {
  const { exchange, scope } = bound;
  if (scope.kind.namespaced && scope.namespace === undefined) throw methodNotAllowed();
  const shaping = shapingOf(bound);
  const raw = await readBody(exchange);
  const options = parseWriteOptions(exchange.query, 'CreateOptions');
  const decode = () => {
    const { object, warnings } = decodeObject(raw, scope.kind, options.fieldValidation);
    for (const warning of warnings) exchange.warn(warning);
    return object;
  };
  await sendObject(shaping, 201, await createObject(scope, decode, options));
}

/** PUT to an object or a subresource of it. */
export async function handleUpdate(bound: Bound, subresource?: PartialSubresource): Promise<void> {
  const { exchange, scope, info } = bound;
  const shaping = shapingOf(bound);
  checkNameParameter(info.name);
  const raw = await readBody(exchange);
  const options = parseWriteOptions(exchange.query, 'UpdateOptions');
  const { object, warnings } = decodeObject(raw, scope.kind, options.fieldValidation);
  for (const warning of warnings) exchange.warn(warning);
  const written = await updateObject(scope, { name: info.name, subresource }, object, options);
  await sendObject(shaping, written.created ? 201 : 200, written.object);
}

/** PATCH of an object or a subresource of it. */
export async function handlePatch(bound: Bound, subresource?: PartialSubresource): Promise<void> {
  const { exchange, scope, info } = bound;
  const type = exchange.contentType;
  const classic = isClassicPatch(type) ? type : undefined;
  if (!classic && !isApplyPatch(type)) throw unsupportedPatchType();
  const shaping = shapingOf(bound);
  checkNameParameter(info.name);
  const text = await exchange.body();
  const options = parsePatchOptions(exchange.query, type);
  const aim = { name: info.name, subresource };
  const written = classic
    ? await patchStored(scope, aim, readPatch(classic, text), options)
    : await handleApply(scope, aim, { text, options });
  await sendObject(shaping, written.created ? 201 : 200, written.object);
}

/** DELETE of one object. */
export async function handleDelete(bound: Bound): Promise<void> {
  const { scope, info } = bound;
  const shaping = shapingOf(bound);
  checkNameParameter(info.name);
  const options = await removeOptions(bound);
  const removed = await removeObject(scope, info.name, options);
  const answer = removalAnswer(scope.kind, info.name, removed);
  // Upstream's one case of 202: the caller asked for dependents to go first and the object lingers.
  const status = !removed.gone && options.orphanDependents === false ? 202 : 200;
  if (answer.kind === 'Status') await sendValue(bound.exchange, status, answer, shaping.form);
  else await sendObject(shaping, status, answer as typeof removed.object);
}

/** DELETE of a collection: what the list options select, each with the same delete options. */
export async function handleDeleteCollection(bound: Bound): Promise<void> {
  const { exchange, scope } = bound;
  if (scope.kind.namespaced && scope.namespace === undefined) throw methodNotAllowed();
  const shaping = shapingOf(bound);
  const listOptions = parseReadOptions(exchange.query);
  checkReadOptions(listOptions);
  const options = await removeOptions(bound);
  const page = listEntries(scope, listOptions);
  await Promise.all(
    page.entries.map(async (entry) => {
      const { name = '' } = served(scope.kind, entry.value).metadata;
      await removeObject(scope, name, options).catch(ignoreNotFound);
    }),
  );
  await sendPage(shaping, page);
}

/** Someone else may have been faster. */
function ignoreNotFound(error: unknown): void {
  if ((error as { code?: unknown }).code !== 404) throw error;
}

async function removeOptions({ exchange }: Bound): Promise<RemoveOptions> {
  const text = isProtobuf(exchange) ? (await readBody(exchange)).text : await exchange.body();
  if (text === '') return removeOptionsFromQuery(exchange.query);
  return removeOptionsFromBody(exchange.contentType === 'application/yaml' ? readYaml(text).value : parsedOptions(text));
}

function parsedOptions(text: string): unknown {
  try {
    return parseJson(text).value;
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${(error as Error).message}`);
  }
}
