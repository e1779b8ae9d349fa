/** Reads the protocol buffers wire format: the fields of one message, in their order. */

/** One field as it lies on the wire: a number for varints (64-bit, signed), bytes for everything with a length. */
export interface WireField {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/** The bytes are no protocol buffers message, or use what Kubernetes does not (groups, fixed-width numbers). */
export class WireError extends Error {}

/** All fields of a message. Throws `WireError`. */
export function readFields(bytes: Uint8Array): WireField[] {
  const fields: WireField[] = [];
  const cursor = { bytes, at: 0 };
  while (cursor.at < bytes.length) {
    const tag = readVarint(cursor);
    fields.push({ number: Math.floor(tag / 8), value: readValue(cursor, tag % 8) });
  }
  return fields;
}

/** The numbers of a packed list. Throws `WireError`. */
export function readPacked(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  const cursor = { bytes, at: 0 };
  while (cursor.at < bytes.length) numbers.push(readVarint(cursor));
  return numbers;
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function readValue(cursor: Cursor, type: number): number | Uint8Array {
  if (type === 0) return readVarint(cursor);
  if (type !== 2) throw new WireError(`wire type ${type} is not used here`);
  const length = readVarint(cursor);
  const end = cursor.at + length;
  if (length < 0 || end > cursor.bytes.length) throw new WireError('unexpected EOF');
  const value = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return value;
}

/** Ten bytes at most, 64 bits in two's complement; what does not fit a double exactly is rounded. */
function readVarint(cursor: Cursor): number {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) throw new WireError('unexpected EOF');
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return Number(BigInt.asIntN(64, value));
  }
  throw new WireError('integer overflow');
}
