/** The shapes an object or a list is answered in: itself, `Table`, `PartialObjectMetadata(List)`. */

import type { Kind } from '../../core/api/kind.ts';
import { wrongShape } from '../../core/api/rest/errors.ts';
import { type IncludeObject, parseIncludeObject, partialMetadata, type Table, tableOf } from '../../core/api/table/table.ts';
import { goJson } from '../../core/api/validation/print-value.ts';
import type { KubeObject } from '../../core/kube/objects.ts';
import { apiVersionOf } from '../../core/kube/resource.ts';
import type { Instant } from '../../core/kube/time.ts';
import type { Entry } from '../../ports.ts';
import { served } from '../registry.ts';
import type { Page } from '../rest/list.ts';
import type { Exchange } from './exchange.ts';
import type { Form } from './negotiate.ts';
import { sendJson, sendValue } from './respond.ts';

/** What shaping needs to know about the request. */
export interface Shaping {
  readonly exchange: Exchange;
  readonly kind: Kind;
  readonly form: Form;
  readonly now: Instant;
}

/** Answers with one object. Throws 406 for a list's shape. */
export async function sendObject(shaping: Shaping, status: number, object: KubeObject): Promise<void> {
  const { exchange, form } = shaping;
  await sendValue(exchange, status, shapedObject(shaping, object), form);
}

/** Answers with a stored object, with its bytes where they are what is wanted. */
export async function sendEntry(shaping: Shaping, entry: Entry): Promise<void> {
  const { exchange, kind, form } = shaping;
  if (kind.storage || !isPlain(exchange, form)) return sendObject(shaping, 200, served(kind, entry.value));
  return sendJson(exchange, 200, [entry.bytes]);
}

/** Answers with a page of a list. Throws 406 for an object's shape. */
export async function sendPage(shaping: Shaping, page: Page): Promise<void> {
  const { exchange, kind, form } = shaping;
  if (isPlain(exchange, form)) return sendJson(exchange, 200, listChunks(kind, page));
  return sendValue(exchange, 200, shapedPage(shaping, page), form);
}

/** One object in the shape asked for; a watch uses it for its events, too. */
export function shapedObject({ exchange, kind, form, now }: Shaping, object: KubeObject): unknown {
  switch (form.shape) {
    case 'Object':
      return object;
    case 'Table': {
      const includeObject = parseIncludeObject(exchange.query.get('includeObject'));
      const { resourceVersion } = object.metadata;
      const metadata = resourceVersion === undefined ? {} : { resourceVersion };
      const [shown = object] = tableObjects(kind, [object], includeObject);
      return versioned(form, tableOf(kind, [shown], { now, includeObject, metadata }));
    }
    case 'PartialObjectMetadata':
      return versioned(form, partialMetadata(internal(kind, object)));
    case 'PartialObjectMetadataList':
      throw wrongShape(
        `you requested PartialObjectMetadataList, but the requested object is not a list (*${goType(kind, kind.kind)})`,
      );
  }
}

function shapedPage({ exchange, kind, form, now }: Shaping, page: Page): unknown {
  const metadata = listMetadata(page);
  const objects = page.entries.map((entry) => served(kind, entry.value));
  switch (form.shape) {
    case 'Object':
      return { kind: listKind(kind), apiVersion: apiVersionOf(kind), metadata, items: objects.map(withoutType) };
    case 'Table': {
      const includeObject = parseIncludeObject(exchange.query.get('includeObject'));
      const shown = tableObjects(kind, objects, includeObject);
      return versioned(form, tableOf(kind, shown, { now, includeObject, metadata }));
    }
    case 'PartialObjectMetadataList': {
      const items = objects.map((object) => versioned(form, partialMetadata(internal(kind, object))));
      return versioned(form, { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items });
    }
    case 'PartialObjectMetadata':
      throw wrongShape(
        `you requested PartialObjectMetadata, but the requested object is a list (*${goType(kind, listKind(kind))})`,
      );
  }
}

/** Rows show metadata as the internal type has it. */
function tableObjects(kind: Kind, objects: readonly KubeObject[], include: IncludeObject): readonly KubeObject[] {
  return include === 'Metadata' ? objects.map((object) => internal(kind, object)) : objects;
}

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/**
 * An object as upstream's internal type has it, which is where its metadata shapes are taken from: a DaemonSet's template
 * generation is a field there, and becomes an annotation only in `apps/v1`.
 */
function internal(kind: Kind, object: KubeObject): KubeObject {
  const { annotations } = object.metadata;
  if (kind.plural !== 'daemonsets' || annotations?.[TEMPLATE_GENERATION] === undefined) return object;
  const { [TEMPLATE_GENERATION]: _generation, ...others } = annotations;
  const { annotations: _annotations, ...rest } = object.metadata;
  return { ...object, metadata: Object.keys(others).length > 0 ? { ...rest, annotations: others } : rest };
}

/** The JSON of a list from the stored bytes, whose items show neither `kind` nor `apiVersion`. */
function listChunks(kind: Kind, page: Page): Buffer[] {
  const head = JSON.stringify({ kind: listKind(kind), apiVersion: apiVersionOf(kind), metadata: listMetadata(page) });
  const chunks: Buffer[] = [Buffer.from(`${head.slice(0, -1)},"items":[`)];
  const lead = Buffer.from(`{"kind":${JSON.stringify(kind.kind)},"apiVersion":${JSON.stringify(apiVersionOf(kind))},`);
  for (const entry of page.entries) {
    if (chunks.length > 1) chunks.push(COMMA);
    pushItem(chunks, kind, { entry, lead });
  }
  chunks.push(END);
  return chunks;
}

const OPEN = Buffer.from('{');
const COMMA = Buffer.from(',');
const END = Buffer.from(']}');

function pushItem(chunks: Buffer[], kind: Kind, { entry, lead }: { entry: Entry; lead: Buffer }): void {
  if (!kind.storage) {
    const { bytes } = entry;
    if (bytes.length > lead.length && bytes.compare(lead, 0, lead.length, 0, lead.length) === 0) {
      chunks.push(OPEN, bytes.subarray(lead.length));
      return;
    }
  }
  chunks.push(Buffer.from(goJson(withoutType(served(kind, entry.value)))));
}

function withoutType({ kind: _kind, apiVersion: _version, ...rest }: KubeObject): Omit<KubeObject, 'kind' | 'apiVersion'> {
  return rest;
}

function listMetadata(page: Page): Table['metadata'] {
  return {
    resourceVersion: String(page.revision),
    ...(page.continue === undefined ? {} : { continue: page.continue }),
    ...(page.remaining === undefined ? {} : { remainingItemCount: page.remaining }),
  };
}

/** `ConfigMapList`. */
export function listKind(kind: Kind): string {
  return kind.listKind ?? `${kind.kind}List`;
}

function versioned(form: Form, value: object): unknown {
  return form.shapeVersion === 'v1' ? value : { ...value, apiVersion: `meta.k8s.io/${form.shapeVersion}` };
}

function isPlain(exchange: Exchange, form: Form): boolean {
  if (form.encoding !== 'json' || form.shape !== 'Object' || form.pretty) return false;
  return exchange.query.get('pretty') === undefined && !/^(curl|Wget|Mozilla)/.test(exchange.header('user-agent') ?? '');
}

/** The Go type upstream's messages name: the internal package and the kind. */
function goType(kind: Kind, name: string): string {
  const first = kind.group.split('.')[0] ?? '';
  return `${first === '' || first === 'events' ? 'core' : first}.${name}`;
}
