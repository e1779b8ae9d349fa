/** Requests for subresources that are not a part of the stored object, and for virtual kinds. */
import { ApiError } from '../../core/api/api-error.ts';
import type { PartialSubresource } from '../../core/api/kind.ts';
import { readPatch } from '../../core/api/patch/apply-patch.ts';
import { badRequest, unsupportedPatchType } from '../../core/api/rest/errors.ts';
import { isClassicPatch } from '../../core/api/rest/patch.ts';
import { parsePatchOptions, parseWriteOptions } from '../../core/api/rest/write-options.ts';
import { parseJson } from '../../core/api/schema/json.ts';
import { readEntry } from '../rest/list.ts';
import type { Handler } from '../subresources/call.ts';
import { serveLog } from '../subresources/log.ts';
import { readScale, writeScale } from '../subresources/scale.ts';
import { type Bound, shapingOf } from './answer.ts';
import { decodeObject, readBody } from './body.ts';
import { sendValue } from './respond.ts';
import { readYaml } from './yaml.ts';

/** POST to a handler. */
export async function handlePost(bound: Bound, handler: Handler): Promise<void> {
  const { exchange, scope, info } = bound;
  const { form } = shapingOf(bound);
  const raw = await readBody(exchange);
  const options = parseWriteOptions(exchange.query, 'CreateOptions');
  const { object, warnings } = decodeObject(raw, handler.target, options.fieldValidation);
  for (const warning of warnings) exchange.warn(warning);
  const name = info.collection ? '' : info.name;
  const answer = await handler.handle({ scope, name, body: object, options });
  await sendValue(exchange, answer.status, answer.object, form);
}

/** GET, PUT and PATCH of `scale`. */
export async function handleScale(bound: Bound): Promise<void> {
  const { exchange, scope, info } = bound;
  const { form } = shapingOf(bound);
  if (info.verb === 'get') return sendValue(exchange, 200, readScale(scope, info.name), form);
  if (info.verb === 'update') {
    const { text, yaml } = await readBody(exchange);
    const options = parseWriteOptions(exchange.query, 'UpdateOptions');
    const given = yaml ? readYaml(text).value : parseJson(text).value;
    return sendValue(exchange, 200, await writeScale(scope, info.name, { change: () => given, options }), form);
  }
  const type = exchange.contentType;
  if (!isClassicPatch(type)) throw unsupportedPatchType();
  const patch = readPatch(type, await exchange.body());
  const options = parsePatchOptions(exchange.query, type);
  const change = (current: Parameters<typeof patch.apply>[0]) => patch.apply(current, SCALE_TARGET);
  await sendValue(exchange, 200, await writeScale(scope, info.name, { change, options }), form);
}

/** A scale has no lists, so any definition merges it alike. */
const SCALE_TARGET = { group: 'autoscaling', version: 'v1', kind: 'Scale', schema: 'io.k8s.api.core.v1.ConfigMap' };

/** Subresources that would reach into a node. */
const INTO_NODES = new Set(['attach', 'exec', 'portforward', 'proxy']);

/** Whether a subresource is answered here instead of through the stored object. */
export function isConnect(subresource: PartialSubresource): boolean {
  return subresource.name === 'log' || INTO_NODES.has(subresource.name);
}

/** `log`, and the refusals of what needs a real node. */
export async function handleConnect(bound: Bound, name: string): Promise<void> {
  const { exchange, scope, info, services } = bound;
  if (name === 'log' && services.logs) return serveLog(exchange, { scope, name: info.name }, services.logs);
  const entry = readEntry(scope, info.name);
  const spec = entry.value.spec as { nodeName?: string } | undefined;
  if (scope.kind.plural === 'pods' && name === 'log' && !spec?.nodeName) {
    exchange.response.statusCode = 204;
    exchange.response.end();
    return;
  }
  if (scope.kind.plural === 'pods' && !spec?.nodeName) throw badRequest(`pod ${info.name} does not have a host assigned`);
  throw new ApiError(503, 'ServiceUnavailable', `simulated nodes run no containers: there is nothing to ${name} to`);
}
