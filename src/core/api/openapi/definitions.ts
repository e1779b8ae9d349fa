/** Definitions of the schema as OpenAPI writes them, in both versions. */
import type { Kind } from '../kind.ts';
import type { Topology } from '../schema/overlay.ts';
import type { Definition, Field, FieldType, ScalarKind } from '../schema/schema.ts';
import { definition, hasDefinition } from '../schema/schema.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** The two versions of OpenAPI that the API is described in. */
export type OpenApiVersion = 'v2' | 'v3';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** Types that are no structs: what each scalar refers to, and how that is defined. */
const NAMED_SCALARS: Readonly<Partial<Record<ScalarKind, string>>> = {
  time: `${META}.Time`,
  microtime: `${META}.MicroTime`,
  quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  'int-or-string': 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
};
const FIELDS_V1 = `${META}.FieldsV1`;
const RAW_EXTENSION = 'io.k8s.apimachinery.pkg.runtime.RawExtension';
export const PATCH = `${META}.Patch`;

const SCALAR_DEFINITIONS: Readonly<Record<string, Record<OpenApiVersion, JsonObject>>> = {
  [`${META}.Time`]: same({ description: 'A time in RFC 3339, with whole seconds.', format: 'date-time', type: 'string' }),
  [`${META}.MicroTime`]: same({ description: 'A time in RFC 3339, with microseconds.', format: 'date-time', type: 'string' }),
  'io.k8s.apimachinery.pkg.api.resource.Quantity': {
    v2: { description: 'An exact amount with an optional SI or binary suffix, such as 500m or 1Gi.', type: 'string' },
    v3: {
      description: 'An exact amount with an optional SI or binary suffix, such as 500m or 1Gi.',
      oneOf: [{ type: 'string' }, { type: 'number' }],
    },
  },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': {
    v2: { description: 'A number, or a string such as a percentage or a name.', format: 'int-or-string', type: 'string' },
    v3: {
      description: 'A number, or a string such as a percentage or a name.',
      format: 'int-or-string',
      oneOf: [{ type: 'integer' }, { type: 'string' }],
    },
  },
  [FIELDS_V1]: same({ description: 'A set of fields as a trie in JSON.', type: 'object' }),
  [RAW_EXTENSION]: same({ description: 'Any JSON object.', type: 'object' }),
  [PATCH]: same({ description: 'The body of a PATCH request.', type: 'object' }),
};

function same(schema: JsonObject): Record<OpenApiVersion, JsonObject> {
  return { v2: schema, v3: schema };
}

const SCALARS: Readonly<Record<ScalarKind, JsonObject>> = {
  string: { type: 'string' },
  bytes: { format: 'byte', type: 'string' },
  int32: { format: 'int32', type: 'integer' },
  int64: { format: 'int64', type: 'integer' },
  double: { format: 'double', type: 'number' },
  boolean: { type: 'boolean' },
  time: {},
  microtime: {},
  quantity: {},
  'int-or-string': {},
  any: {},
};

/** Where a definition is found in a document. */
export function refTo(name: string, version: OpenApiVersion): string {
  return version === 'v2' ? `#/definitions/${name}` : `#/components/schemas/${name}`;
}

