/** The generated schema and its overlays against the API's own published description. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FieldType } from '../../src/core/api/schema/schema.ts';
import { DEFINITION_NAMES, definition } from '../../src/core/api/schema/schema.ts';
import { sharedDir } from '../shared.ts';

interface Property {
  $ref?: string;
  type?: string;
  format?: string;
  items?: Property;
  additionalProperties?: Property;
  [extension: string]: unknown;
}

interface Published {
  properties?: Record<string, Property>;
  required?: string[];
  'x-kubernetes-map-type'?: string;
}

const REFERENCES: Readonly<Record<string, string>> = {
  Time: 'time',
  MicroTime: 'microtime',
  Quantity: 'quantity',
  IntOrString: 'int-or-string',
  RawExtension: 'any',
  FieldsV1: 'any',
};
const FORMATS: Readonly<Record<string, string>> = {
  'string:byte': 'bytes',
  'integer:int32': 'int32',
  'integer:int64': 'int64',
  'number:double': 'double',
  'boolean:': 'boolean',
  'string:': 'string',
};

function published({ $ref, type, format, items, additionalProperties }: Property): string {
  if ($ref) return REFERENCES[$ref.slice($ref.lastIndexOf('.') + 1)] ?? `#${$ref.slice('#/definitions/'.length)}`;
  if (items) return `[]${published(items)}`;
  if (additionalProperties) return `{}${published(additionalProperties)}`;
  return FORMATS[`${type}:${format ?? ''}`] ?? `${type}:${format}`;
}

function ours(type: FieldType): string {
  if (type.kind === 'object') return `#${type.definition.name}`;
  if (type.kind === 'list') return `[]${ours(type.items)}`;
  return type.kind === 'map' ? `{}${ours(type.values)}` : type.kind;
}

const shared = sharedDir();
describe.skipIf(!shared)('schema', () => {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(shared ?? '', 'schema', file), 'utf8'));
  const swagger = shared ? (read('swagger.json') as { definitions: Record<string, Published> }).definitions : {};
  const lists = shared ? (read('list-types.json') as Record<string, Record<string, unknown>>) : {};

  function check(name: string): void {
    const wanted = swagger[name];
    const type = definition(name);
    expect(wanted, name).toBeDefined();
    expect(type.atomic ? 'atomic' : undefined, name).toBe(wanted?.['x-kubernetes-map-type']);
    expect([...type.fields.keys()].sort(), name).toEqual(Object.keys(wanted?.properties ?? {}).sort());
    for (const field of type.fields.values()) {
      const property = wanted?.properties?.[field.name] ?? {};
      const at = `${name}.${field.name}`;
      expect(ours(field.type), at).toBe(published(property));
      expect(field.required, at).toBe(wanted?.required?.includes(field.name) ?? false);
      const { listType, listMapKeys, mapType, mergeKey, patchStrategy } = field.topology;
      expect({ listType, listMapKeys, mapType, mergeKey, patchStrategy }, at).toEqual({
        listType: property['x-kubernetes-list-type'],
        listMapKeys: property['x-kubernetes-list-map-keys'],
        mapType: property['x-kubernetes-map-type'],
        mergeKey: property['x-kubernetes-patch-merge-key'],
        patchStrategy: property['x-kubernetes-patch-strategy'],
      });
    }
  }

  test.each(DEFINITION_NAMES.map((name) => [name]))('%s', check);

  test('list types agree with the short list', () => {
    for (const [path, wanted] of Object.entries(lists)) {
      const dot = path.lastIndexOf('.');
      const name = path.slice(0, dot);
      if (!DEFINITION_NAMES.includes(name)) continue;
      const topology = definition(name).fields.get(path.slice(dot + 1))?.topology;
      expect(topology?.listType, path).toBe(wanted['list-type']);
      expect(topology?.mergeKey, path).toBe(wanted['patch-merge-key']);
    }
  });
});
