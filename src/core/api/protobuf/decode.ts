/**
 * Kubernetes objects in protocol buffers (`application/vnd.kubernetes.protobuf`) as JSON: kubectl 1.36 and typed Go clients send
 * what they create in this form. Upstream `runtime/serializer/protobuf`.
 */
import { formatMicroTime, formatTime } from '../../kube/time.ts';
import { encodeBytes } from '../kinds/base64.ts';
import { type FieldShape, messageShapes } from './descriptor.ts';
import { MESSAGES } from './messages.ts';
import { POD_MESSAGES } from './pod-messages.ts';
import { readFields, readPacked, WireError, type WireField } from './wire.ts';

const MAGIC = [0x6b, 0x38, 0x73, 0x00];
const shapeOf = messageShapes({ ...MESSAGES, ...POD_MESSAGES });
const text = new TextDecoder();
/** Of the year 9999. */
const LAST_SECOND = 253_402_300_799;

/** The object as plain data, `undefined` for a kind whose messages are not known. Throws `WireError` for bytes that are no such object. */
export function decodeProtobuf(bytes: Uint8Array): Record<string, unknown> | undefined {
  if (MAGIC.some((byte, index) => bytes[index] !== byte)) {
    throw new WireError(`provided data does not appear to be a protobuf message, expected prefix [${MAGIC.join(' ')}]`);
  }
  const envelope = message('Unknown', bytes.subarray(MAGIC.length)) as {
    typeMeta?: { apiVersion?: string; kind?: string };
    raw?: Uint8Array;
  };
  const { apiVersion = '', kind = '' } = envelope.typeMeta ?? {};
  const name = apiVersion === 'events.k8s.io/v1' ? `EventsV1${kind}` : kind;
  if (!shapeOf(name)) return undefined;
  return { apiVersion, kind, ...message(name, envelope.raw ?? new Uint8Array()) };
}

function message(name: string, bytes: Uint8Array): Record<string, unknown> {
  const shape = shapeOf(name);
  if (!shape) throw new WireError(`message ${name} is not known`);
  const object: Record<string, unknown> = {};
  for (const wire of readFields(bytes)) {
    const field = shape.get(wire.number);
    // Dropping it would store something else than was sent.
    if (!field) throw new WireError(`field ${wire.number} of ${name} is not known`);
    put(object, field, wire);
  }
  return object;
}

function put(object: Record<string, unknown>, field: FieldShape, { value }: WireField): void {
  const { name, type, many, pointer } = field;
  if (many === 'list') {
    const list = (object[name] as unknown[] | undefined) ?? [];
    object[name] = list;
    if (type === 'int' && typeof value !== 'number') list.push(...readPacked(value));
    else list.push(single(type, value) ?? null);
  } else if (many === 'map') {
    const [key, item] = entry(type, value);
    object[name] = { ...(object[name] as object | undefined), [key]: item };
  } else if (name === '.') {
    Object.assign(object, single(type, value));
  } else {
    const one = single(type, value);
    if (one !== undefined && (pointer || !isZero(one))) object[name] = one;
  }
}

function isZero(value: unknown): boolean {
  return value === '' || value === 0 || value === false;
}

function entry(type: string, value: number | Uint8Array): [string, unknown] {
  let key = '';
  let item: unknown = type === 'string' || type === 'bytes' ? '' : {};
  for (const field of readFields(asBytes(value))) {
    if (field.number === 1) key = text.decode(asBytes(field.value));
    else item = single(type, field.value);
  }
  return [key, item];
}

/** One value as JSON says it; `undefined` for a time that is not set. */
function single(type: string, value: number | Uint8Array): unknown {
  switch (type) {
    case 'string':
      return text.decode(asBytes(value));
    case 'int':
      return asNumber(value);
    case 'bool':
      return asNumber(value) !== 0;
    case 'bytes':
      return encodeBytes(asBytes(value));
    case 'raw':
      return asBytes(value);
    case 'Time':
    case 'MicroTime':
      return time(type, asBytes(value));
    case 'Quantity':
      return message('QuantityText', asBytes(value)).string ?? '0';
    case 'IntOrString': {
      const { type: isText, int = 0, string = '' } = message('IntOrStringParts', asBytes(value));
      return isText === 1 ? string : int;
    }
    case 'FieldsV1': {
      const { raw } = message('FieldsV1Text', asBytes(value)) as { raw?: Uint8Array };
      return raw ? fields(text.decode(raw)) : undefined;
    }
    case 'ExtraValue':
      return message('ExtraValueItems', asBytes(value)).items ?? [];
    default:
      return message(type, asBytes(value));
  }
}

function time(type: 'Time' | 'MicroTime', bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return undefined;
  const { seconds = 0, nanos = 0 } = message('Timestamp', bytes) as { seconds?: number; nanos?: number };
  if (Math.abs(seconds) > LAST_SECOND) throw new WireError('a time beyond the year 9999');
  return type === 'Time' ? formatTime(seconds * 1000) : formatMicroTime(seconds * 1000 + nanos / 1e6);
}

function fields(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new WireError('fieldsV1 is not JSON');
  }
}

function asBytes(value: number | Uint8Array): Uint8Array {
  if (typeof value === 'number') throw new WireError('a number where bytes belong');
  return value;
}

function asNumber(value: number | Uint8Array): number {
  if (typeof value !== 'number') throw new WireError('bytes where a number belongs');
  return value;
}
