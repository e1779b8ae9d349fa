/** How each value is owned: as one leaf, field by field, key by key, or item by item. Compiled once a definition. */
import type { Definition, Field, FieldType } from '../schema/schema.ts';
import { definition } from '../schema/schema.ts';

export type Shape =
  /** Scalars and atomic lists and maps. */
  | { readonly kind: 'leaf' }
  | { readonly kind: 'struct'; readonly fields: ReadonlyMap<string, Shape> }
  | { readonly kind: 'map'; readonly values: Shape }
  | { readonly kind: 'list-map'; readonly keys: readonly string[]; readonly items: Shape }
  | { readonly kind: 'list-set' };

const LEAF_SHAPE: Shape = { kind: 'leaf' };
const SET_SHAPE: Shape = { kind: 'list-set' };
const structs = new Map<string, Shape>();
const roots = new Map<string, Shape>();

/** Paths that no manager owns (upstream `stripmeta.go`), the parts of `metadata`. */
const STRIPPED_METADATA = [
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'generation',
  'managedFields',
  'resourceVersion',
];

/** The shape of a definition's values. */
export function shapeOf(name: string): Shape {
  return structShape(definition(name));
}

/** The shape of a whole object, without the paths that no manager ever owns. */
export function ownedShapeOf(name: string): Shape {
  const known = roots.get(name);
  if (known) return known;
  const whole = structShape(definition(name));
  if (whole.kind !== 'struct') return whole;
  const fields = new Map(whole.fields);
  fields.delete('apiVersion');
  fields.delete('kind');
  const metadata = fields.get('metadata');
  if (metadata?.kind === 'struct') {
    const kept = new Map(metadata.fields);
    for (const field of STRIPPED_METADATA) kept.delete(field);
    fields.set('metadata', { kind: 'struct', fields: kept });
  }
  const shape: Shape = { kind: 'struct', fields };
  roots.set(name, shape);
  return shape;
}

function structShape(type: Definition): Shape {
  const known = structs.get(type.name);
  if (known) return known;
  const fields = new Map<string, Shape>();
  const shape: Shape = { kind: 'struct', fields };
  structs.set(type.name, shape);
  for (const field of type.fields.values()) fields.set(field.name, fieldShape(field));
  return shape;
}

/** How a field's value is owned; what its list or map type says wins over what its definition says. */
export function fieldShape({ type, topology }: Pick<Field, 'type' | 'topology'>): Shape {
  if (type.kind === 'object') {
    const atomic = topology.mapType === 'atomic' || (topology.mapType !== 'granular' && type.definition.atomic);
    return atomic ? LEAF_SHAPE : structShape(type.definition);
  }
  if (type.kind === 'map') return topology.mapType === 'atomic' ? LEAF_SHAPE : { kind: 'map', values: valueShape(type.values) };
  if (type.kind !== 'list') return LEAF_SHAPE;
  if (topology.listType === 'set') return SET_SHAPE;
  if (topology.listType !== 'map') return LEAF_SHAPE;
  return { kind: 'list-map', keys: [...(topology.listMapKeys ?? [])].sort(), items: valueShape(type.items) };
}

function valueShape(type: FieldType): Shape {
  return fieldShape({ type, topology: {} });
}

/** What a missing key of a list item counts as: the schema's default. */
export function keyDefault(key: string): string {
  return key === 'protocol' ? 'TCP' : '';
}
