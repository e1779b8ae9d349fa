/** Just enough of the protocol buffers wire format to write messages. */

/** Writes one message. */
export class ProtobufWriter {
  private bytes = new Uint8Array(256);
  private length = 0;

  /** A string; empty ones are left out, as proto3 does. */
  string(field: number, value: string | undefined): this {
    if (value === undefined || value === '') return this;
    const encoded = new TextEncoder().encode(value);
    return this.chunk(field, encoded);
  }

  strings(field: number, values: readonly string[]): this {
    for (const value of values) this.chunk(field, new TextEncoder().encode(value));
    return this;
  }

  bool(field: number, value: boolean): this {
    if (!value) return this;
    this.varint(field << 3);
    this.varint(1);
    return this;
  }

  /** A message, written even when it is empty. */
  message(field: number, value: ProtobufWriter | undefined): this {
    return value ? this.chunk(field, value.finish()) : this;
  }

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  private chunk(field: number, value: Uint8Array): this {
    this.varint((field << 3) | 2);
    this.varint(value.length);
    this.reserve(value.length);
    this.bytes.set(value, this.length);
    this.length += value.length;
    return this;
  }

  private varint(value: number): void {
    this.reserve(5);
    let rest = value >>> 0;
    while (rest > 127) {
      this.bytes[this.length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.bytes[this.length++] = rest;
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    grown.set(this.bytes);
    this.bytes = grown;
  }
}
