/** The OpenAPI documents of an API: version 2 as JSON and protobuf, version 3 one a group version. Made when first asked for. */
import type { Kind } from '../kind.ts';
import type { Json, JsonObject, OpenApiVersion } from './definitions.ts';
import { definitionsFor, refTo } from './definitions.ts';
import { encodeOpenApiV2 } from './gnostic.ts';
import type { Operation, Path } from './operations.ts';
import { pathsOf, rootOf } from './operations.ts';
import type { Parameter } from './parameters.ts';

/** What the server serves under `/openapi`. Texts and bytes are made once. */
export interface OpenApiDocuments {
  /** `/openapi/v2` as JSON. */
  v2(): string;
  /** `/openapi/v2` as `OPENAPI_V2_PROTOBUF_TYPE`. */
  v2Protobuf(): Uint8Array;
  /** `/openapi/v3`: the index, each document with its hash. */
  v3Index(): string;
  /** `/openapi/v3/<root>` for a root such as `apis/apps/v1`; `undefined` where there is no such group version. */
  v3(root: string): string | undefined;
}

/** What clients ask for in `Accept`; it is no valid media type, so the answer says `OPENAPI_V2_PROTOBUF_TYPE` (kube-openapi handler). */
export const OPENAPI_V2_PROTOBUF_ACCEPT = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
export const OPENAPI_V2_PROTOBUF_TYPE = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

const INFO: JsonObject = { title: 'Kubernetes', version: 'unversioned' };
const PATCH_TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];
const PRODUCES = ['application/json', 'application/yaml'];
const SECURITY: JsonObject = {
  BearerToken: { description: 'Bearer Token authentication', in: 'header', name: 'authorization', type: 'apiKey' },
};

/** The documents of the API that serves these kinds. */
export function openApiDocuments(kinds: readonly Kind[]): OpenApiDocuments {
  const roots = [...new Set(kinds.map(rootOf))].sort();
  const v2Document = once(() => documentV2(kinds));
  const v2 = once(() => JSON.stringify(v2Document()));
  const v2Protobuf = once(() => encodeOpenApiV2(v2Document()));
  const v3 = new Map(
    roots.map((root) => [root, once(() => JSON.stringify(documentV3(kinds.filter((kind) => rootOf(kind) === root))))]),
  );
  const v3Index = once(() => {
    const paths = roots.map((root) => [root, { serverRelativeURL: `/openapi/v3/${root}?hash=${hash(v3.get(root)?.() ?? '')}` }]);
    return JSON.stringify({ paths: Object.fromEntries(paths) });
  });
  return { v2, v2Protobuf, v3Index, v3: (root) => v3.get(root)?.() };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function documentV2(kinds: readonly Kind[]): JsonObject {
  const paths = pathsOf(kinds);
  return {
    swagger: '2.0',
    info: INFO,
    paths: Object.fromEntries(paths.map((path) => [path.path, pathItem(path, 'v2')])),
    definitions: definitionsFor(rootDefinitions(paths, kinds), kinds, 'v2'),
    securityDefinitions: SECURITY,
    security: [{ BearerToken: [] }],
  };
}

function documentV3(kinds: readonly Kind[]): JsonObject {
  const paths = pathsOf(kinds);
  return {
    openapi: '3.0.0',
    info: INFO,
    paths: Object.fromEntries(paths.map((path) => [path.path, pathItem(path, 'v3')])),
    components: { schemas: definitionsFor(rootDefinitions(paths, kinds), kinds, 'v3'), securitySchemes: SECURITY },
  };
}

function rootDefinitions(paths: readonly Path[], kinds: readonly Kind[]): string[] {
  const named = paths.flatMap(({ operations }) =>
    operations.flatMap(({ answer, body }) => (body ? [answer, body.schema] : [answer])),
  );
  return [...new Set([...named, ...kinds.map(({ schema }) => schema)])];
}

function pathItem({ parameters, operations, tag }: Path, version: OpenApiVersion): JsonObject {
  const item: JsonObject = {};
  for (const operation of operations)
    item[operation.method] = version === 'v2' ? operationV2(operation, tag) : operationV3(operation, tag);
  item.parameters = parameters.map((parameter) => parameterOf(parameter, version));
  return item;
}

function parameterOf({ name, in: place, type, description }: Parameter, version: OpenApiVersion): JsonObject {
  const required = place === 'path' ? { required: true } : {};
  if (version === 'v2') return { description, in: place, name, ...required, type, uniqueItems: true };
  return { description, in: place, name, ...required, schema: { type, uniqueItems: true } };
}

function extensions({ action, gvk }: Operation): JsonObject {
  return { 'x-kubernetes-action': action, 'x-kubernetes-group-version-kind': { ...gvk } };
}

function operationV2(operation: Operation, tag: string): JsonObject {
  const { method, body, answer, description, id } = operation;
  const schema = { $ref: refTo(answer, 'v2') };
  const bodies: Json[] = body
    ? [{ in: 'body', name: 'body', ...(body.required ? { required: true } : {}), schema: { $ref: refTo(body.schema, 'v2') } }]
    : [];
  return {
    consumes: method === 'patch' ? PATCH_TYPES : ['*/*'],
    description,
    operationId: id,
    parameters: [...bodies, ...operation.parameters.map((parameter) => parameterOf(parameter, 'v2'))],
    produces: PRODUCES,
    responses: responses(operation, { schema }),
    schemes: ['https'],
    tags: [tag],
    ...extensions(operation),
  };
}

function operationV3(operation: Operation, tag: string): JsonObject {
  const { method, body, answer, description, id } = operation;
  const contentOf = (types: readonly string[], schema: string): JsonObject =>
    Object.fromEntries(types.map((type) => [type, { schema: { $ref: refTo(schema, 'v3') } }]));
  const bodyTypes = method === 'patch' ? PATCH_TYPES : ['*/*'];
  return {
    description,
    operationId: id,
    ...(operation.parameters.length > 0
      ? { parameters: operation.parameters.map((parameter) => parameterOf(parameter, 'v3')) }
      : {}),
    ...(body
      ? { requestBody: { content: contentOf(bodyTypes, body.schema), ...(body.required ? { required: true } : {}) } }
      : {}),
    responses: responses(operation, { content: contentOf(PRODUCES, answer) }),
    tags: [tag],
    ...extensions(operation),
  };
}

function responses({ method, action, created }: Operation, answer: JsonObject): JsonObject {
  return {
    '200': { description: 'OK', ...answer },
    ...(created ? { '201': { description: 'Created', ...answer } } : {}),
    ...(method === 'post' || action === 'delete' ? { '202': { description: 'Accepted', ...answer } } : {}),
    '401': { description: 'Unauthorized' },
  };
}

/** FNV-1a over UTF-16 units, 64 bits in two halves: enough to tell documents apart. */
function hash(text: string): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ (unit + i), 0x01000193);
  }
  return [high, low].map((half) => (half >>> 0).toString(16).toUpperCase().padStart(8, '0')).join('');
}
