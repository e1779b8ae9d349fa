/** OpenAPI 2 in the protobuf form of gnostic (`OpenAPIv2.proto`), the only one that older kubectl asks for. */
import type { Json, JsonObject } from './definitions.ts';
import { ProtobufWriter } from './protobuf.ts';

/** The message `openapi.v2.Document` of a document in JSON. */
export function encodeOpenApiV2(document: JsonObject): Uint8Array {
  const info = object(document.info);
  return new ProtobufWriter()
    .string(1, text(document.swagger))
    .message(2, new ProtobufWriter().string(1, text(info.title)).string(2, text(info.version)))
    .message(8, named(2, object(document.paths), pathItem))
    .message(9, named(1, object(document.definitions), schema))
    .message(13, named(1, object(document.securityDefinitions), securityDefinition))
    .finish();
}

type Encode = (value: JsonObject) => ProtobufWriter;

/** A map as a list of name and value. */
function named(field: number, values: JsonObject, encode: Encode): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const [name, value] of Object.entries(values)) {
    writer.message(field, new ProtobufWriter().string(1, name).message(2, encode(object(value))));
  }
  return writer;
}

const METHODS: readonly (readonly [number, string])[] = [
  [2, 'get'],
  [3, 'put'],
  [4, 'post'],
  [5, 'delete'],
  [8, 'patch'],
];

function pathItem(path: JsonObject): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const [field, method] of METHODS) if (path[method]) writer.message(field, operation(object(path[method])));
  for (const item of list(path.parameters)) writer.message(9, parametersItem(object(item)));
  return writer;
}

function operation(value: JsonObject): ProtobufWriter {
  const writer = new ProtobufWriter()
    .strings(1, list(value.tags).map(text))
    .string(3, text(value.description))
    .string(5, text(value.operationId))
    .strings(6, list(value.produces).map(text))
    .strings(7, list(value.consumes).map(text));
  for (const parameter of list(value.parameters)) writer.message(8, parametersItem(object(parameter)));
  writer.message(9, named(1, object(value.responses), response)).strings(10, list(value.schemes).map(text));
  return vendorExtensions(writer, 13, value);
}

function parametersItem(value: JsonObject): ProtobufWriter {
  return new ProtobufWriter().message(1, parameter(value));
}

function parameter(value: JsonObject): ProtobufWriter {
  if (value.in === 'body') {
    const body = new ProtobufWriter()
      .string(1, text(value.description))
      .string(2, text(value.name))
      .string(3, 'body')
      .bool(4, value.required === true)
      .message(5, schema(object(value.schema)));
    return new ProtobufWriter().message(1, body);
  }
  const inPath = value.in === 'path';
  const sub = new ProtobufWriter()
    .bool(1, value.required === true)
    .string(2, text(value.in))
    .string(3, text(value.description))
    .string(4, text(value.name))
    .string(inPath ? 5 : 6, text(value.type))
    .bool(inPath ? 19 : 20, value.uniqueItems === true);
  return new ProtobufWriter().message(2, new ProtobufWriter().message(inPath ? 4 : 3, sub));
}

function response(value: JsonObject): ProtobufWriter {
  const writer = new ProtobufWriter().string(1, text(value.description));
  if (value.schema) writer.message(2, new ProtobufWriter().message(1, schema(object(value.schema))));
  return new ProtobufWriter().message(1, writer);
}

function schema(value: JsonObject): ProtobufWriter {
  const writer = new ProtobufWriter()
    .string(1, value.$ref === undefined ? undefined : text(value.$ref))
    .string(2, value.format === undefined ? undefined : text(value.format))
    .string(4, value.description === undefined ? undefined : text(value.description))
    .strings(19, list(value.required).map(text));
  if (value.additionalProperties) writer.message(21, new ProtobufWriter().message(1, schema(object(value.additionalProperties))));
  if (value.type !== undefined) writer.message(22, new ProtobufWriter().strings(1, [text(value.type)]));
  if (value.items) writer.message(23, new ProtobufWriter().message(1, schema(object(value.items))));
  if (value.properties) writer.message(25, named(1, object(value.properties), schema));
  return vendorExtensions(writer, 31, value);
}

function securityDefinition(value: JsonObject): ProtobufWriter {
  const apiKey = new ProtobufWriter()
    .string(1, text(value.type))
    .string(2, text(value.name))
    .string(3, text(value.in))
    .string(4, text(value.description));
  return new ProtobufWriter().message(2, apiKey);
}

/** `x-…` members as YAML, of which JSON is a part. */
function vendorExtensions(writer: ProtobufWriter, field: number, value: JsonObject): ProtobufWriter {
  for (const [name, extension] of Object.entries(value)) {
    if (!name.startsWith('x-')) continue;
    const any = new ProtobufWriter().string(2, `${JSON.stringify(extension)}\n`);
    writer.message(field, new ProtobufWriter().string(1, name).message(2, any));
  }
  return writer;
}

function object(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
