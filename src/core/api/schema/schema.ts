/** The definitions of the API's types, resolved from the generated schema and the overlays on first use. */
import { isAlwaysWritten, isPointerScalar, isValueObject, namedString } from './go-types.ts';
import type { Topology } from './overlay.ts';
import { fieldTopology, isAtomicDefinition, isQuantityField, shortName } from './overlay.ts';
import generated from './schema.gen.json' with { type: 'json' };

export type ScalarKind =
  | 'string'
  | 'bytes'
  | 'int32'
  | 'int64'
  | 'double'
  | 'boolean'
  | 'time'
  | 'microtime'
  | 'quantity'
  | 'int-or-string'
  /** Raw JSON: `runtime.RawExtension`, `metav1.FieldsV1`. */
  | 'any';

export type FieldType =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'object'; readonly definition: Definition }
  | { readonly kind: 'list'; readonly items: FieldType }
  | { readonly kind: 'map'; readonly values: FieldType };

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly required: boolean;
  readonly description: string;
  readonly topology: Topology;
  /** Go writes the field even when it is empty: no `omitempty`, or a struct value. */
  readonly always: boolean;
  /** The Go field is a pointer: absent and zero differ. */
  readonly pointer: boolean;
  /** The Go type as decoding errors print it: `int32`, `[]v1.Container`, `map[string]string`. */
  readonly goType: string;
}

export interface Definition {
  /** `io.k8s.api.apps.v1.DaemonSet`. */
  readonly name: string;
  /** `DaemonSet`: the Go struct. */
  readonly goName: string;
  readonly description: string;
  readonly fields: ReadonlyMap<string, Field>;
  /** Replaced and owned as one value wherever it stands. */
  readonly atomic: boolean;
  /** A top-level kind: has `apiVersion`, `kind` and `metadata`. */
  readonly topLevel: boolean;
}

interface RawField {
  readonly t: string;
  readonly d?: string;
  readonly r?: number;
}

interface RawDefinition {
  readonly d?: string;
  readonly f: Readonly<Record<string, RawField>>;
}

const raw = generated as Readonly<Record<string, RawDefinition>>;
const resolved = new Map<string, Definition>();

/** Names of all included definitions, sorted. */
export const DEFINITION_NAMES: readonly string[] = Object.keys(raw);

/** Whether the schema includes a definition of that OpenAPI name. */
export function hasDefinition(name: string): boolean {
  return raw[name] !== undefined;
}

/** The definition of an OpenAPI name such as `io.k8s.api.core.v1.Pod`; throws a `RangeError` where there is none. */
export function definition(name: string): Definition {
  const known = resolved.get(name);
  if (known) return known;
  const source = raw[name];
  if (!source) throw new RangeError(`the schema has no definition ${name}`);
  const fields = new Map<string, Field>();
  const result: Definition = {
    name,
    goName: goName(name),
    description: source.d ?? '',
    fields,
    atomic: isAtomicDefinition(shortName(name)),
    topLevel: 'apiVersion' in source.f && 'kind' in source.f && 'metadata' in source.f,
  };
  // Registered before its fields are resolved: definitions may refer to each other in a circle.
  resolved.set(name, result);
  for (const [field, rawField] of Object.entries(source.f)) fields.set(field, resolveField(result, field, rawField));
  return result;
}

/** The last part of an OpenAPI name is the Go struct's. */
function goName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function resolveField(owner: Definition, name: string, source: RawField): Field {
  const path = `${shortName(owner.name)}.${name}`;
  const type = resolveType(source.t, isQuantityField(path));
  const required = source.r === 1;
  const valueObject = type.kind === 'object' && isValueObject(path, owner.topLevel);
  const isNamed = owner.topLevel && (name === 'apiVersion' || name === 'kind');
  return {
    name,
    type,
    required,
    description: source.d ?? '',
    topology: fieldTopology(path),
    always:
      !isNamed &&
      (required ||
        valueObject ||
        isAlwaysWritten(path) ||
        (isTimeValue(type, path) && path !== 'meta.ObjectMeta.creationTimestamp') ||
        isStructScalar(type, path)),
    pointer: type.kind === 'object' ? !valueObject : isPointerScalar(path),
    goType: goTypeOf(type, path),
  };
}

/** `metav1.Time` by value has no zero that `omitempty` would drop: it is written as `null`. */
function isTimeValue(type: FieldType, path: string): boolean {
  return (type.kind === 'time' || type.kind === 'microtime') && !isPointerScalar(path);
}

/** Quantities and int-or-strings by value are structs, so they are always written. */
function isStructScalar(type: FieldType, path: string): boolean {
  return (type.kind === 'quantity' || type.kind === 'int-or-string') && !isPointerScalar(path);
}

function resolveType(text: string, quantity: boolean): FieldType {
  if (text.startsWith('[]')) return { kind: 'list', items: resolveType(text.slice(2), quantity) };
  if (text.startsWith('{}')) return { kind: 'map', values: resolveType(text.slice(2), quantity) };
  if (text.startsWith('#')) return { kind: 'object', definition: definition(text.slice(1)) };
  if (quantity && text === 'string') return { kind: 'quantity' };
  return { kind: text as ScalarKind };
}

const GO_SCALARS: Readonly<Record<ScalarKind, string>> = {
  string: 'string',
  bytes: '[]uint8',
  int32: 'int32',
  int64: 'int64',
  double: 'float64',
  boolean: 'bool',
  time: 'string',
  microtime: 'string',
  quantity: 'resource.Quantity',
  'int-or-string': 'int32',
  any: 'runtime.RawExtension',
};

function goTypeOf(type: FieldType, path: string): string {
  switch (type.kind) {
    case 'object':
      return `v1.${type.definition.goName}`;
    case 'list':
      return `[]${goTypeOf(type.items, path)}`;
    case 'map':
      return type.values.kind === 'quantity' ? 'v1.ResourceList' : `map[string]${goTypeOf(type.values, path)}`;
    case 'string': {
      if (path === 'meta.OwnerReference.uid' || path.endsWith('.uid')) return 'types.UID';
      const named = namedString(path);
      return named ? `v1.${named}` : 'string';
    }
    default:
      return GO_SCALARS[type.kind];
  }
}
