/** The OpenAPI documents: complete references, what kubectl looks for in them, and the protobuf form. */
import { expect, test } from 'vitest';
import type { Kind } from '../../src/core/api/kind.ts';
import { openApiDocuments } from '../../src/core/api/openapi/documents.ts';

const DAEMON_SET: Kind = {
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  singular: 'daemonset',
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.DaemonSet',
  columns: [],
  verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
  subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'] }],
  validateCreate: () => [],
  validateUpdate: () => [],
};
const documents = openApiDocuments([DAEMON_SET]);
const ITEM = '/apis/apps/v1/namespaces/{namespace}/daemonsets/{name}';

interface Document {
  paths: Record<
    string,
    Record<string, { parameters: { name: string }[]; operationId: string; 'x-kubernetes-group-version-kind': unknown }>
  >;
  definitions?: Record<string, Record<string, unknown>>;
  components?: { schemas: Record<string, Record<string, unknown>> };
}

function check(name: string, text: string | undefined): void {
  test(name, () => {
    const document = JSON.parse(text ?? '{}') as Document;
    const schemas = document.definitions ?? document.components?.schemas ?? {};
    for (const [, reference] of (text ?? '').matchAll(/"\$ref":"#\/(?:definitions|components\/schemas)\/([^"]+)"/g)) {
      expect(Object.keys(schemas)).toContain(reference);
    }
    const patch = document.paths[ITEM]?.patch;
    const names = patch?.parameters.map((parameter) => parameter.name);
    expect(names).toEqual(expect.arrayContaining(['dryRun', 'fieldValidation', 'fieldManager', 'force']));
    expect(patch?.['x-kubernetes-group-version-kind']).toEqual({ group: 'apps', version: 'v1', kind: 'DaemonSet' });
    expect(document.paths['/apis/apps/v1/namespaces/{namespace}/daemonsets']?.delete?.operationId).toBe(
      'deleteAppsV1CollectionNamespacedDaemonSet',
    );
    expect(document.paths[`${ITEM}/status`]?.put?.operationId).toBe('replaceAppsV1NamespacedDaemonSetStatus');
    expect(schemas['io.k8s.api.apps.v1.DaemonSet']?.['x-kubernetes-group-version-kind']).toEqual([
      { group: 'apps', kind: 'DaemonSet', version: 'v1' },
    ]);
    expect(JSON.stringify(schemas['io.k8s.api.core.v1.Container'])).toContain('"x-kubernetes-patch-merge-key":"containerPort"');
  });
}

check('version 2', documents.v2());
check('version 3', documents.v3('apis/apps/v1'));

test('the index names each document with a hash of its text', () => {
  const index = JSON.parse(documents.v3Index()) as { paths: Record<string, { serverRelativeURL: string }> };
  expect(Object.keys(index.paths)).toEqual(['apis/apps/v1']);
  expect(index.paths['apis/apps/v1']?.serverRelativeURL).toMatch(/^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]{16}$/);
  expect(documents.v3('apis/nope/v1')).toBeUndefined();
});

/** The fields of a protobuf message by number; enough to walk the document. */
function readMessage(bytes: Uint8Array): Map<number, Uint8Array[]> {
  const fields = new Map<number, Uint8Array[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const length = (tag & 7) === 2 ? varint() : 0;
    if ((tag & 7) === 0) varint();
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), bytes.subarray(at, at + length)]);
    at += length;
  }
  return fields;
}

test('the protobuf form holds the same paths and definitions', () => {
  const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
  const document = readMessage(documents.v2Protobuf());
  expect(text(document.get(1)?.[0])).toBe('2.0');
  const names = (field: number, inner: number) =>
    readMessage(document.get(field)?.[0] ?? new Uint8Array())
      .get(inner)
      ?.map((entry) => text(readMessage(entry).get(1)?.[0]));
  const json = JSON.parse(documents.v2()) as Document;
  expect(names(8, 2)).toEqual(Object.keys(json.paths));
  expect(names(9, 1)).toEqual(Object.keys(json.definitions ?? {}));
});