/** All definitions that `roots` reach, by name; kinds are told by `x-kubernetes-group-version-kind`. */
export function definitionsFor(roots: readonly string[], kinds: readonly Kind[], version: OpenApiVersion): JsonObject {
  const identities = kindIdentities(kinds);
  const out: JsonObject = {};
  const waiting = [...roots];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (out[name] !== undefined) continue;
    const scalar = SCALAR_DEFINITIONS[name];
    if (scalar) {
      out[name] = scalar[version];
      continue;
    }
    const type = definition(name);
    out[name] = describe(type, identities.get(name), version);
    for (const field of type.fields.values()) {
      const named = referenced(field.type, field.name);
      if (named !== undefined) waiting.push(named);
    }
  }
  return Object.fromEntries(Object.entries(out).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Which kinds each definition stands for: the kind itself and its list, and the kinds every API has. */
function kindIdentities(kinds: readonly Kind[]): Map<string, JsonObject[]> {
  const identities = new Map<string, JsonObject[]>();
  const add = (schema: string, identity: JsonObject): void => {
    const known = identities.get(schema) ?? [];
    identities.set(schema, known);
    if (!known.some((one) => one.group === identity.group && one.version === identity.version && one.kind === identity.kind))
      known.push(identity);
  };
  add(`${META}.Status`, { group: '', kind: 'Status', version: 'v1' });
  for (const kind of kinds) {
    const { group, version } = kind;
    add(kind.schema, { group, kind: kind.kind, version });
    add(listSchema(kind), { group, kind: `${kind.kind}List`, version });
    add(`${META}.DeleteOptions`, { group, kind: 'DeleteOptions', version });
    for (const { kind: shown } of kind.subresources) {
      const schema = shown && subresourceSchema(shown);
      if (schema && shown) add(schema, { ...shown });
    }
  }
  return identities;
}

/** The definition of a kind's list. */
export function listSchema(kind: Kind): string {
  return `${kind.schema.slice(0, kind.schema.lastIndexOf('.'))}.${kind.listKind ?? `${kind.kind}List`}`;
}

/** The definition that a subresource of another kind shows (`policy/v1 Eviction`), `undefined` where the schema has none. */
export function subresourceSchema({
  group,
  version,
  kind,
}: {
  group: string;
  version: string;
  kind: string;
}): string | undefined {
  const name = `io.k8s.api.${group === '' ? 'core' : (group.split('.')[0] ?? group)}.${version}.${kind}`;
  return hasDefinition(name) ? name : undefined;
}

function describe(type: Definition, identities: JsonObject[] | undefined, version: OpenApiVersion): JsonObject {
  const properties: JsonObject = {};
  const required: string[] = [];
  for (const field of type.fields.values()) {
    properties[field.name] = describeField(field, version);
    if (field.required) required.push(field.name);
  }
  return {
    ...(type.description ? { description: type.description } : {}),
    ...(type.fields.size > 0 ? { properties } : {}),
    ...(required.length > 0 ? { required } : {}),
    type: 'object',
    ...(identities ? { 'x-kubernetes-group-version-kind': identities } : {}),
    ...(type.atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
  };
}

function describeField(field: Field, version: OpenApiVersion): JsonObject {
  const { type, name } = field;
  const value = describeType(type, name, version);
  const described = field.description ? { description: field.description } : {};
  const initial = version === 'v3' ? defaultOf(field) : undefined;
  const extensions = topologyExtensions(field.topology);
  const defaulted = initial === undefined ? {} : { default: initial };
  if (version === 'v3' && value.$ref !== undefined) return { ...described, ...defaulted, allOf: [value], ...extensions };
  return { ...described, ...defaulted, ...value, ...extensions };
}

/** The default that the schema declares: the zero of Go values that are always written. */
function defaultOf({ type, always, pointer, name, required }: Field): Json | undefined {
  if (name === 'protocol' && type.kind === 'string') return 'TCP';
  if (!always || pointer) return undefined;
  if (type.kind === 'object') return {};
  if (!required) return undefined;
  if (type.kind === 'string') return '';
  if (type.kind === 'boolean') return false;
  return type.kind === 'int32' || type.kind === 'int64' ? 0 : undefined;
}

function describeType(type: FieldType, field: string, version: OpenApiVersion): JsonObject {
  if (type.kind === 'list')
    return { items: wrapped(describeType(type.items, field, version), type.items, version), type: 'array' };
  if (type.kind === 'map')
    return { additionalProperties: wrapped(describeType(type.values, field, version), type.values, version), type: 'object' };
  const named = referenced(type, field);
  return named === undefined ? SCALARS[type.kind as ScalarKind] : { $ref: refTo(named, version) };
}

/** Items of objects carry a default in version 3, and so cannot be a bare reference. */
function wrapped(value: JsonObject, type: FieldType, version: OpenApiVersion): JsonObject {
  if (version === 'v2' || value.$ref === undefined) return value;
  return { ...(type.kind === 'object' ? { default: {} } : {}), allOf: [value] };
}

/** The definition a type refers to, through lists and maps. */
function referenced(type: FieldType, field: string): string | undefined {
  if (type.kind === 'list') return referenced(type.items, field);
  if (type.kind === 'map') return referenced(type.values, field);
  if (type.kind === 'object') return type.definition.name;
  if (type.kind === 'any') return field === 'fieldsV1' ? FIELDS_V1 : RAW_EXTENSION;
  return NAMED_SCALARS[type.kind];
}

function topologyExtensions(topology: Topology): JsonObject {
  const { listMapKeys, listType, mapType, mergeKey, patchStrategy } = topology;
  return {
    ...(listMapKeys ? { 'x-kubernetes-list-map-keys': [...listMapKeys] } : {}),
    ...(listType ? { 'x-kubernetes-list-type': listType } : {}),
    ...(mapType ? { 'x-kubernetes-map-type': mapType } : {}),
    ...(mergeKey ? { 'x-kubernetes-patch-merge-key': mergeKey } : {}),
    ...(patchStrategy ? { 'x-kubernetes-patch-strategy': patchStrategy } : {}),
  };
}
