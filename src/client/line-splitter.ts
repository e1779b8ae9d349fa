/** Splits a byte stream into lines without ever copying a byte more than once. */

/** Bytes of an unfinished line are kept as the pieces they came in and joined only when the line ends. */
export class LineSplitter {
  #pieces: Buffer[] = [];

  /** The lines that end in this chunk, without their line feed; empty lines are left out. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const line = this.#finish(chunk.subarray(start, end));
      if (line !== '') lines.push(line);
      start = end + 1;
    }
    if (start < chunk.length) this.#pieces.push(start === 0 ? chunk : chunk.subarray(start));
    return lines;
  }

  /** What came after the last line feed: not empty when a stream was cut off. */
  rest(): string {
    return this.#finish(Buffer.alloc(0));
  }

  #finish(tail: Buffer): string {
    if (this.#pieces.length === 0) return tail.toString('utf8');
    const line = Buffer.concat([...this.#pieces, tail]).toString('utf8');
    this.#pieces = [];
    return line;
  }
}
